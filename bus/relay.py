"""The relay: the one thread in the world that stamps a source's log and carries it on.

It holds a lock for as long as it works, and stamps on the very connection that holds it: whoever
loses the lock can no longer stamp. Others stand by and try for the lock every so often. On SQLite
events have their positions already: there it stamps only what an older version left without one.
"""

import logging
import threading
from typing import Literal

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bus.participant import Participant
from bus.retry import pause_after
from bus.signals.topics import LOOK_SECONDS, Topic
from bus.storage.errors import reason
from bus.transport import Outlet, PublishFailed, TransportUnavailable

RelayLocation = Literal["here", "elsewhere", "nowhere"]
"""Where the one active relay of a source is: in this process, in another, or in none."""

STAMPS_AT_ONCE = 5_000
_SECONDS_BETWEEN_TRIES = 1.0
_GATHERING_SECONDS = 0.05
"""How much later at most an event is carried while others are published, too."""

_log = logging.getLogger(__name__)


class Relay:
    """Stands by until it is the one relay of its source, then carries what is committed."""

    def __init__(self, participant: Participant, outlet: Outlet) -> None:
        self._participant = participant
        self._outlet = outlet
        self.fault = ""
        self.stands_by = False
        """Whether, when it last tried, another process was the relay."""
        self._lock = participant.database.lock("relay")
        self._wake = threading.Event()
        self._told = False
        self._stopping = threading.Event()
        self._active = threading.Event()
        self._thread = threading.Thread(
            target=self._run, name=f"relay-{participant.name}", daemon=True
        )

    @property
    def is_active(self) -> bool:
        """Whether this process is the source's relay now."""
        return self._active.is_set()

    @property
    def location(self) -> RelayLocation:
        """Where the source's relay is; raises SQLAlchemyError when its database is away."""
        if self.is_active:
            return "here"
        return "elsewhere" if self._lock.is_held() else "nowhere"

    def start(self) -> None:
        self._participant.waker.register(Topic.OUTBOX, self.wake)
        self._participant.waker.register(Topic.REQUESTS, self._go_on)
        self._thread.start()

    def wait_until_active(self, seconds: float) -> None:
        """Return when it is the relay, or so much later."""
        self._active.wait(seconds)

    def stop(self) -> None:
        self._stopping.set()
        self._wake.set()

    def join(self, seconds: float) -> None:
        if self._thread.is_alive():  # else it was perhaps never started
            self._thread.join(seconds)

    def wake(self) -> bool:
        """Look at the outbox now; False when another process has to."""
        self._told = True
        return self._go_on()

    def _go_on(self) -> bool:
        self._wake.set()
        return self.is_active

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                connection = self._lock.acquire()
                self.stands_by = connection is None
                if connection is not None:
                    self._serve(connection)
                self.fault = ""
            except Exception as error:  # a relay that ends would hold up every event for good
                self._tell(error)
            finally:
                self._lock.release()
            self._stopping.wait(_SECONDS_BETWEEN_TRIES)

    def _tell(self, error: Exception) -> None:
        fault = f"the relay steps down: {reason(error)}"
        if fault != self.fault:
            unforeseen = not isinstance(error, SQLAlchemyError | OSError)
            _log.warning("%s: %s", self._participant.name, fault, exc_info=unforeseen)
        self.fault = fault

    def _serve(self, connection: Connection) -> None:
        try:
            with self._participant.database.transaction_on(connection):
                head = self._participant.log.head(connection)
                self._outlet.begin(connection)
            _log.info("%s: relay active from position %d", self._participant.name, head)
            self._active.set()
            self._publish_until_stopped(connection, head)
        finally:
            self._active.clear()
            self._outlet.end()

    def _publish_until_stopped(self, connection: Connection, head: int) -> None:
        failures = 0
        while not self._stopping.is_set():
            self._wake.clear()
            told, self._told = self._told, False
            seen, head = head, self._stamp(connection, head, told)
            if head > seen and not told:
                # By a process that cannot say so: on SQLite nothing carries word of a commit.
                self._participant.watch.committed()
            try:
                more = (
                    self._outlet.publish_pending(connection, head) or head - seen == STAMPS_AT_ONCE
                )
                failures = 0
                self.fault = ""
            except PublishFailed as error:
                failures += 1
                self._tell_of_publishing(error)
                self._stopping.wait(pause_after(failures))
                continue
            if not more:
                if head - seen > 1 or self._wake.is_set():
                    # Many publish now: what they commit meanwhile is carried together.
                    self._stopping.wait(_GATHERING_SECONDS)
                self._wake.wait(min(LOOK_SECONDS, self._outlet.seconds_until_due()))

    def _stamp(self, connection: Connection, head: int, told: bool) -> int:
        """How far the log goes when what has committed is stamped, or enough of it at once."""
        database, log = self._participant.database, self._participant.log
        if database.is_sqlite:
            with database.autocommit() as look:
                # One that was just logged has a position, or stands behind one that has none.
                if told and (newest := log.head(look)) > head:
                    return newest
                tail = log.status(look)
            if not tail.unstamped:
                return tail.head
            head = tail.head
        with database.transaction_on(connection):
            return head + log.stamp(connection, head, STAMPS_AT_ONCE)

    def _tell_of_publishing(self, error: PublishFailed) -> None:
        fault = "" if isinstance(error, TransportUnavailable) else f"sending fails: {error}"
        if fault and fault != self.fault:
            _log.warning("%s: %s", self._participant.name, fault)
        self.fault = fault
