"""Liveness of this process, and readiness with each of its parts."""

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass
from typing import Any, Literal

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.exceptions import ServiceUnavailableException
from litestar.params import SkipValidation
from sqlalchemy.exc import SQLAlchemyError

from app.migrations import is_current
from app.operations.module_view import Unavailable
from bus import Bus, Participant
from bus.admin import ConsumerState, ModuleStatus, RelayLocation
from bus.storage import reason
from bus.transports import Transport
from web.injection import provided
from web.problems import problem

SECONDS_TO_ANSWER = 3.0
"""The time that a database may take to answer; one that takes longer counts as away."""


Broker = Literal["up", "blocked", "away", "none"]
"""`blocked` is one that takes no events until its memory or disk alarm is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BusParts:
    """The relay and the consumer of one module, with a sentence for each finding.

    `oldest_waiting_seconds` is the age of the oldest event that was not sent yet, 0 when there is
    none.
    """

    relay: RelayLocation
    consumer: ConsumerState
    oldest_waiting_seconds: float
    faults: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleParts:
    """The parts of one module; of its bus nothing is known while its database is not at hand."""

    database: Literal["up", "away"]
    migrations: Literal["current", "missing", "unknown"]
    bus: BusParts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """Each part of this process, and in `degraded` a sentence for each that is not well."""

    status: Literal["ready", "degraded"]
    broker: Broker
    modules: Mapping[str, ModuleParts]
    degraded: Sequence[str]


class NotMigrated(Unavailable):
    """The database of a module answers, but is not at this version."""


class ReadinessProbe:
    """Reads the status of each module of this process, all at once and none twice at a time."""

    def __init__(self, bus: Bus) -> None:
        self.bus = bus
        self._pool = ThreadPoolExecutor(max(1, len(bus.participants)), thread_name_prefix="health")
        self._guard = threading.Lock()
        self._under_way: dict[str, Future[ModuleStatus | Unavailable]] = {}

    def modules(self) -> Mapping[str, ModuleStatus | Unavailable]:
        """The brief status of each module, or why there is none."""
        pending = {each.name: self._ask(each) for each in self.bus.participants}
        done, _ = wait(pending.values(), SECONDS_TO_ANSWER)
        silent = _away(f"no answer within {SECONDS_TO_ANSWER:g} s")
        return {name: each.result() if each in done else silent for name, each in pending.items()}

    def _ask(self, participant: Participant) -> Future[ModuleStatus | Unavailable]:
        with self._guard:
            under_way = self._under_way.get(participant.name)
            if under_way is None or under_way.done():
                under_way = self._pool.submit(self._status, participant)
                self._under_way[participant.name] = under_way
            return under_way

    def _status(self, participant: Participant) -> ModuleStatus | Unavailable:
        try:
            if not is_current(participant.database):
                return NotMigrated("its database is not at this version")
            return self.bus.status(participant, brief=True)
        except (SQLAlchemyError, OSError) as error:
            return _away(reason(error))


def _away(why: str) -> Unavailable:
    return Unavailable(f"its database is away ({why})")


ThisBus = SkipValidation[NamedDependency[Bus]]
ThisProbe = SkipValidation[NamedDependency[ReadinessProbe]]


@get("/", sync_to_thread=False)
def show_ping() -> Response[Any]:
    """This process answers, even if its parts do not: for a proxy that chooses between several."""
    return Response({"status": "answers"})


@get("/live", sync_to_thread=False, problems=[ServiceUnavailableException])
def show_liveness(bus: ThisBus) -> Response[Any]:
    """Red when a reaction hangs: only a restart ends it."""
    overdue = bus.hung_seconds()
    if overdue > 0:
        return problem(503, f"A reaction has been overdue for {overdue:.0f} s.")
    return Response({"status": "live"})


@get("/ready", sync_to_thread=True, problems=[ServiceUnavailableException])
def show_readiness(probe: ThisProbe) -> Response[Readiness]:
    """The parts of this process; red only while a database is away or not at this version.

    With any other finding, as a broker that is away, requests are served and no event is lost.
    """
    readiness = _readiness(probe)
    if any(parts.bus is None for parts in readiness.modules.values()):
        unable: Response[Any] = problem(503, "; ".join(readiness.degraded), parts=asdict(readiness))
        return unable
    return Response(readiness)


def _readiness(probe: ReadinessProbe) -> Readiness:
    found, transport = probe.modules(), probe.bus.transport
    degraded = [f"broker: {fault}" for fault in transport.findings]
    for name, status in found.items():
        degraded += [f"{name}: {sentence}" for sentence in _sentences(status)]
    return Readiness(
        status="degraded" if degraded else "ready",
        broker=broker(transport),
        modules={name: _parts(status) for name, status in found.items()},
        degraded=degraded,
    )


def _sentences(status: ModuleStatus | Unavailable) -> Sequence[str]:
    if isinstance(status, Unavailable):
        return [str(status)]
    # Those about the broker are shown once, for all modules.
    return [each.sentence for each in status.findings if each.about != "broker"]


def _parts(status: ModuleStatus | Unavailable) -> ModuleParts:
    if isinstance(status, NotMigrated):
        return ModuleParts(database="up", migrations="missing")
    if isinstance(status, Unavailable):
        return ModuleParts(database="away", migrations="unknown")
    parts = BusParts(
        relay=status.relay or "nowhere",
        consumer=status.consumer or "none",
        oldest_waiting_seconds=status.oldest_unsent_seconds,
        faults=_sentences(status),
    )
    return ModuleParts(database="up", migrations="current", bus=parts)


def broker(transport: Transport) -> Broker:
    """The broker as this process sees it; none where none is used."""
    if transport.one_process_only:
        return "none"
    if transport.is_blocked:
        return "blocked"
    return "away" if transport.findings else "up"


def health_routes(bus: Bus) -> Router:
    """The health of one process."""
    probe = ReadinessProbe(bus)
    handlers: Sequence[Any] = [show_ping, show_liveness, show_readiness]
    return Router(
        "/health",
        route_handlers=handlers,
        dependencies={
            "bus": provided(lambda: bus),
            "probe": provided(lambda: probe),
        },
        tags=["health"],
    )
