"""Runs reactions: each gets the event as its consumer declares it, in the trace that caused it."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, text

from bus.events.envelope import Envelope, decode_event
from bus.events.trace import trace_of, tracing
from bus.outbox.unit_of_work import UnitOfWork
from bus.participant import BatchReaction, Participant


class ReactionTimedOut(Exception):
    """A reaction took longer than it may; its work is undone and repeated later."""


class ReactionExited(Exception):
    """A reaction tried to end the thread or process that it ran in."""


class ReactionRunner:
    """Runs a participant's reactions, and knows those that are overdue."""

    def __init__(self, participant: Participant, limit_seconds: float) -> None:
        self._participant = participant
        self._limit = limit_seconds
        self._running: dict[int, float] = {}

    def wants(self, envelope: Envelope) -> bool:
        """True if the participant reacts to this type, and the event's data was not erased."""
        return envelope.type in self._participant.reactions and not envelope.is_forgotten

    def erases(self, envelope: Envelope) -> bool:
        """True if the event, which is wanted, erases its subject."""
        event_class, _ = self._participant.reactions[envelope.type]
        return event_class.erases

    def react(self, envelope: Envelope, work: UnitOfWork) -> None:
        """Run the reaction in `work`; raises what it raises, Undecodable, ReactionTimedOut."""
        event_class, reaction = self._participant.reactions[envelope.type]
        if isinstance(reaction, BatchReaction):
            self.react_to_all(reaction, [envelope], work)
            return
        event = decode_event(envelope, event_class)
        with tracing(trace_of(envelope)), self._timed():
            reaction(event, work)

    def react_to_all(
        self, reaction: BatchReaction, envelopes: Sequence[Envelope], work: UnitOfWork
    ) -> None:
        """Run a batch reaction to events that are its; raises as `react` does."""
        reactions = self._participant.reactions
        events = [decode_event(envelope, reactions[envelope.type][0]) for envelope in envelopes]
        with work.reacting_to(envelopes, events), self._timed():
            reaction.do(events, work)

    def batch_reaction(self, envelope: Envelope) -> BatchReaction | None:
        """The batch reaction to a wanted event; None for a reaction to one event at a time."""
        _, reaction = self._participant.reactions[envelope.type]
        return reaction if isinstance(reaction, BatchReaction) else None

    def limit_statements(self, connection: Connection) -> None:
        """Let the database end statements that take longer than a reaction may, where it can."""
        if not self._participant.database.is_sqlite:
            # One that waits for a lock so long counts as an attempt: others shall not wait for it.
            setting = text(
                "SELECT set_config('statement_timeout', :milliseconds, true),"
                " set_config('lock_timeout', '0', true)"
            )
            connection.execute(setting, {"milliseconds": str(int(self._limit * 1000))})

    def hung_seconds(self) -> float:
        """The seconds that a reaction has been overdue, 0 when none is."""
        started = min(list(self._running.values()), default=None)
        return max(0.0, time.monotonic() - started - self._limit) if started else 0.0

    @contextmanager
    def _timed(self) -> Iterator[None]:
        thread, started = threading.get_ident(), time.monotonic()
        self._running[thread] = started
        try:
            yield
        except Exception:
            raise
        except BaseException as error:
            # SystemExit and its like would end the thread, and with it all delivery.
            raise ReactionExited(f"the reaction raised {type(error).__name__}") from error
        finally:
            del self._running[thread]
        if time.monotonic() - started > self._limit:
            raise ReactionTimedOut(f"the reaction took longer than {self._limit:g} s")
