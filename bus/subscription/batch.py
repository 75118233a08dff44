"""One batch: reactions, their writes, their events and the cursors, in one transaction."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bus.backoff import RetrySchedule
from bus.events.envelope import HEAD, Envelope, Undecodable, decode
from bus.outbox.unit_of_work import UnitOfWork
from bus.participant import BatchReaction, Participant, PermanentError
from bus.subscription.batch_groups import BatchGroups
from bus.subscription.crash_guard import CrashGuard
from bus.subscription.cursor import Cursors, Verdict
from bus.subscription.inbox import Inbox, State
from bus.subscription.reaction_runner import ReactionRunner

Apply = Callable[["Incoming", Envelope], None]


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as it came, and its envelope if it could be read."""

    body: bytes
    envelope: Envelope | Undecodable

    @classmethod
    def read(cls, body: bytes) -> "Incoming":
        """Read the message's envelope, or note why it cannot be read."""
        try:
            return cls(body, decode(body))
        except Undecodable as error:
            return cls(body, error)

    @property
    def source(self) -> str:
        """The module that sent it; empty when it cannot be read."""
        return "" if isinstance(self.envelope, Undecodable) else self.envelope.source


class Batch:
    """Applies messages inside the caller's transaction; its findings count after the commit."""

    def __init__(
        self,
        work: UnitOfWork,
        participant: Participant,
        runner: ReactionRunner,
        crash_guard: CrashGuard,
        cursors: Cursors,
        blocked: Mapping[str, set[str]],
    ) -> None:
        self._work = work
        self._participant = participant
        self._runner = runner
        self._crash_guard = crash_guard
        self._inbox = Inbox(participant)
        self._cursors = cursors
        self._blocked = defaultdict(set, blocked)
        self._groups = BatchGroups(self._react_to_all)
        self.applied: Counter[str] = Counter()
        self.ahead: dict[str, int] = {}
        self.at_head: set[str] = set()
        self.contracts: dict[str, bytes] = {}
        self.parked = False

    @classmethod
    def begin(
        cls,
        work: UnitOfWork,
        participant: Participant,
        runner: ReactionRunner,
        crash_guard: CrashGuard,
        messages: Sequence[Incoming],
    ) -> "Batch":
        """Lock the cursors of the messages' sources, and read which subjects must wait."""
        envelopes = [m.envelope for m in messages if isinstance(m.envelope, Envelope)]
        sources = sorted({e.source for e in envelopes} & set(participant.sources))
        cursors = Cursors.lock(work.connection, participant.tables, sources)
        inbox = Inbox(participant)
        blocked = {
            source: inbox.blocked(
                work.connection, source, {e.subject for e in envelopes if e.source == source}
            )
            for source in sources
            if cursors.any_parked(source)
        }
        return cls(work, participant, runner, crash_guard, cursors, blocked)

    @property
    def published(self) -> bool:
        """True if its reactions published events; known when its unit of work has ended."""
        return self._work.has_published

    def take(self, message: Incoming) -> None:
        """Apply the message if it is the next one; raises what its reaction raises."""
        self._handle(message, self._react)

    def park(self, message: Incoming, cause: Exception, schedule: RetrySchedule) -> None:
        """Put the message whose reaction failed into the inbox, in its place in the order."""
        permanent = isinstance(cause, PermanentError | Undecodable) or schedule.attempts <= 1

        def store(message: Incoming, envelope: Envelope) -> None:
            if permanent:
                self._store(message, envelope, State.DEAD, cause)
            else:
                due = time.time() + schedule.pause_after(1)
                self._store(message, envelope, State.RETRYING, cause, due)

        self._handle(message, store)

    def close(self) -> None:
        """Run the batch reactions that wait, and write the cursors."""
        self._groups.run_all()
        self._cursors.save()

    def position(self, source: str) -> int:
        """The position of the source's cursor now."""
        newest = self._cursors.newest(source)
        return newest.position if newest else 0

    def _handle(self, message: Incoming, apply: Apply) -> None:
        envelope = message.envelope
        if isinstance(envelope, Undecodable):
            self._inbox.store_undecodable(self._work.connection, message.body, envelope)
        elif envelope.source in self._participant.sources:
            if envelope.type == HEAD:
                self.contracts[envelope.source] = bytes(envelope.data)
            self._cursors.enter_epoch(envelope)
            verdict = self._cursors.classify(envelope)
            if verdict is Verdict.NEXT:
                self._take_next(message, envelope, apply)
            elif verdict is Verdict.GAP:
                self._note_missing(envelope)
            elif verdict is Verdict.DIVERGED:
                self._note_divergence(envelope)
            elif envelope.type == HEAD:
                self.at_head.add(envelope.source)

    def _note_missing(self, envelope: Envelope) -> None:
        source = envelope.source
        newest = self._cursors.newest(source)
        beyond = newest.position + 1 if newest else 1
        if newest is None or envelope.epoch >= newest.epoch:
            beyond = max(beyond, envelope.position)
        self.ahead[source] = max(self.ahead.get(source, 0), beyond)

    def _take_next(self, message: Incoming, envelope: Envelope, apply: Apply) -> None:
        if self._runner.wants(envelope):
            if self._runner.erases(envelope):
                self._forget_stored(envelope)
            if envelope.subject in self._blocked[envelope.source]:
                self._store(message, envelope, State.WAITING)
            else:
                apply(message, envelope)
        cursor = self._cursors.of(envelope)
        cursor.advance(envelope)
        cursor.trial = self._crash_guard.runs(envelope.source)
        self.applied[envelope.source] += 1

    def _forget_stored(self, envelope: Envelope) -> None:
        source, subject = envelope.source, envelope.subject
        for epoch, parked in self._inbox.forget(self._work.connection, source, subject).items():
            self._cursors.unpark(source, epoch, parked)
        self._blocked[source].discard(subject)

    def _react(self, message: Incoming, envelope: Envelope) -> None:
        if self._crash_guard.isolates(envelope.source):
            self._store(message, envelope, State.RETRYING, next_attempt=time.time())
            return
        reaction = self._runner.batch_reaction(envelope)
        if reaction:
            self._groups.add(envelope, reaction)
        else:
            self._groups.flush_subject(envelope)
            self._runner.react(envelope, self._work)

    def _react_to_all(self, reaction: BatchReaction, envelopes: Sequence[Envelope]) -> None:
        self._runner.react_to_all(reaction, envelopes, self._work)

    def _store(
        self,
        message: Incoming,
        envelope: Envelope,
        state: State,
        error: Exception | None = None,
        next_attempt: float | None = None,
    ) -> None:
        self._inbox.store(
            self._work.connection,
            envelope,
            message.body,
            state,
            error=error,
            next_attempt=next_attempt,
        )
        self._cursors.of(envelope).parked += 1
        self._blocked[envelope.source].add(envelope.subject)
        self.parked = True

    def _note_divergence(self, envelope: Envelope) -> None:
        cursor = self._cursors.of(envelope)
        cursor.fault = (
            f"the log of {envelope.source} does not lead to position {cursor.position} any more: "
            f"it was restored from an older state; run new-epoch {envelope.source} --after with "
            "the last position that the restored state had"
        )
