"""Traces: the ids that travel from a request through every event that it causes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from uuid_utils import uuid7

from bus.events.envelope import Envelope


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """The cause of the work that runs now.

    `correlation_id` is shared by all that one request or command causes, `causation_id` names the
    direct cause (an event's id, or nothing at the origin), `traceparent` is the W3C trace context.
    `origin` names the request or command, as `POST /api/products`, without personal data. It is
    called when an event that this causes directly is logged: a request's route is found late.
    """

    correlation_id: str
    causation_id: str | None = None
    traceparent: str | None = None
    origin: Callable[[], str] | None = None


def trace_of(envelope: Envelope) -> Trace:
    """The trace of what an event causes."""
    return Trace(
        correlation_id=envelope.correlationid or envelope.id,
        causation_id=envelope.id,
        traceparent=envelope.traceparent,
    )


UNDECIDED = Trace(correlation_id="")
"""Stands for the traces of several events as long as none of them is named as the cause."""

_current: ContextVar[Trace | None] = ContextVar("bus_trace", default=None)


def current_trace() -> Trace:
    """The trace of the request or reaction that runs now; a new one outside of both.

    Raises LookupError in a batch reaction that has not named one of its events as the cause.
    """
    trace = _current.get()
    if trace is UNDECIDED:
        raise LookupError("which of the events is the cause? say `with work.caused_by(event):`")
    return trace or Trace(correlation_id=str(uuid7()))


def current_correlation_id() -> str | None:
    """The correlation id for a log line, or nothing where nobody set one."""
    trace = _current.get()
    return trace.correlation_id or None if trace else None


@contextmanager
def tracing(trace: Trace) -> Iterator[None]:
    """Let everything inside this block be caused by `trace`."""
    token = _current.set(trace)
    try:
        yield
    finally:
        _current.reset(token)
