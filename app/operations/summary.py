"""What is wrong, in sentences, and how much is not applied yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from app.operations.diagram import States, Way
from app.operations.module_view import ModuleState, Unavailable
from bus.admin import Finding


@dataclass(frozen=True, slots=True)
class Problem:
    """A sentence about a module; `letter` is the message that it tells of, where it is of one.

    `state` is that of the messages, where it is of several.
    """

    severity: Literal["bad", "busy", "away"]
    module: str
    sentence: str
    letter: str | None = None
    state: str | None = None


def problems(states: States) -> Sequence[Problem]:
    """What is wrong, what is being tried again last."""
    found: list[Problem] = []
    for name, state in states.items():
        if isinstance(state, Unavailable):
            found.append(Problem("away", name, str(state)))
        else:
            found += [Problem("bad", name, each) for each in state.faults]
            found += [_problem(name, each) for each in state.findings]
    return sorted(found, key=lambda problem: problem.severity == "busy")


def _problem(module: str, finding: Finding) -> Problem:
    letter = finding.letter
    # Its id is shown as a link behind the sentence.
    sentence = finding.sentence.removesuffix(f" {letter}")
    return Problem(finding.severity, module, sentence, letter, finding.state)


def totals(states: States, ways: Sequence[Way]) -> Mapping[str, int]:
    """How many events are where, as far as modules answer."""
    known = [state for state in states.values() if isinstance(state, ModuleState)]
    return {
        "dead": sum(state.dead for state in known),
        "retrying": sum(state.retrying for state in known),
        "waiting": sum(state.waiting for state in known),
        "unsent": sum(state.unsent for state in known),
        "on the way": sum(way.behind or 0 for way in ways),
    }
