"""The story of a request: its events, what became of each, and the events that these caused."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.operations.directory import ModuleDirectory, Question
from app.operations.module_view import LogQuery, Unavailable
from bus.admin import Delivery, LoggedEvent, Sent

EVENTS_TOLD = 100
"""Of each module's log; a request that caused more has a story of its newest."""

Listeners = Mapping[str, Sequence[str]]
"""DeadLetterFilter modules react to an event, by its wire name."""


@dataclass(slots=True)
class Hearing:
    """What became of an event at one subscriber: nothing is known while that does not answer."""

    subscriber: str
    delivery: Delivery | None
    caused: "list[Step]" = field(default_factory=list)


@dataclass(slots=True)
class Step:
    """An event with what became of it; `also` was caused by it in no way that we know."""

    source: str
    event: LoggedEvent
    hearings: list[Hearing]
    also: "list[Step]" = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Story:
    """All that one request caused, as far as it is known.

    `count` events, the first logged at `began`; `last` is when the latest was logged or applied.
    `origins` is what was asked for, as `POST /api/products`: more than one where callers gave the
    same correlation id to several requests, and nothing of events older than this record.
    `silent` are the modules that do not answer and why; `cut` those that logged more than is told.
    """

    correlation: str
    origins: Sequence[str]
    count: int
    began: str | None
    last: str | None
    steps: Sequence[Step]
    silent: Mapping[str, str]
    cut: Sequence[str]


def tell(directory: ModuleDirectory, listeners: Listeners, correlation: str, cookies: str) -> Story:
    """The story of the request with this correlation id."""
    look = LogQuery(correlation=correlation, limit=EVENTS_TOLD)
    answers = directory.ask_all(cookies, lambda module: module.events(look))
    events = [
        (source, event)
        for source, page in answers.items()
        if not isinstance(page, Unavailable)
        for event in page.events
    ]
    events.sort(key=lambda each: (each[1].time, each[1].position or 0))
    became = directory.ask(cookies, _questions(listeners, events))
    deliveries = _by_event(became)
    logged = [event.time for _, event in events]
    times = [*logged, *(each.time for each in deliveries.values() if each.time)]
    silent = {
        name: str(answer)
        for name, answer in (*answers.items(), *became.items())
        if isinstance(answer, Unavailable)
    }
    cut = [
        name
        for name, page in answers.items()
        if not isinstance(page, Unavailable) and page.older is not None
    ]
    return Story(
        correlation,
        origins=list(dict.fromkeys(event.origin for _, event in events if event.origin)),
        count=len(events),
        began=min(logged, default=None),
        last=max(times, default=None),
        steps=_steps(listeners, events, deliveries),
        silent=silent,
        cut=cut,
    )


def _questions(
    listeners: Listeners, events: Sequence[tuple[str, LoggedEvent]]
) -> Mapping[str, Question[Sequence[Delivery]]]:
    asked: dict[str, list[Sent]] = defaultdict(list)
    for source, event in events:
        if event.position is not None and event.epoch is not None:
            sent = Sent(
                source=source,
                epoch=event.epoch,
                position=event.position,
                event_id=event.event_id,
            )
            for subscriber in listeners.get(event.type, ()):
                asked[subscriber].append(sent)
    return {name: _asking_for(events) for name, events in asked.items()}


def _asking_for(events: Sequence[Sent]) -> Question[Sequence[Delivery]]:
    return lambda module: module.deliveries(events)


def _by_event(
    became: Mapping[str, Sequence[Delivery] | Unavailable],
) -> Mapping[tuple[str, str], Delivery]:
    return {
        (delivery.subscriber, delivery.event_id): delivery
        for found in became.values()
        if not isinstance(found, Unavailable)
        for delivery in found
    }


def _steps(
    listeners: Listeners,
    events: Sequence[tuple[str, LoggedEvent]],
    became: Mapping[tuple[str, str], Delivery],
) -> Sequence[Step]:
    steps = {
        event.event_id: Step(source, event, list(_hearings(listeners, event, became)))
        for source, event in events
    }
    first = []
    for step in steps.values():
        cause = steps.get(step.event.causation_id or "")
        if cause is None:
            first.append(step)
        else:
            _place(cause, step)
    return first


def _hearings(
    listeners: Listeners, event: LoggedEvent, became: Mapping[tuple[str, str], Delivery]
) -> Iterator[Hearing]:
    for subscriber in listeners.get(event.type, ()):
        delivery = became.get((subscriber, event.event_id))
        if delivery is None and event.position is None:
            delivery = Delivery(subscriber=subscriber, event_id=event.event_id, state="not yet")
        yield Hearing(subscriber, delivery)


def _place(cause: Step, step: Step) -> None:
    for hearing in cause.hearings:
        if hearing.subscriber == step.source:
            hearing.caused.append(step)
            return
    cause.also.append(step)
