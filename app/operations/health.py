"""Whether this process is alive, and which of its parts are well."""

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
from bus import Bus, Participant
from bus.admin import Health
from bus.storage import reason
from bus.transports import Transport
from web.injection import provided
from web.problems import problem

SECONDS_TO_ANSWER = 3.0
"""How long a database may take to answer; one that takes longer counts as away."""


Broker = Literal["up", "blocked", "away", "none"]
"""`blocked` is one that takes no events until its memory or disk alarm is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleParts:
    """The parts of one module; of its bus nothing is known while its database is not at hand."""

    database: Literal["up", "away"]
    migrations: Literal["current", "missing", "unknown"]
    bus: Health | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """Each part of this process, and in `degraded` a sentence for each that is not well."""

    status: Literal["ready", "degraded"]
    broker: Broker
    modules: Mapping[str, ModuleParts]
    degraded: Sequence[str]


class ReadinessProbe:
    """Asks each module of this process how it is, all at once and none twice at a time."""

    def __init__(self, bus: Bus) -> None:
        self.bus = bus
        self._pool = ThreadPoolExecutor(max(1, len(bus.participants)), thread_name_prefix="health")
        self._guard = threading.Lock()
        self._under_way: dict[str, Future[Examined]] = {}

    def modules(self) -> Mapping[str, "Examined"]:
        """What each module's parts are found to be, by its name."""
        asked = {each.name: self._ask(each) for each in self.bus.participants}
        done, _ = wait(asked.values(), SECONDS_TO_ANSWER)
        silent = _away(f"no answer within {SECONDS_TO_ANSWER:g} s")
        return {name: each.result() if each in done else silent for name, each in asked.items()}

    def _ask(self, participant: Participant) -> "Future[Examined]":
        with self._guard:
            under_way = self._under_way.get(participant.name)
            if under_way is None or under_way.done():
                under_way = self._pool.submit(self._examine, participant)
                self._under_way[participant.name] = under_way
            return under_way

    def _examine(self, participant: Participant) -> "Examined":
        try:
            if not is_current(participant.database):
                parts = ModuleParts(database="up", migrations="missing")
                return Examined(parts, ["its database is not at this version"])
            health = self.bus.health(participant)
        except (SQLAlchemyError, OSError) as error:
            return _away(reason(error))
        parts = ModuleParts(database="up", migrations="current", bus=health)
        return Examined(parts, health.faults)


@dataclass(frozen=True, slots=True)
class Examined:
    """The parts of a module, and what is wrong with them."""

    parts: ModuleParts
    faults: Sequence[str]


def _away(why: str) -> Examined:
    parts = ModuleParts(database="away", migrations="unknown")
    return Examined(parts, [f"its database is away ({why})"])


ThisBus = SkipValidation[NamedDependency[Bus]]
ThisProbe = SkipValidation[NamedDependency[ReadinessProbe]]


@get("/", sync_to_thread=False)
def show_ping() -> Response[Any]:
    """This process answers, whatever its parts do: for a proxy that chooses between several."""
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

    With any other fault, be it that the broker is away, requests are served and no event is lost.
    """
    readiness = _readiness(probe)
    if any(parts.bus is None for parts in readiness.modules.values()):
        unable: Response[Any] = problem(503, "; ".join(readiness.degraded), parts=asdict(readiness))
        return unable
    return Response(readiness)


def _readiness(probe: ReadinessProbe) -> Readiness:
    examined, transport = probe.modules(), probe.bus.transport
    degraded = [f"broker: {fault}" for fault in transport.faults]
    for name, module in examined.items():
        degraded += [f"{name}: {fault}" for fault in module.faults]
    return Readiness(
        status="degraded" if degraded else "ready",
        broker=broker(transport),
        modules={name: module.parts for name, module in examined.items()},
        degraded=degraded,
    )


def broker(transport: Transport) -> Broker:
    """How the broker is, as seen from this process; none where none is used."""
    if transport.one_process_only:
        return "none"
    if transport.is_blocked:
        return "blocked"
    return "away" if transport.faults else "up"


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
