"""The trace of a request: its events, the deliveries of each, and the events that these caused."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.operations.directory import ModuleDirectory
from app.operations.module_view import LogQuery, Question, Unavailable
from bus.admin import Delivery, LoggedEvent, Sent

EVENTS_TRACED = 100
"""Of each module's log; of a request that caused more the trace has the newest."""

Listeners = Mapping[str, Sequence[str]]
"""The modules that react to an event, by its wire name."""


@dataclass(slots=True)
class Hearing:
    """An event at one subscriber; while that does not answer the delivery is not known."""

    subscriber: str
    delivery: Delivery | None
    caused: "list[Step]" = field(default_factory=list)


@dataclass(slots=True)
class Step:
    """An event with its deliveries; `also` are events that it caused at no known subscriber."""

    source: str
    event: LoggedEvent
    hearings: list[Hearing]
    also: "list[Step]" = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RequestTrace:
    """All that one request caused, as far as it is known.

    `count` events, the first logged at `began`; `last` is when the latest was logged or applied.
    `origins` are the requests, as `POST /api/orders`: more than one where callers gave the
    same correlation id to several requests, and nothing of events older than this record.
    `silent` are the modules that do not answer and why; `cut` those that logged more than is shown.
    """

    correlation: str
    origins: Sequence[str]
    count: int
    began: str | None
    last: str | None
    steps: Sequence[Step]
    silent: Mapping[str, str]
    cut: Sequence[str]


def trace_request(
    directory: ModuleDirectory, listeners: Listeners, correlation: str, cookies: str
) -> RequestTrace:
    """The trace of the request with this correlation id."""
    query = LogQuery(correlation=correlation, limit=EVENTS_TRACED)
    answers = directory.ask_all(cookies, lambda module: module.events(query))
    events = [
        (source, event)
        for source, page in answers.items()
        if not isinstance(page, Unavailable)
        for event in page.events
    ]
    events.sort(key=lambda each: (each[1].time, each[1].position or 0))
    delivered = directory.ask(cookies, _questions(listeners, events))
    deliveries = _by_event(delivered)
    logged = [event.time for _, event in events]
    times = [*logged, *(each.time for each in deliveries.values() if each.time)]
    silent = {
        name: str(answer)
        for name, answer in (*answers.items(), *delivered.items())
        if isinstance(answer, Unavailable)
    }
    cut = [
        name
        for name, page in answers.items()
        if not isinstance(page, Unavailable) and page.older is not None
    ]
    return RequestTrace(
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
    sent_to: dict[str, list[Sent]] = defaultdict(list)
    for source, event in events:
        if event.position is not None and event.epoch is not None:
            sent = Sent(
                source=source,
                epoch=event.epoch,
                position=event.position,
                event_id=event.event_id,
            )
            for subscriber in listeners.get(event.type, ()):
                sent_to[subscriber].append(sent)
    return {name: _deliveries_of(events) for name, events in sent_to.items()}


def _deliveries_of(events: Sequence[Sent]) -> Question[Sequence[Delivery]]:
    return lambda module: module.deliveries(events)


def _by_event(
    delivered: Mapping[str, Sequence[Delivery] | Unavailable],
) -> Mapping[tuple[str, str], Delivery]:
    return {
        (delivery.subscriber, delivery.event_id): delivery
        for found in delivered.values()
        if not isinstance(found, Unavailable)
        for delivery in found
    }


def _steps(
    listeners: Listeners,
    events: Sequence[tuple[str, LoggedEvent]],
    deliveries: Mapping[tuple[str, str], Delivery],
) -> Sequence[Step]:
    steps = {
        event.event_id: Step(source, event, list(_hearings(listeners, event, deliveries)))
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
    listeners: Listeners, event: LoggedEvent, deliveries: Mapping[tuple[str, str], Delivery]
) -> Iterator[Hearing]:
    for subscriber in listeners.get(event.type, ()):
        delivery = deliveries.get((subscriber, event.event_id))
        if delivery is None and event.position is None:
            delivery = Delivery(subscriber=subscriber, event_id=event.event_id, state="not yet")
        yield Hearing(subscriber, delivery)


def _place(cause: Step, step: Step) -> None:
    for hearing in cause.hearings:
        if hearing.subscriber == step.source:
            hearing.caused.append(step)
            return
    cause.also.append(step)
