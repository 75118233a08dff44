"""The retrier: tries a message of the inbox again, alone, until it is applied or dead."""

import logging
import threading

from bus.backoff import RetrySchedule
from bus.events.envelope import Undecodable, decode
from bus.participant import Participant, PermanentError
from bus.signals.topics import LOOK_SECONDS, Topic
from bus.subscription.inbox import Inbox
from bus.subscription.reaction_runner import ReactionRunner
from bus.worker import Worker

_SECONDS_AFTER_DATABASE_ERROR = 1.0
_SECONDS_BETWEEN_LOOKS = 0.02
_APPLIED_BETWEEN_PRUNINGS = 1000

_log = logging.getLogger(__name__)


class Retrier(Worker):
    """The thread that repeats a participant's failed reactions when they are due."""

    def __init__(
        self, participant: Participant, runner: ReactionRunner, schedule: RetrySchedule
    ) -> None:
        super().__init__("retrier", participant.name)
        self._participant = participant
        self._runner = runner
        self._schedule = schedule
        self._inbox = Inbox(participant)
        self._applied = 0
        self._due = threading.Event()

    def start(self) -> None:
        self._participant.waker.register(Topic.INBOX, self.wake)
        super().start()

    def _interrupt(self) -> None:
        self._due.set()

    def wake(self) -> bool:
        """Look now whether a message is due."""
        self._due.set()
        return not self._stopping.is_set()

    def try_due(self) -> bool:
        """Try the message that is due longest; False when none is due."""
        with self._participant.database.transaction() as connection:
            claimed = self._inbox.claim_due(connection, self._schedule)
        if claimed is None:
            return False
        self._try(claimed)
        return True

    def _try(self, id: str) -> None:
        failures = 0
        while not self._stopping.is_set():
            try:
                self._apply(id)
            except Exception as error:  # whatever a reaction raises is a cause to keep
                if self._participant.database.should_retry(error, failures):
                    # Not the message's fault: the same attempt once more.
                    failures += 1
                    self._stopping.wait(_SECONDS_AFTER_DATABASE_ERROR)
                    continue
                self._record_failure(id, error)
            return
        # The process ends in good order, not by this attempt.
        with self._participant.database.transaction() as connection:
            self._inbox.release_claim(connection, id)

    def _record_failure(self, id: str, error: Exception) -> None:
        permanent = isinstance(error, PermanentError | Undecodable)
        with self._participant.database.transaction() as connection:
            schedule = None if permanent else self._schedule
            self._inbox.record_failure(connection, id, error, schedule)
        self._participant.watch.committed()
        _log.warning(
            "%s: an attempt at %s failed: %s", self._participant.name, id, type(error).__name__
        )

    def _apply(self, id: str) -> None:
        participant = self._participant
        with (
            participant.database.transaction() as connection,
            participant.unit_of_work_on(connection) as work,
        ):
            row = self._inbox.lock(connection, id)
            if row is None:
                return
            envelope = decode(bytes(row.message))
            # Without a source it could not be read before; the log has sent the event again since.
            if row.source and self._runner.wants(envelope):
                self._runner.limit_statements(connection)
                self._runner.react(envelope, work)
            self._inbox.mark_applied(connection, row)
            if self._applied % _APPLIED_BETWEEN_PRUNINGS == 0:
                self._inbox.prune(connection)
        self._applied += 1
        participant.watch.committed()
        if work.has_published:
            participant.waker.wake(Topic.OUTBOX)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._due.clear()
            try:
                if (due := self._seconds_until_due()) is not None:
                    self._bury_exhausted()
                    while not self._stopping.is_set() and self.try_due():
                        pass
                    due = self._seconds_until_due()
                pause = LOOK_SECONDS
                if due is not None:
                    # Due and not to be had: another process is at it. Looking at once is no help.
                    pause = min(max(due, _SECONDS_BETWEEN_LOOKS), pause)
                self.finding = ""
            except Exception as error:  # a retrier that ends would leave the inbox as it is
                self._report("retries wait", error)
                pause = _SECONDS_AFTER_DATABASE_ERROR
            self._due.wait(pause)

    def _bury_exhausted(self) -> None:
        with self._participant.database.transaction() as connection:
            self._inbox.bury_exhausted(connection, self._schedule)

    def _seconds_until_due(self) -> float | None:
        with self._participant.database.autocommit() as connection:
            return self._inbox.next_due_seconds(connection)
