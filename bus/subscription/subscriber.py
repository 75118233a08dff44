"""Applying events: a batch of reactions and the cursor in one transaction, exactly once in effect.

What a batch meets: a message that the cursor knows is dropped, the next one is applied, what lies
ahead is dropped as well and asked for again. If a batch fails it is redone by halves until the one
that fails stands alone, and that one goes to the inbox.
"""

import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError

from bus.events.contract import lacking, read_contract
from bus.outbox.epochs import LogPosition
from bus.participant import Participant
from bus.retry import RetrySchedule, pause_after
from bus.signals.topics import LOOK_SECONDS, Topic
from bus.storage.errors import log_level, reason
from bus.subscription.batch import Batch, Incoming
from bus.subscription.crash_guard import CrashGuard
from bus.subscription.cursor import Cursors
from bus.subscription.gaps import Gaps
from bus.subscription.reaction_runner import ReactionRunner
from bus.transport import Inlet

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """How much one transaction takes: up to so many messages, or so many seconds of reactions."""

    messages: int = 500
    seconds: float = 0.05


class Subscriber:
    """The thread that applies what a participant's sources send it."""

    def __init__(
        self,
        participant: Participant,
        inlet: Inlet,
        runner: ReactionRunner,
        schedule: RetrySchedule,
        limits: BatchLimits,
        gap_patience: float,
    ) -> None:
        self._participant = participant
        self._inlet = inlet
        self._runner = runner
        self._schedule = schedule
        self._limits = limits
        self._gaps = Gaps(gap_patience)
        self._crash_guard = CrashGuard(participant, limits.messages)
        self._connection_generation = 0
        self._contracts: dict[str, Sequence[str]] = {}
        self.fault = ""
        self._took_batch: float | None = None
        self._looked = 0.0
        self._stopping = threading.Event()
        self._thread = threading.Thread(
            target=self._run, name=f"subscriber-{participant.name}", daemon=True
        )

    @property
    def is_consuming(self) -> bool:
        """Whether events can reach it now."""
        return self._inlet.is_open

    @property
    def busy_seconds(self) -> float:
        """For how long it has been at one batch, 0 while it waits for events."""
        took = self._took_batch
        return 0.0 if took is None else time.monotonic() - took

    @property
    def lacks(self) -> Sequence[str]:
        """What its sources say that they do not publish though it wants it."""
        return [sentence for sentences in self._contracts.values() for sentence in sentences]

    def start(self) -> None:
        self._participant.waker.register(Topic.CURSORS, self._look_now)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._inlet.wake()

    def join(self, seconds: float) -> None:
        if self._thread.is_alive():  # else it was perhaps never started
            self._thread.join(seconds)

    def _run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            try:
                self._ask_sources()
                self.fault = ""
                bodies = self._inlet.receive(self._limits.messages, self._gaps.seconds_until_due())
                if bodies:
                    self._took_batch = time.monotonic()
                    if self._apply_all([Incoming.read(body) for body in bodies]):
                        self._inlet.acknowledge()
                failures = 0
            except Exception as error:  # a subscriber that ends would apply nothing any more
                failures += 1
                self._pause(error, failures)
            finally:
                self._took_batch = None
        self._inlet.close()
        self._end_trials()

    # What to ask the sources for.

    def _ask_sources(self) -> None:
        connection_generation = self._inlet.connection_generation
        if connection_generation != self._connection_generation:
            for source in self._participant.sources:
                # It may have stood by while the source went on: what it said then is old.
                self._contracts.pop(source, None)
                place = self._ask(source, resend=False)
                self._gaps.suspect(source, place.position + 1)
            self._connection_generation = connection_generation
        if time.monotonic() - self._looked >= LOOK_SECONDS:
            self._ask_as_operator_wants()
            self._looked = time.monotonic()
        for source in self._gaps.due():
            self._ask(source, resend=True)
            self._gaps.asked(source)

    def _ask_as_operator_wants(self) -> None:
        cursors = self._participant.tables.cursors
        wanted = cursors.c.resend.is_(True)
        with self._participant.database.snapshot() as connection:
            sources = connection.scalars(select(cursors.c.source).where(wanted).distinct()).all()
        if sources:
            for source in sources:
                place = self._ask(source, resend=True)
                self._gaps.suspect(source, place.position + 1)
            with self._participant.database.transaction() as connection:
                asked = wanted & cursors.c.source.in_(sources)
                connection.execute(update(cursors).where(asked).values(resend=False))

    def _ask(self, source: str, *, resend: bool) -> LogPosition:
        with self._participant.database.transaction() as connection:
            newest = Cursors(connection, self._participant.tables, [source]).newest(source)
        place = newest.place if newest else LogPosition()
        self._inlet.ask(source, place, resend=resend)
        return place

    def _look_now(self) -> bool:
        self._looked = 0.0
        self._inlet.wake()
        return not self._stopping.is_set()

    # What to do with the messages.

    def _apply_all(self, messages: Sequence[Incoming]) -> bool:
        """Take every message to its end, in the inbox if need be; False only when stopping."""
        failures, size = 0, len(messages)
        cause: Exception | None = None
        while messages and not self._stopping.is_set():
            try:
                taken = self._apply(messages[:size], cause)
                messages = messages[taken:]
                failures, size, cause = 0, len(messages), None
                self.fault = ""
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
            participant.working_in(connection) as work,
        ):
            batch = Batch(work, participant, self._runner, self._crash_guard, messages)
            if cause:
                batch.park(messages[0], cause, self._schedule)
                taken = 1
            else:
                self._runner.limit_statements(connection)
                taken = self._take_for_a_while(batch, messages)
            published = batch.close()
        self._after_commit(batch, published)
        return taken

    def _take_for_a_while(self, batch: Batch, messages: Sequence[Incoming]) -> int:
        deadline = time.monotonic() + self._limits.seconds
        for taken, message in enumerate(messages, start=1):
            batch.take(message)
            if time.monotonic() > deadline:
                return taken
        return len(messages)

    def _after_commit(self, batch: Batch, published: bool) -> None:
        self._note_applied(batch)
        for source, position in batch.ahead.items():
            if position > batch.position(source):
                self._gaps.ahead(source, position)
        for source in batch.at_head:
            self._gaps.ends(source, batch.position(source))
        wanted = [event for event, _ in self._participant.reactions.values()]
        for source, data in batch.contracts.items():
            self._contracts[source] = lacking(source, read_contract(data), wanted)
        if batch.parked:
            self._participant.waker.wake(Topic.INBOX)
        if published:
            self._participant.waker.wake(Topic.OUTBOX)

    def _note_applied(self, batch: Batch) -> None:
        for source, count in batch.applied.items():
            self._crash_guard.count(source, count)
            self._gaps.moved(source, batch.position(source))
        if batch.applied:
            self._participant.watch.committed()

    def _pause(self, error: Exception, failures: int) -> None:
        fault = f"events wait to be applied: {reason(error)}"
        if fault != self.fault:
            unforeseen = not isinstance(error, SQLAlchemyError | OSError)
            name = self._participant.name
            _log.log(log_level(error), "%s: %s", name, fault, exc_info=unforeseen)
        self.fault = fault
        self._stopping.wait(pause_after(failures))

    def _end_trials(self) -> None:
        try:
            self._crash_guard.end()
        except SQLAlchemyError:
            _log.info("%s: the first window is tried with care next time", self._participant.name)
