"""The bus of one process: its participants, their threads and the transport between them."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import TracebackType

from bus.admin.status import ConsumerState, Finding, ModuleStatus, ThreadsStatus, module_status
from bus.backoff import RetrySchedule
from bus.participant import Participant
from bus.relay import Relay, RelayLocation
from bus.signals.waker import stop_wakers
from bus.subscription.reaction_runner import ReactionRunner
from bus.subscription.retrier import Retrier
from bus.subscription.subscriber import BatchLimits, Subscriber
from bus.transport import Transport

_SECONDS_TO_STOP = 4.0
_SECONDS_FOR_WAKERS = 0.4
_SECONDS_FOR_PREDECESSOR = 3.0
SECONDS_FOR_BATCH = 3.0


class AnotherProcessServes(Exception):
    """The in-memory transport found a participant's database served by another process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BusSettings:
    """Times in seconds. A reaction may take `reaction_seconds`; one that takes longer is undone."""

    retry: RetrySchedule = field(default_factory=RetrySchedule)
    batch: BatchLimits = field(default_factory=BatchLimits)
    reaction_seconds: float = 5.0
    gap_patience: float = 1.0


@dataclass(frozen=True, slots=True)
class _Threads:
    participant: Participant
    relay: Relay
    runner: ReactionRunner
    subscriber: Subscriber | None
    retrier: Retrier | None

    def findings(self, transport: Transport) -> Iterator[Finding]:
        """A finding for each thread that is not well, beside what the transport finds for all."""
        for sentence in self._sentences(transport):
            yield Finding(sentence=sentence, about="process")

    def _sentences(self, transport: Transport) -> Iterator[str]:
        of_transport = transport.findings_of(self.participant.name)
        yield from of_transport
        for worker in (self.relay, self.subscriber, self.retrier):
            if worker and worker.finding:
                yield worker.finding
        overdue = self.runner.hung_seconds()
        if overdue > 0:
            yield f"a reaction has been overdue for {overdue:.0f} s"
        if self.subscriber:
            busy = self.subscriber.busy_seconds
            if busy > SECONDS_FOR_BATCH and not (overdue or self.subscriber.finding):
                yield f"it has been at one batch for {busy:.0f} s"
            yield from self.subscriber.contract_findings
            if not (self.subscriber.is_consuming or transport.findings or of_transport):
                yield "it consumes no events"


class Bus:
    """Delivers what the participants of this process publish and what they listen to.

    Use it as a context manager, or call `start` and `stop`.
    """

    def __init__(
        self,
        participants: Sequence[Participant],
        transport: Transport,
        settings: BusSettings | None = None,
    ) -> None:
        self.participants = participants
        self.transport = transport
        self._settings = settings or BusSettings()
        self._threads: list[_Threads] = []

    def start(self) -> None:
        """Start every thread; returns at once. What is away then is waited for in the background.

        Raises AnotherProcessServes where the transport wants this process to be the only one.
        """
        self.transport.start(self.participants)
        for participant in self.participants:
            self._threads.append(self._threads_for(participant))
        for threads in self._threads:
            threads.relay.start()
        if self.transport.one_process_only:
            self._insist_on_every_relay()
        for threads in self._threads:
            threads.participant.waker.start()
            for worker in (threads.subscriber, threads.retrier):
                if worker:
                    worker.start()

    def stop(self) -> None:
        """Let every thread finish what it is doing, for a few seconds in all."""
        deadline = time.monotonic() + _SECONDS_TO_STOP
        workers = [
            worker
            for threads in self._threads
            for worker in (threads.relay, threads.subscriber, threads.retrier)
            if worker
        ]
        for worker in workers:
            worker.stop()
        for worker in workers:
            worker.join(max(0.0, deadline - _SECONDS_TO_STOP / 2 - time.monotonic()))
        # A relay that waits for a blocked broker is set free by this.
        self.transport.stop()
        for worker in workers:
            worker.join(max(0.0, deadline - time.monotonic()))
        wakers = [threads.participant.waker for threads in self._threads]
        stop_wakers(wakers, max(_SECONDS_FOR_WAKERS, deadline - time.monotonic()))
        self._threads.clear()

    def hung_seconds(self) -> float:
        """The seconds for which the worst reaction has been overdue, 0 when none is."""
        return max((threads.runner.hung_seconds() for threads in self._threads), default=0.0)

    def status(self, participant: Participant, *, brief: bool = False) -> ModuleStatus:
        """The status of a participant, with its threads; `module_status` tells what it takes.

        Raises SQLAlchemyError while the participant's database is away.
        """
        threads = self._threads_of(participant)
        relay = threads.relay.location if threads else "nowhere"
        status = ThreadsStatus(
            transport=self.transport.name,
            relay=relay,
            consumer=_consumer(threads.subscriber if threads else None),
            findings=[*self.findings(participant), *self._relay_findings(relay)],
        )
        logs = {each.name: each for each in self.participants}
        return module_status(participant, logs, status, brief=brief)

    def findings(self, participant: Participant) -> Sequence[Finding]:
        """The findings about the transport and the participant's threads; asks no database."""
        broker = [Finding(sentence=each, about="broker") for each in self.transport.findings]
        threads = self._threads_of(participant)
        return [*broker, *(threads.findings(self.transport) if threads else ())]

    def _threads_of(self, participant: Participant) -> _Threads | None:
        return next((each for each in self._threads if each.participant is participant), None)

    def _relay_findings(self, relay: RelayLocation) -> Iterator[Finding]:
        if relay == "nowhere":
            yield Finding(sentence="no process relays its events", about="relay")
        if relay == "elsewhere" and self.transport.one_process_only:
            # It came after the start, when it could not be refused.
            yield Finding(sentence="another process serves its database", about="relay")

    def relays(self) -> dict[str, bool]:
        """Per participant, True while its relay is active in this process."""
        return {threads.participant.name: threads.relay.is_active for threads in self._threads}

    def consumers(self) -> dict[str, bool]:
        """Per participant that listens, True while events can reach it in this process."""
        return {
            threads.participant.name: threads.subscriber.is_consuming
            for threads in self._threads
            if threads.subscriber
        }

    def __enter__(self) -> "Bus":
        self.start()
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _value: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _threads_for(self, participant: Participant) -> _Threads:
        settings = self._settings
        relay = Relay(participant, self.transport.outlet(participant))
        runner = ReactionRunner(participant, settings.reaction_seconds)
        if not participant.sources:
            return _Threads(participant, relay, runner, None, None)
        subscriber = Subscriber(
            participant,
            self.transport.inlet(participant),
            runner,
            settings.retry,
            settings.batch,
            settings.gap_patience,
        )
        return _Threads(
            participant, relay, runner, subscriber, Retrier(participant, runner, settings.retry)
        )

    def _insist_on_every_relay(self) -> None:
        deadline = time.monotonic() + _SECONDS_FOR_PREDECESSOR
        for threads in self._threads:
            threads.relay.wait_until_active(max(0.0, deadline - time.monotonic()))
            if threads.relay.stands_by:
                name = threads.participant.name
                self.stop()
                raise AnotherProcessServes(f"the database of {name} is served by another process")


def _consumer(subscriber: Subscriber | None) -> ConsumerState:
    if subscriber is None:
        return "none"
    return "alive" if subscriber.is_consuming else "away"
