"""The bus: who does which task, and which ratios are wanted."""

from collections.abc import Sequence

from benchmarks.harness import Contestant, Goal, Measure

OURS, DRIVERS, FASTSTREAM = "the bus", "bare drivers", "FastStream, outbox and inbox"
BROKER = frozenset({"postgresql", "rabbitmq"})


def drain(effect: str) -> Sequence[Contestant]:
    """Who drains an outbox over RabbitMQ."""
    return (
        Contestant(OURS, "benchmarks.ours.drain", ("rabbitmq", effect)),
        Contestant(DRIVERS, "benchmarks.ceilings.drain", (effect,)),
        Contestant(FASTSTREAM, "benchmarks.peers.faststream_drain", (effect,), 0.05, is_peer=True),
    )


BUS: Sequence[Measure] = (
    Measure(
        "drain",
        "Outbox to projection over RabbitMQ, grouped writes, PostgreSQL",
        "rate",
        "events a second",
        drain("copy"),
        (
            Goal("against FastStream", f"{OURS}/rate", f"{FASTSTREAM}/rate", 20, 30),
            Goal("against bare drivers", f"{OURS}/rate", f"{DRIVERS}/rate", 0.6, 0.8),
        ),
        BROKER,
    ),
    Measure(
        "read-back",
        "The same with reactions one at a time that read back what they write",
        "rate",
        "events a second",
        drain("count"),
        (
            Goal("against FastStream", f"{OURS}/rate", f"{FASTSTREAM}/rate", 8, 12),
            Goal("against bare drivers", f"{OURS}/rate", f"{DRIVERS}/rate", 0.6, 0.8),
        ),
        BROKER,
    ),
)
