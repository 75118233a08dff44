"""The page of results, made from the figures in docs/benchmarks/results.json."""

import json
import os
import platform
from collections.abc import Sequence
from html import escape
from statistics import median
from typing import Any

from benchmarks.harness import ROOT, Goal, Measure, Outcome
from benchmarks.measures import MEASURES

FOLDER = ROOT / "docs" / "benchmarks"
RESULTS = FOLDER / "results.json"
PAGE = ROOT / "docs" / "benchmarks.md"
_WIDTH, _LEFT, _BAR = 760, 250, 26
_COLOURS = {"ours": "#2f6fde", "ceiling": "#7a8794", "peer": "#d98324"}


def write(outcomes: Sequence[Outcome]) -> None:
    """Replace the figures of these measures, and make the page and its plots again."""
    FOLDER.mkdir(exist_ok=True)
    known: dict[str, Any] = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for outcome in outcomes:
        known[outcome.measure.name] = outcome.as_json() | {"machine": machine()}
    RESULTS.write_text(json.dumps(known, indent=1) + "\n")
    make(known)


def make(known: dict[str, Any]) -> None:
    """Make the page and its plots from stored figures."""
    sections = [_INTRODUCTION]
    for measure in MEASURES:
        if measure.name in known:
            found = known[measure.name]
            if found["figures"].keys() != {contestant.name for contestant in measure.contestants}:
                continue  # the contestants have changed: it must be measured again
            outcome = Outcome(measure, found["count"], found["figures"])
            (FOLDER / f"{measure.name}.svg").write_text(plot(outcome))
            sections.append(section(outcome, found["machine"]))
    PAGE.write_text("\n".join(sections))


def section(outcome: Outcome, where: str) -> str:
    """The section of one measure: its plot, its goals and its main cost."""
    measure = outcome.measure
    lines = [f"## {measure.title}", "", f"![{measure.title}](benchmarks/{measure.name}.svg)", ""]
    if measure.goals:
        lines += ["| | wanted | median of the rounds | spread |", "|---|---|---|---|"]
        lines += [_row(goal, outcome.ratios(goal)) for goal in measure.goals]
    lines += [
        "",
        f"{_extent(outcome)}, {where}.",
        "",
        measure.dominated_by,
        "",
    ]
    return "\n".join(lines)


def _extent(outcome: Outcome) -> str:
    """The number of things and rounds, with the contestants that did fewer."""
    measure = outcome.measure
    rounds = max(len(values) for f in outcome.figures.values() for values in f.values())
    often = f"{rounds} round{'s' * (rounds > 1)}"
    if not measure.counted:
        return often
    counts = {each.name: each.share_of(outcome.count) for each in measure.contestants}
    most = max(counts.values())
    fewer = [f"{name}: {count:,}" for name, count in counts.items() if count < most]
    less = f" ({'; '.join(fewer)})" if fewer else ""
    return f"{most:,} {measure.counted}{less}, {often}"


def plot(outcome: Outcome) -> str:
    """An SVG with a bar per contestant at the median, and a line from the lowest to the highest."""
    measure = outcome.measure
    values = {
        name: figures[measure.figure]
        for name, figures in outcome.figures.items()
        if measure.figure in figures
    }
    longest = max((max(numbers) for numbers in values.values()), default=1.0)
    scale = (_WIDTH - _LEFT - 90) / longest
    bars = [
        _bar(row, name, numbers, scale, _role(measure, name))
        for row, (name, numbers) in enumerate(values.items())
    ]
    height = 34 + _BAR * len(bars)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" '
        f'font-family="sans-serif" font-size="13"><rect width="100%" height="100%" fill="white"/>'
        f'<text x="8" y="18">{escape(measure.figure)}, {escape(measure.unit)}</text>'
        f"{''.join(bars)}</svg>\n"
    )


def machine() -> str:
    """The properties of the machine on which ratios may depend."""
    return f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def _row(goal: Goal, ratios: Sequence[float]) -> str:
    spread = f"{min(ratios):.3g} to {max(ratios):.3g}"
    return f"| {goal.what} | {goal.wanted} | {goal.shown(ratios)} | {spread} |"


def _bar(row: int, name: str, numbers: Sequence[float], scale: float, role: str) -> str:
    top = 28 + row * _BAR
    middle, width = top + _BAR / 2 - 2, median(numbers) * scale
    low, high = _LEFT + min(numbers) * scale, _LEFT + max(numbers) * scale
    return (
        f'<text x="8" y="{middle + 4}">{escape(name)}</text>'
        f'<rect x="{_LEFT}" y="{top}" width="{width:.1f}" height="{_BAR - 6}" '
        f'fill="{_COLOURS[role]}"/>'
        f'<path d="M{low:.1f} {middle}H{high:.1f}" stroke="black"/>'
        f'<text x="{max(high, _LEFT + width) + 6:.1f}" y="{middle + 4}">'
        f"{median(numbers):,.4g}</text>"
    )


def _role(measure: Measure, name: str) -> str:
    contestant = next(c for c in measure.contestants if c.name == name)
    if contestant.is_peer:
        return "peer"
    return "ceiling" if ".ceilings." in contestant.module else "ours"


_INTRODUCTION = """# Benchmarks

Made by `python3 dev.py bench`. In each measure three kinds of programs do the same work by turns:

- ours (blue);
- peers (orange), written as their documentation shows: FastStream with an outbox and an inbox
  written by hand, modupy with its SQL outbox, FastAPI and Flask with SQLAlchemy's ORM;
- bare drivers (grey), which show what is possible at most.

All are equally durable. What is answered or confirmed is on the disk, queues are quorum queues, and
a repeated event counts once. There is one exception in ours: in memory on SQLite, the effect of a
reaction may reach the disk later, because it can be repeated from the log
([why](adr/0021-group-commit.md)).

The goals were set before the measurements: a limit that must be reached, and a stretch goal beyond
it. The tables show which of them were reached or missed. A bar is the median of the rounds, and the
line on it goes from the lowest to the highest. Only the ratios hold for other machines. All
figures: [results.json](benchmarks/results.json).

The machine has two cores and had no other work. The results for the modes and for the stopped
broker are some days older than the others.
"""
