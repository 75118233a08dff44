"""Dead letters of any modules redriven or discarded together, and what is told of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.operations.directory import ModuleDirectory, Question
from app.operations.module_view import DeadLetterFilter, ModuleView, Refused, Unavailable
from bus.admin import UnknownDeadLetter


@dataclass(frozen=True, slots=True)
class Done:
    """How many were settled, and a sentence for each that was not."""

    count: int
    complaints: Sequence[str]


def settle(
    directory: ModuleDirectory,
    cookies: str,
    chosen: Mapping[str, Sequence[DeadLetterFilter]],
    reason: str | None,
) -> Done:
    """Discard what is chosen of each module for the reason; redrive it where there is none."""
    questions = {name: _settling(which, reason) for name, which in chosen.items()}
    answers = directory.ask(cookies, questions)
    count, complaints = 0, []
    for name, answer in answers.items():
        if isinstance(answer, Unavailable):
            complaints.append(f"{name}: {answer}.")
        else:
            count += answer.count
            complaints += [f"{name}: {each}" for each in answer.complaints]
    return Done(count, complaints)


def by_module(letters: Sequence[str]) -> Mapping[str, Sequence[DeadLetterFilter]]:
    """What `module/id` names, by module."""
    chosen: dict[str, list[DeadLetterFilter]] = defaultdict(list)
    for each in letters:
        module, _, id = each.partition("/")
        chosen[module].append(DeadLetterFilter(id=id))
    return chosen


def look_up(
    directory: ModuleDirectory, cookies: str, chosen: Mapping[str, Sequence[DeadLetterFilter]]
) -> Sequence[tuple[str, str, Mapping[str, Any] | None]]:
    """The module, the id and the message of each letter chosen, as far as there is an answer."""
    questions = {name: _looking_up(which) for name, which in chosen.items()}
    answers = directory.ask(cookies, questions)
    return [
        (name, which.id or "", None if isinstance(answer, Unavailable) else answer[place])
        for name, answer in answers.items()
        for place, which in enumerate(chosen[name])
    ]


def _looking_up(chosen: Sequence[DeadLetterFilter]) -> Question[Sequence[Mapping[str, Any] | None]]:
    return lambda module: [_message(module, which) for which in chosen]


def _message(module: ModuleView, which: DeadLetterFilter) -> Mapping[str, Any] | None:
    try:
        return module.message(which.id or "")
    except UnknownDeadLetter:
        return None


def _settling(chosen: Sequence[DeadLetterFilter], reason: str | None) -> Question[Done]:
    return lambda module: _settle(module, chosen, reason)


def _settle(module: ModuleView, chosen: Sequence[DeadLetterFilter], reason: str | None) -> Done:
    count, complaints = 0, []
    for which in chosen:
        try:
            count += module.redrive(which) if reason is None else module.discard(which, reason)
        except UnknownDeadLetter:
            complaints.append(f"There is no dead letter {which.id}.")
        except Refused as refusal:
            complaints.append(str(refusal))
    return Done(count, complaints)
