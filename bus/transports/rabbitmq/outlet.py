"""The outlet to a broker: sends a log from the oldest unconfirmed event on, and again on request.

After a refusal, a lost connection or a crash it goes on from what the broker has confirmed, so
subscribers may see events twice and out of turn; their cursors tell them which ones are new.
"""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from bus.outbox.epochs import Diverged
from bus.outbox.messages import Message
from bus.participant import Participant
from bus.signals.topics import Topic
from bus.transports.rabbitmq.publisher import Publisher
from bus.transports.rabbitmq.topology import Request

MESSAGES_AT_ONCE = 1_000
_FIRST_ANNOUNCEMENT_SECONDS = 5.0
_LONGEST_ANNOUNCEMENT_SECONDS = 600.0


@dataclass(slots=True)
class _Announcement:
    """The time of the next head message: soon after an event, then ever less often."""

    due: float = 0.0
    pause: float = _FIRST_ANNOUNCEMENT_SECONDS

    def restart(self) -> None:
        self.pause = _FIRST_ANNOUNCEMENT_SECONDS
        self.due = time.monotonic() + self.pause

    def made(self) -> None:
        self.due = time.monotonic() + self.pause
        self.pause = min(2 * self.pause, _LONGEST_ANNOUNCEMENT_SECONDS)


class BrokerOutlet:
    """The outlet of one source to a broker."""

    def __init__(self, participant: Participant, publisher: Publisher) -> None:
        self._participant = participant
        self._publisher = publisher
        self._guard = threading.Lock()
        self._requests: list[Request] = []
        self._resends: dict[str, int] = {}
        self._announcement = _Announcement()

    def begin(self, connection: Connection) -> None:
        log = self._participant.log
        if log.confirmed(connection) is None:
            # No broker was used since: subscribers go on from their cursors and ask for the rest.
            log.confirm(connection, log.head(connection))
        self._resends.clear()
        self._announcement = _Announcement()
        self._publisher.consume_requests(self._receive)

    def publish_pending(self, held: Connection, head: int) -> bool:
        confirmed = self._send_next(held)
        self._take_requests(confirmed)
        self._resend_next(confirmed)
        if time.monotonic() >= self._announcement.due:
            self._publish([self._head(confirmed)])
            self._announcement.made()
        return confirmed < head or bool(self._resends)

    def seconds_until_due(self) -> float:
        return max(0.0, self._announcement.due - time.monotonic())

    def end(self) -> None:
        self._publisher.consume_requests(None)

    def _receive(self, request: Request) -> None:
        with self._guard:
            self._requests.append(request)
        # The relay is this process's: telling others might mean connecting, on the broker's thread.
        self._participant.waker.wake_here(Topic.REQUESTS)

    def _send_next(self, held: Connection) -> int:
        log, database = self._participant.log, self._participant.database
        with database.autocommit() as connection:
            confirmed, messages = log.unconfirmed(connection, MESSAGES_AT_ONCE)
        if not messages:
            return confirmed
        self._publish(messages)
        confirmed = messages[-1].position
        with database.transaction_on(held):
            log.confirm(held, confirmed)
        self._announcement.restart()
        return confirmed

    def _take_requests(self, confirmed: int) -> None:
        log, database = self._participant.log, self._participant.database
        while self._requests:
            # If answering fails the request is lost; the subscriber asks again.
            with self._guard:
                request = self._requests.pop(0)
            with database.snapshot() as connection:
                try:
                    after = log.epochs.position_after(connection, request.place)
                    answer = log.entry_message(connection, request.place, after)
                except Diverged:
                    self._publish([log.diverged_message(request.place)], to=request.subscriber)
                    continue
            if answer:
                self._publish([answer], to=request.subscriber)
            if request.resend:
                self._resends[request.subscriber] = after
            else:
                self._publish([self._head(confirmed)], to=request.subscriber)

    def _resend_next(self, confirmed: int) -> None:
        """Send one batch to each subscriber that asked, until it meets what was sent to all."""
        log, database = self._participant.log, self._participant.database
        for subscriber in list(self._resends):
            # Out first: sending to a subscriber that is gone fails, and must not fail for ever. One
            # that is there asks again.
            after = self._resends.pop(subscriber)
            # After a crash a subscriber may be beyond what is known to be confirmed.
            limit = min(MESSAGES_AT_ONCE, max(0, confirmed - after))
            with database.snapshot() as connection:
                messages = log.read(connection, after, limit)
            if after < confirmed and messages:
                self._publish(messages, to=subscriber)
                self._resends[subscriber] = messages[-1].position
            else:
                self._publish([self._head(confirmed)], to=subscriber)

    def _publish(self, messages: Sequence[Message], *, to: str | None = None) -> None:
        # Whoever acts on what was read must not outlive it.
        self._participant.database.flush()
        if to is None:
            self._publisher.publish(messages)
        else:
            self._publisher.publish_to(to, messages)

    def _head(self, confirmed: int) -> Message:
        with self._participant.database.snapshot() as connection:
            return self._participant.log.head_message(connection, confirmed)
