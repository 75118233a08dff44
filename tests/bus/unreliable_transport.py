"""A transport that loses, repeats, reorders and delays what a real one carries."""

import random
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence

from bus import Participant
from bus.outbox.epochs import LogPosition
from bus.transports import Inlet, Outlet, Transport

Distort = Callable[[Sequence[bytes]], Sequence[bytes]]

_LONGEST_WAIT = 0.02


def as_it_came(messages: Sequence[bytes]) -> Sequence[bytes]:
    """No disturbance."""
    return messages


def nothing(_messages: Sequence[bytes]) -> Sequence[bytes]:
    """Every message is lost."""
    return []


class Chaos:
    """Loses, repeats, delays and reorders messages, alike for the same seed and messages."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._delayed: list[bytes] = []

    def __call__(self, messages: Sequence[bytes]) -> Sequence[bytes]:
        roll = self._random.random
        due, self._delayed = self._delayed, []
        passed = []
        for message in messages:
            fate = roll()
            if fate < 0.1:
                continue
            if fate < 0.2:
                self._delayed.append(message)
            passed += [message] * (2 if fate > 0.9 else 1)
        passed += due
        if roll() < 0.3:
            self._random.shuffle(passed)
        return passed


class Disturbance:
    """What the members' inlets do to messages; can be changed at any time."""

    def __init__(self) -> None:
        self.distort: Distort = as_it_came
        self._guard = threading.Lock()
        self._inserted: dict[str, list[bytes]] = defaultdict(list)

    def insert(self, subscriber: str, message: bytes) -> None:
        """Hand this out to a subscriber with what it receives next."""
        with self._guard:
            self._inserted[subscriber].append(message)

    def take_inserted(self, subscriber: str) -> list[bytes]:
        """What is to be handed out now."""
        with self._guard:
            return self._inserted.pop(subscriber, [])


class Disturbed:
    """A transport whose inlets are disturbed."""

    def __init__(self, transport: Transport, disturbance: Disturbance) -> None:
        self._transport = transport
        self._disturbance = disturbance

    @property
    def name(self) -> str:
        return self._transport.name

    @property
    def one_process_only(self) -> bool:
        return self._transport.one_process_only

    @property
    def findings(self) -> Sequence[str]:
        return self._transport.findings

    def findings_of(self, participant: str) -> Sequence[str]:
        return self._transport.findings_of(participant)

    @property
    def is_blocked(self) -> bool:
        return self._transport.is_blocked

    def start(self, participants: Sequence[Participant]) -> None:
        self._transport.start(participants)

    def outlet(self, participant: Participant) -> Outlet:
        return self._transport.outlet(participant)

    def inlet(self, participant: Participant) -> Inlet:
        return _DisturbedInlet(
            participant.name, self._transport.inlet(participant), self._disturbance
        )

    def stop(self) -> None:
        self._transport.stop()


class _DisturbedInlet:
    def __init__(self, subscriber: str, inlet: Inlet, disturbance: Disturbance) -> None:
        self._subscriber = subscriber
        self._inlet = inlet
        self._disturbance = disturbance

    @property
    def is_open(self) -> bool:
        return self._inlet.is_open

    @property
    def connection_generation(self) -> int:
        return self._inlet.connection_generation

    @property
    def redelivers(self) -> bool:
        return self._inlet.redelivers

    def receive(self, limit: int, seconds: float) -> Sequence[bytes]:
        # A short wait, because what is inserted or delayed wakes nobody.
        came = self._inlet.receive(limit, min(seconds, _LONGEST_WAIT))
        inserted = self._disturbance.take_inserted(self._subscriber)
        return [*self._disturbance.distort(came), *inserted]

    def acknowledge(self) -> None:
        self._inlet.acknowledge()

    def ask(self, source: str, place: LogPosition, *, resend: bool) -> None:
        self._inlet.ask(source, place, resend=resend)

    def wake(self) -> None:
        self._inlet.wake()

    def close(self) -> None:
        self._inlet.close()
