"""The subscriber: applies a participant's events, a batch of reactions and the cursor at a time.

If a batch fails it is undone and redone by halves, until the message that fails stands alone: that
one goes to the inbox, and the cursor moves on.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from bus.backoff import RetrySchedule, pause_after
from bus.events.contract import missing_from, read_contract
from bus.participant import Participant
from bus.signals.topics import Topic
from bus.subscription.batch import Batch, Incoming
from bus.subscription.crash_guard import CrashGuard
from bus.subscription.gaps import Gaps
from bus.subscription.reaction_runner import ReactionRunner
from bus.subscription.requests import SourceRequests
from bus.transport import Inlet
from bus.worker import Worker


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """The size of a transaction: up to so many messages, or so many seconds of reactions."""

    messages: int = 500
    seconds: float = 0.05


class Subscriber(Worker):
    """The thread that applies what a participant's sources send."""

    def __init__(
        self,
        participant: Participant,
        inlet: Inlet,
        runner: ReactionRunner,
        schedule: RetrySchedule,
        limits: BatchLimits,
        gap_patience: float,
    ) -> None:
        super().__init__("subscriber", participant.name)
        self._participant = participant
        self._inlet = inlet
        self._runner = runner
        self._schedule = schedule
        self._limits = limits
        self._gaps = Gaps(gap_patience)
        self._requests = SourceRequests(participant, inlet, self._gaps)
        self._crash_guard = CrashGuard(participant, limits.messages)
        self._contract_findings: dict[str, Sequence[str]] = {}
        self._batch_began: float | None = None

    @property
    def is_consuming(self) -> bool:
        """True if events can reach it now."""
        return self._inlet.is_open

    @property
    def busy_seconds(self) -> float:
        """The seconds that it has been at one batch, 0 while it waits for events."""
        began = self._batch_began
        return 0.0 if began is None else time.monotonic() - began

    @property
    def contract_findings(self) -> Sequence[str]:
        """A sentence for each event or field that it wants and its sources do not publish."""
        return [
            sentence for sentences in self._contract_findings.values() for sentence in sentences
        ]

    def start(self) -> None:
        self._participant.waker.register(Topic.CURSORS, self._look_now)
        super().start()

    def _interrupt(self) -> None:
        self._inlet.wake()

    def _look_now(self) -> bool:
        self._requests.look_now()
        self._inlet.wake()
        return not self._stopping.is_set()

    def _run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            try:
                self._ask_sources()
                self.finding = ""
                bodies = self._inlet.receive(self._limits.messages, self._gaps.seconds_until_due())
                if bodies:
                    self._batch_began = time.monotonic()
                    if self._apply_all([Incoming.read(body) for body in bodies]):
                        self._inlet.acknowledge()
                failures = 0
            except Exception as error:  # a subscriber that ends would apply nothing any more
                failures += 1
                self._pause(error, failures)
            finally:
                self._batch_began = None
        self._inlet.close()
        self._end_window()

    def _ask_sources(self) -> None:
        if self._requests.is_reconnected:
            # It may have stood by while the sources went on: what they said then is old.
            self._contract_findings.clear()
            self._requests.ask_all()
        self._requests.send_due()

    def _apply_all(self, messages: Sequence[Incoming]) -> bool:
        """Apply or park every message; False only when stopping."""
        failures, size = 0, len(messages)
        cause: Exception | None = None
        while messages and not self._stopping.is_set():
            try:
                taken = self._apply(messages[:size], cause)
                messages = messages[taken:]
                failures, size, cause = 0, len(messages), None
                self.finding = ""
            except Exception as error:  # whatever a reaction, or the commit of its work, raises
                if cause or self._participant.database.should_retry(error, failures):
                    failures += 1
                    self._pause(error, failures)
                else:
                    cause = error if size == 1 else None
                    size = max(1, size // 2)
        return not messages

    def _apply(self, messages: Sequence[Incoming], cause: Exception | None) -> int:
        """Apply the first of the messages in one transaction, or park the one that `cause` names.

        Returns how many it took; raises what one of them, or the commit, raises.
        """
        participant = self._participant
        self._crash_guard.begin(message.source for message in messages)
        with (
            participant.database.transaction(durable=not self._inlet.redelivers) as connection,
            participant.unit_of_work_on(connection) as work,
        ):
            batch = Batch.begin(work, participant, self._runner, self._crash_guard, messages)
            if cause:
                batch.park(messages[0], cause, self._schedule)
                taken = 1
            else:
                self._runner.limit_statements(connection)
                taken = self._take_for_a_while(batch, messages)
            batch.close()
        self._after_commit(batch)
        return taken

    def _take_for_a_while(self, batch: Batch, messages: Sequence[Incoming]) -> int:
        deadline = time.monotonic() + self._limits.seconds
        for taken, message in enumerate(messages, start=1):
            batch.take(message)
            if time.monotonic() > deadline:
                return taken
        return len(messages)

    def _after_commit(self, batch: Batch) -> None:
        for source, count in batch.applied.items():
            self._crash_guard.count(source, count)
            self._gaps.moved(source, batch.position(source))
        for source, position in batch.ahead.items():
            if position > batch.position(source):
                self._gaps.ahead(source, position)
        for source in batch.at_head:
            self._gaps.ends(source, batch.position(source))
        wanted = [event for event, _ in self._participant.reactions.values()]
        for source, data in batch.contracts.items():
            self._contract_findings[source] = missing_from(source, read_contract(data), wanted)
        self._wake_others(batch)

    def _wake_others(self, batch: Batch) -> None:
        if batch.applied:
            self._participant.watch.committed()
        if batch.parked:
            self._participant.waker.wake(Topic.INBOX)
        if batch.published:
            self._participant.waker.wake(Topic.OUTBOX)

    def _pause(self, error: Exception, failures: int) -> None:
        self._report("events wait to be applied", error)
        self._stopping.wait(pause_after(failures))

    def _end_window(self) -> None:
        try:
            self._crash_guard.end()
        except SQLAlchemyError as error:
            self._report("its next start tries the first events one by one", error)
