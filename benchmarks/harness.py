"""Runs contestants by turns, so that a noisy machine affects all of them, and compares them.

Ratios are taken within each round, and their median counts. Absolute numbers are judged only by
goals that name no other contestant.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.services import Services

ROOT = Path(__file__).resolve().parents[1]
PEERS = ROOT / ".venv-bench" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
_LONGEST_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Contestant:
    """A script that does the task and reports figures. A slow one does a `share` of the rows."""

    name: str
    module: str
    arguments: Sequence[str] = ()
    share: float = 1.0
    is_peer: bool = False

    def share_of(self, count: int) -> int:
        """The number of rows that this contestant does."""
        return count if self.share == 1 else max(20, int(count * self.share))


@dataclass(frozen=True, slots=True)
class Goal:
    """A wanted ratio between two figures, each given as `contestant/figure`.

    Without `to` it is the figure itself. If `at_most` is True, less is better.
    """

    what: str
    of: str
    to: str
    must: float
    stretch: float
    at_most: bool = False
    unit: str = "times"

    @property
    def wanted(self) -> str:
        """The limit and the stretch goal in words."""
        sign = "at most" if self.at_most else "at least"
        return f"{sign} {self.must:g} {self.unit}, stretch {self.stretch:g}"

    def shown(self, ratios: Sequence[float]) -> str:
        """The median of the rounds' ratios, and the goal that it meets."""
        ratio = median(ratios)
        if not self._is_met(ratio, self.must):
            word = "**missed**"
        else:
            word = "stretch" if self._is_met(ratio, self.stretch) else "must"
        return f"{ratio:.3g} {self.unit} ({word})"

    def _is_met(self, ratio: float, wanted: float) -> bool:
        return ratio <= wanted if self.at_most else ratio >= wanted


@dataclass(frozen=True, slots=True)
class Measure:
    """One task with its contestants and goals. The plot shows `figure`.

    `counted` names the things of which there are `count`; empty if the number does not matter.
    """

    name: str
    title: str
    figure: str
    unit: str
    contestants: Sequence[Contestant]
    goals: Sequence[Goal]
    needs: frozenset[str] = frozenset()
    count: int | None = None
    counted: str = "events"
    dominated_by: str = ""


Figures = dict[str, dict[str, list[float]]]
"""The value of each round, per contestant and figure."""


@dataclass(slots=True)
class Outcome:
    """The results of a measure."""

    measure: Measure
    count: int
    figures: Figures = field(default_factory=dict)

    def ratios(self, goal: Goal) -> list[float]:
        """The goal's ratio in each round."""
        of = self._values(goal.of)
        if not goal.to:
            return of
        return [value / other for value, other in zip(of, self._values(goal.to), strict=True)]

    def as_json(self) -> dict[str, Any]:
        """The results as JSON, for the file of results."""
        return {"title": self.measure.title, "count": self.count, "figures": self.figures}

    def _values(self, path: str) -> list[float]:
        contestant, figure = path.split("/")
        return self.figures[contestant][figure]


def run(measure: Measure, services: Services, *, count: int, rounds: int) -> Outcome:
    """Run every contestant once per round."""
    count = min(measure.count or count, count)
    outcome = Outcome(measure, count)
    for number in range(rounds):
        for contestant in measure.contestants:
            figures = run_once(contestant, measure.needs, services, count)
            print(f"  {number + 1} {contestant.name:34} {_shown(figures)}", flush=True)
            known = outcome.figures.setdefault(contestant.name, {})
            for name, value in figures.items():
                known.setdefault(name, []).append(value)
    return outcome


def run_once(
    contestant: Contestant, needs: frozenset[str], services: Services, count: int
) -> dict[str, float]:
    """One contestant's figures on an empty database and broker. Raises if it fails."""
    python = str(PEERS) if contestant.is_peer else sys.executable
    command = [python, "-m", contestant.module, *contestant.arguments]
    with services.place(needs) as place:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, **place, "BENCH_COUNT": str(contestant.share_of(count))},
            stdout=subprocess.PIPE,
            text=True,
            timeout=_LONGEST_SECONDS,
            check=True,
        )
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def print_results(outcome: Outcome) -> None:
    """Print medians and spreads, and the ratio of each goal beside the wanted one."""
    measure = outcome.measure
    print(f"\n{measure.title} ({outcome.count:,})")
    for name, figures in outcome.figures.items():
        for figure, values in figures.items():
            low, high = min(values), max(values)
            print(f"  {name:34} {figure:8} {median(values):>12,.4g}  ({low:,.4g} to {high:,.4g})")
    for goal in measure.goals:
        print(f"  {goal.what}: {goal.shown(outcome.ratios(goal))}, wanted {goal.wanted}")


def _shown(figures: dict[str, float]) -> str:
    return "  ".join(f"{name} {value:,.4g}" for name, value in figures.items())
