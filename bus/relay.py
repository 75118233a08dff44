"""The relay of a source: assigns positions to committed events and has them published.

One relay is active per source: it holds a lock for as long as it works, and assigns positions on
the very connection that holds it, so that whoever loses the lock can assign none. Others stand by
and try for the lock every second. On SQLite events have their positions already: there it assigns
only those that an older version left out.
"""

import logging
import threading
from typing import Literal

from sqlalchemy import Connection

from bus.backoff import pause_after
from bus.participant import Participant
from bus.signals.topics import LOOK_SECONDS, Topic
from bus.transport import Outlet, PublishFailed, TransportUnavailable
from bus.worker import Worker

RelayLocation = Literal["here", "elsewhere", "nowhere"]
"""Where the one active relay of a source is: in this process, in another, or in none."""

POSITIONS_AT_ONCE = 5_000
_SECONDS_BETWEEN_TRIES = 1.0
_GATHERING_SECONDS = 0.05
"""How much later at most an event is published while others are being written."""

_log = logging.getLogger(__name__)


class Relay(Worker):
    """Stands by until it is the active relay of its source, then publishes what is committed."""

    def __init__(self, participant: Participant, outlet: Outlet) -> None:
        super().__init__("relay", participant.name)
        self._participant = participant
        self._outlet = outlet
        self.stands_by = False
        """True if another process had the active relay when it last tried."""
        self._lock = participant.database.lock("relay")
        self._wake = threading.Event()
        self._is_told_of_events = False
        self._active = threading.Event()
        self._head = 0

    @property
    def is_active(self) -> bool:
        """True while this process has the source's active relay."""
        return self._active.is_set()

    @property
    def location(self) -> RelayLocation:
        """The process with the active relay; raises SQLAlchemyError when the database is away."""
        if self.is_active:
            return "here"
        return "elsewhere" if self._lock.is_held() else "nowhere"

    def start(self) -> None:
        self._participant.waker.register(Topic.OUTBOX, self.wake)
        self._participant.waker.register(Topic.REQUESTS, self._go_on)
        super().start()

    def wait_until_active(self, seconds: float) -> None:
        """Return when it is the active relay, or so much later."""
        self._active.wait(seconds)

    def wake(self) -> bool:
        """Look at the outbox now; False when another process has to."""
        self._is_told_of_events = True
        return self._go_on()

    def _go_on(self) -> bool:
        self._wake.set()
        return self.is_active

    def _interrupt(self) -> None:
        self._wake.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                connection = self._lock.acquire()
                self.stands_by = connection is None
                if connection is not None:
                    self._serve(connection)
                self.finding = ""
            except Exception as error:  # a relay that ends would hold up every event for good
                # Loud also where a database is away: it tells of that for all.
                self._report("the relay steps down", error, logging.WARNING)
            finally:
                self._lock.release()
            self._stopping.wait(_SECONDS_BETWEEN_TRIES)

    def _serve(self, connection: Connection) -> None:
        """Be the active relay until stopped; raises what ends it."""
        try:
            with self._participant.database.transaction_on(connection):
                self._head = self._participant.log.head(connection)
                self._outlet.begin(connection)
            _log.info("%s: relay active from position %d", self._participant.name, self._head)
            self._active.set()
            failures = 0
            while not self._stopping.is_set():
                failures = 0 if self._publish(connection) else failures + 1
                if failures:
                    self._stopping.wait(pause_after(failures))
        finally:
            self._active.clear()
            self._outlet.end()

    def _publish(self, connection: Connection) -> bool:
        """Publish what is committed and wait for more; False when the transport failed."""
        self._wake.clear()
        assigned = self._assign_next(connection)
        try:
            more = self._outlet.publish_pending(connection, self._head)
        except PublishFailed as error:
            # What is wrong with a transport that is away it says itself.
            away = isinstance(error, TransportUnavailable)
            self._report("" if away else f"sending fails: {error}")
            return False
        self.finding = ""
        if not more and assigned < POSITIONS_AT_ONCE:
            self._wait_for_more(assigned)
        return True

    def _assign_next(self, connection: Connection) -> int:
        """Give positions to committed events, a bounded number at once; returns how many."""
        told, self._is_told_of_events = self._is_told_of_events, False
        seen, self._head = self._head, self._assign(connection, told)
        if self._head > seen and not told:
            # By a process that cannot say so: on SQLite no signal crosses processes.
            self._participant.watch.committed()
        return self._head - seen

    def _assign(self, connection: Connection, told: bool) -> int:
        """Give positions to committed events where they have none; returns the new head."""
        database, log, head = self._participant.database, self._participant.log, self._head
        if database.is_sqlite:
            with database.autocommit() as look:
                # One that was just logged has a position, or stands behind one that has none.
                if told and (newest := log.head(look)) > head:
                    return newest
                status = log.status(look)
            if not status.unpositioned:
                return status.head
            head = status.head
        with database.transaction_on(connection):
            return head + log.assign_positions(connection, head, POSITIONS_AT_ONCE)

    def _wait_for_more(self, assigned: int) -> None:
        if assigned > 1 or self._wake.is_set():
            # Many publish now: what they commit meanwhile is published together.
            self._stopping.wait(_GATHERING_SECONDS)
        self._wake.wait(min(LOOK_SECONDS, self._outlet.seconds_until_due()))
