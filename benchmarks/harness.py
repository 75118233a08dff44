"""Runs contestants by turns, so that a noisy machine is noisy for all of them, and compares them.

Ratios are taken within each round and their median counts. No absolute number is judged, except by
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
    """A script that does the task and reports figures; `share` of the rows, if it is that slow."""

    name: str
    module: str
    arguments: Sequence[str] = ()
    share: float = 1.0
    is_peer: bool = False

    def share_of(self, count: int) -> int:
        """How many of so many rows are this one's to do."""
        return count if self.share == 1 else max(20, int(count * self.share))


@dataclass(frozen=True, slots=True)
class Goal:
    """What a ratio must be, `contestant/figure` over another one's; without `to` the figure itself.

    `at_most` says that less is better.
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
        """Must and stretch in words."""
        sign = "at most" if self.at_most else "at least"
        return f"{sign} {self.must:g} {self.unit}, stretch {self.stretch:g}"

    def shown(self, ratios: Sequence[float]) -> str:
        """The median of the rounds' ratios, and what it is good enough for."""
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
    """One task, who does it, and what is wanted; `figure` is what the plot shows.

    `counted` says what there are `count` of, nothing where nobody would ask.
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
"""Per contestant and figure the value of each round."""


@dataclass(slots=True)
class Outcome:
    """What a measure gave."""

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
        """All of it, for files and later comparisons."""
        return {"title": self.measure.title, "count": self.count, "figures": self.figures}

    def _values(self, path: str) -> list[float]:
        contestant, figure = path.split("/")
        return self.figures[contestant][figure]


def run(measure: Measure, services: Services, *, count: int, rounds: int) -> Outcome:
    """Let every contestant do the task once per round."""
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
    """One contestant's figures on an empty database and broker; raises when it fails."""
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


def tell(outcome: Outcome) -> None:
    """Print medians, spread, and each goal's ratio beside what is wanted."""
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
