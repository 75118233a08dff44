"""Dead letters of any modules redriven or discarded together."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.operations.directory import ModuleDirectory
from app.operations.module_view import ModuleView, Question, Refused, Unavailable
from bus.admin import DeadLetterFilter, UnknownDeadLetter

Chosen = Mapping[str, Sequence[DeadLetterFilter]]
"""The dead letters to redrive or discard, by module."""

Message = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The number of dead letters redriven or discarded, and a sentence for each that was not."""

    count: int
    refused: Sequence[str]


def apply_to_all(
    directory: ModuleDirectory, cookies: str, chosen: Chosen, reason: str | None
) -> Outcome:
    """Discard what is chosen of each module for the reason; redrive it where there is none."""
    questions = {name: _applying(filters, reason) for name, filters in chosen.items()}
    count, refused = 0, []
    for name, answer in directory.ask(cookies, questions).items():
        if isinstance(answer, Unavailable):
            refused.append(f"{name}: {answer}")
        else:
            count += answer.count
            refused += [f"{name}: {each}" for each in answer.refused]
    return Outcome(count, refused)


def apply(module: ModuleView, filters: Sequence[DeadLetterFilter], reason: str | None) -> Outcome:
    """Discard what is chosen of one module for the reason; redrive it where there is none."""
    count, refused = 0, []
    for filter in filters:
        try:
            count += module.redrive(filter) if reason is None else module.discard(filter, reason)
        except UnknownDeadLetter:
            refused.append(f"no dead letter, or more than one, begins with {filter.id!r}")
        except Refused as error:
            refused.append(str(error))
    return Outcome(count, refused)


def _applying(filters: Sequence[DeadLetterFilter], reason: str | None) -> Question[Outcome]:
    return lambda module: apply(module, filters, reason)


def by_module(ids: Sequence[str]) -> Chosen:
    """The dead letters that `module/id` names, by module."""
    chosen: dict[str, list[DeadLetterFilter]] = defaultdict(list)
    for each in ids:
        module, _, id = each.partition("/")
        chosen[module].append(DeadLetterFilter(id=id))
    return chosen


def look_up(
    directory: ModuleDirectory, cookies: str, chosen: Chosen
) -> Sequence[tuple[str, str, Message | None]]:
    """The module, the id and the message of each dead letter chosen, where there is an answer."""
    questions = {name: _looking_up(filters) for name, filters in chosen.items()}
    answers = directory.ask(cookies, questions)
    return [
        (name, filter.id or "", None if isinstance(answer, Unavailable) else answer[place])
        for name, answer in answers.items()
        for place, filter in enumerate(chosen[name])
    ]


def _looking_up(filters: Sequence[DeadLetterFilter]) -> Question[Sequence[Message | None]]:
    return lambda module: [_message(module, filter) for filter in filters]


def _message(module: ModuleView, filter: DeadLetterFilter) -> Message | None:
    try:
        return module.message(filter.id or "")
    except UnknownDeadLetter:
        return None
