"""Who caused what: the ids that travel from a request through every event it causes."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from uuid_utils import uuid7


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """The origin of what happens now.

    `correlation_id` is shared by all that one request or command sets off, `causation_id` names the
    direct cause (an event's id, or nothing at the origin), `traceparent` is the W3C trace context.
    """

    correlation_id: str
    causation_id: str | None = None
    traceparent: str | None = None


_current: ContextVar[Trace | None] = ContextVar("bus_trace", default=None)


def current_trace() -> Trace:
    """The trace of the request or reaction that runs now; a new one outside of both."""
    return _current.get() or Trace(correlation_id=str(uuid7()))


def current_correlation_id() -> str | None:
    """The correlation id for a log line, or nothing where nobody set one."""
    trace = _current.get()
    return trace.correlation_id if trace else None


@contextmanager
def tracing(trace: Trace) -> Iterator[None]:
    """Let everything inside this block be caused by `trace`."""
    token = _current.set(trace)
    try:
        yield
    finally:
        _current.reset(token)
