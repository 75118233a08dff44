"""The measures of the modes, and of writes while the broker is stopped."""

from collections.abc import Sequence

from benchmarks.harness import Contestant, Goal, Measure

UP, STOPPED = "broker up", "broker stopped"
_MODES = {
    "memory, SQLite": ("memory", "sqlite", "one"),
    "memory, PostgreSQL": ("memory", "postgresql", "one"),
    "RabbitMQ, PostgreSQL": ("rabbitmq", "postgresql", "one"),
    "RabbitMQ, PostgreSQL, a process each": ("rabbitmq", "postgresql", "split"),
}

MODES: Sequence[Measure] = (
    Measure(
        "modes",
        "From a like to its effect in the other module, one at a time, over HTTP",
        "p50_ms",
        "milliseconds",
        tuple(Contestant(name, "benchmarks.ours.modes", how) for name, how in _MODES.items()),
        (),
        frozenset({"postgresql", "rabbitmq"}),
        count=200,
        counted="likes",
        dominated_by="Main cost: the commits of the like with its event, of its position and of "
        "the effect, and the GET that reads it.",
    ),
    Measure(
        "broker-away",
        "POST /api/products over RabbitMQ, one at a time, with the broker up and stopped",
        "p50_ms",
        "milliseconds",
        tuple(
            Contestant(name, "benchmarks.ours.broker_away", (how,))
            for name, how in ((UP, "up"), (STOPPED, "stopped"))
        ),
        (Goal("stopped, against up", f"{STOPPED}/p50_ms", f"{UP}/p50_ms", 1.5, 1.0, True),),
        frozenset({"postgresql"}),
        count=300,
        counted="requests",
        dominated_by="Main cost: the commit. With the broker up, broker and delivery use the "
        "cores, too.",
    ),
)
