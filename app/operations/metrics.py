"""/metrics: numbers for Prometheus about this process. Their labels name no person and no path.

https://prometheus.io/docs/practices/naming/
"""

from collections.abc import Iterator, Mapping, Sequence

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from prometheus_client import CollectorRegistry, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from app.operations.local import served_modules
from app.operations.module_view import statuses
from bus import Bus, Participant
from bus.admin import ModuleStatus

_METHODS = {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"}
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The numbers of one process; those of the bus are read when they are asked for."""

    def __init__(self, bus: Bus) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(_BusNumbers(bus))
        ProcessCollector(registry=self.registry)
        self._durations = Histogram(
            "app_http_request_duration_seconds",
            "Seconds until answers began; the route is a template, (none) where there is none.",
            ["method", "route", "status"],
            registry=self.registry,
            buckets=_SECONDS,
        )

    def measure(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count and time a request; `route` is the template."""
        # A caller may invent methods, each of which would be counted for ever.
        known = method if method in _METHODS else "(other)"
        self._durations.labels(method=known, route=route, status=status).observe(seconds)


@get("/metrics", media_type="text/plain", sync_to_thread=True, tags=["metrics"])
def show_metrics(metrics: SkipValidation[NamedDependency[Metrics]]) -> Response[str]:
    """Requests by count, duration and status, and the bus as it is now."""
    numbers = generate_latest(metrics.registry).decode()
    return Response(numbers, media_type="text/plain; version=0.0.4")


class _BusNumbers(Collector):
    """The status of each module as numbers; one that does not answer hides no other."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._modules = served_modules(bus)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        found = statuses(self._modules)
        answered = [each for each in found.values() if isinstance(each, ModuleStatus)]
        yield _gauge(
            "app_database_up",
            "1 while the database of a module answers.",
            {(name,): isinstance(each, ModuleStatus) for name, each in found.items()},
        )
        yield _gauge(
            "app_bus_relay_active",
            "1 while this process is the active relay of a module.",
            {(name,): active for name, active in self._bus.relays().items()},
        )
        yield _gauge(
            "app_bus_consumer_alive",
            "1 while events can reach a module in this process.",
            {(name,): alive for name, alive in self._bus.consumers().items()},
        )
        yield _gauge(
            "app_bus_faults",
            "Findings about the relay and the subscriber of a module.",
            {(each.name,): self._findings(each) for each in self._bus.participants},
        )
        yield from self._broker()
        for name, text, field in _OF_STATUS:
            yield _gauge(name, text, {(each.module,): getattr(each, field) for each in answered})
        yield _gauge(
            "app_bus_behind_events",
            "Events of a source, as far as its log is at hand, that a module has yet to apply.",
            {
                (each.module, source.source): source.behind
                for each in answered
                for source in each.sources
                if source.behind is not None
            },
            labels=("module", "source"),
        )

    def _findings(self, participant: Participant) -> int:
        # Also while its database is away, and its status with it.
        return sum(each.about == "process" for each in self._bus.findings(participant))

    def _broker(self) -> Iterator[GaugeMetricFamily]:
        transport = self._bus.transport
        if not transport.one_process_only:
            yield GaugeMetricFamily(
                "app_broker_up",
                "1 while the broker is connected and takes events.",
                value=float(not transport.findings),
            )


_OF_STATUS = (
    ("app_bus_unsent_events", "Events of a module that wait in its outbox.", "unsent"),
    (
        "app_bus_oldest_unsent_seconds",
        "The age of the oldest of them.",
        "oldest_unsent_seconds",
    ),
    ("app_bus_retrying_messages", "Messages whose reaction failed and is repeated.", "retrying"),
    ("app_bus_waiting_messages", "Messages that wait behind others of their subject.", "waiting"),
    ("app_bus_dead_messages", "Dead letters.", "dead"),
)


def _gauge(
    name: str,
    text: str,
    values: Mapping[tuple[str, ...], float],
    *,
    labels: Sequence[str] = ("module",),
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=labels)
    for label_values, value in values.items():
        family.add_metric(label_values, float(value))
    return family
