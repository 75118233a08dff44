"""The two sides of a transport, which only carries events: the log is the truth.

It may lose, repeat and reorder messages, and need not know what a subscriber has applied: a
subscriber that misses something asks its source to send again from its place.
"""

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import Connection

from bus.outbox.epochs import LogPosition
from bus.participant import Participant


class PublishFailed(Exception):
    """The transport is away or refused; the relay tries again later from the same position."""


class TransportUnavailable(PublishFailed):
    """The transport is closed, or not open yet, and reports the fault itself."""


class Outlet(Protocol):
    """The relay's side: publishes one source's log to all its subscribers."""

    def begin(self, connection: Connection) -> None:
        """Called when this process has become the one relay of the source."""

    def publish_pending(self, held: Connection, head: int) -> bool:
        """Publish events up to the position `head`, and send again what subscribers asked for.

        `held` is the connection that holds the relay's lock. Returns when a part is safe,
        with True if more is left; raises PublishFailed.
        """

    def seconds_until_due(self) -> float:
        """The seconds until `publish_pending` must be called again without a signal."""

    def end(self) -> None:
        """Called when this process is no longer the relay."""


class Inlet(Protocol):
    """The subscriber's side: receives what its sources send, in order as far as it can."""

    @property
    def connection_generation(self) -> int:
        """The number of times it was opened; after each, messages may have been lost."""

    @property
    def is_open(self) -> bool:
        """True if messages can come in now."""

    @property
    def redelivers(self) -> bool:
        """True if acknowledged messages come again, should their effect not last."""

    def receive(self, limit: int, seconds: float) -> Sequence[bytes]:
        """Up to `limit` messages; waits at most `seconds` for the first one."""

    def acknowledge(self) -> None:
        """Acknowledge all that was received: its effect is committed."""

    def ask(self, source: str, place: LogPosition, *, resend: bool) -> None:
        """Ask a source where its log ends, or with `resend` to send again what follows `place`.

        The answer comes among the messages; it may fail to come.
        """

    def wake(self) -> None:
        """Let a waiting `receive` return at once."""

    def close(self) -> None:
        """Stop receiving. Unacknowledged messages are delivered again to the next consumer."""


class Transport(Protocol):
    """A way for events to get from the sources' logs to the subscribers."""

    @property
    def name(self) -> str:
        """As the settings and the operator call it."""

    @property
    def one_process_only(self) -> bool:
        """True if every relay must be in this process."""

    @property
    def findings(self) -> Sequence[str]:
        """A sentence for each thing that is wrong with the way to other processes."""

    def findings_of(self, participant: str) -> Sequence[str]:
        """A sentence for each thing that is wrong with this participant's share of the way."""

    @property
    def is_blocked(self) -> bool:
        """True if the broker is there but takes no events for now."""

    def start(self, participants: Sequence[Participant]) -> None:
        """Begin to work for the participants of this process; does not wait for a broker."""

    def outlet(self, participant: Participant) -> Outlet:
        """The relay's side for one source."""

    def inlet(self, participant: Participant) -> Inlet:
        """The subscriber's side for one participant."""

    def stop(self) -> None:
        """Stop within a few seconds."""
