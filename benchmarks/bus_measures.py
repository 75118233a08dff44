"""The measures of the bus, with their contestants and goals."""

from collections.abc import Sequence

from benchmarks.harness import Contestant, Goal, Measure

MODUPY, MODUPY_ON_POSTGRESQL = "modupy, SQL outbox", "modupy, on PostgreSQL"
FULL = "a million events before"
MILLION = 1_000_000
MODUPY_SCRIPT = "benchmarks.peers.modupy_outbox"
OURS, DRIVERS, FASTSTREAM = "the bus", "bare drivers", "FastStream, outbox and inbox"
ONE_WAIT = "bare drivers, the effect not waited for"
LOCK = (
    "Main cost: Python's global lock. Of the samples that hold it, receiving with pika takes 48 %,"
    " publishing with pika 15 %, the reactions and their transaction 23 %, assigning positions and"
    " reading the log 8 %. Two changes made it half as fast again: columns of the log are read by"
    " position instead of by name, and the effect is written from one JSON document instead of"
    " arrays, which psycopg builds in Python."
)
ROUND_TRIPS = (
    "Main cost: two round trips per event, one after the other. The subscriber waits for them 42 % "
    "of the time. Of the rest SQLAlchemy and psycopg take 60 %, and the bus 15 %. The goal is four "
    "fifths of the rate of bare drivers, but modules use SQLAlchemy. A batch reaction, as in the "
    "measure above, avoids most of this cost."
)
HAND_OVER = (
    "Main cost: Python around the transactions, on a disk that syncs in 0.1 to 0.2 ms. Of 1.4 ms "
    "the order takes 0.6, the relay's read of the log 0.1, waking and reading 0.2, the cursor 0.2, "
    "the effect and the cursor's move 0.2, the commit and its signal 0.1. The order alone, through "
    "SQLAlchemy, takes as long as both transactions of the bare driver. So twice their time cannot "
    "be reached while modules use SQLAlchemy. The bus waits for the disk once, two transactions "
    "wait twice: the slower the disk, the smaller the difference."
)
BROKER_HAND_OVER = (
    "Main cost: round trips to the database. Within 5.3 ms the order and the reaction take a "
    "transaction each, as with bare drivers, but through SQLAlchemy. The bus adds two round trips "
    "for positions and for reading the log, two for the reaction's time limit and the cursor, and "
    "four changes of thread."
)
EACH = (
    "Main cost: the transaction of the order, 0.5 of 0.6 ms. The relay collects single events for "
    "50 ms, so the relay and the store take only the rest."
)
BROKER = frozenset({"postgresql", "rabbitmq"})


def drain(effect: str) -> Sequence[Contestant]:
    """The contestants that drain an outbox over RabbitMQ."""
    return (
        Contestant(OURS, "benchmarks.ours.drain", ("rabbitmq", effect)),
        Contestant(DRIVERS, "benchmarks.ceilings.drain", (effect,)),
        Contestant(FASTSTREAM, "benchmarks.peers.faststream_drain", (effect,), 0.05, is_peer=True),
    )


def full_log(transport: str, needs: frozenset[str]) -> Measure:
    """A comparison of draining after a million earlier events with draining a new log."""
    arguments = (transport, "copy")
    return Measure(
        f"full-log-{transport}",
        f"Draining behind a million events against an empty log, {transport}",
        "rate",
        "events a second",
        (
            Contestant(OURS, "benchmarks.ours.drain", arguments),
            Contestant(FULL, "benchmarks.ours.drain", (*arguments, str(MILLION))),
        ),
        (
            Goal("full against empty", f"{FULL}/rate", f"{OURS}/rate", 0.9, 0.97),
            Goal("growth while draining", f"{OURS}/grown", "", 20, 10, at_most=True, unit="MB"),
        ),
        needs,
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
        dominated_by=LOCK,
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
        dominated_by=ROUND_TRIPS,
    ),
    Measure(
        "each",
        "A transaction per event, in memory on SQLite, until all are applied",
        "rate",
        "events a second",
        (
            Contestant(OURS, "benchmarks.ours.each", (), 0.05),
            Contestant(MODUPY, MODUPY_SCRIPT, ("each", "sqlite"), 0.01, is_peer=True),
            Contestant(MODUPY_ON_POSTGRESQL, MODUPY_SCRIPT, ("each", "postgresql"), 0.01, True),
        ),
        (Goal("against modupy", f"{OURS}/rate", f"{MODUPY}/rate", 15, 25),),
        frozenset({"postgresql"}),
        dominated_by=EACH,
    ),
    Measure(
        "backlog",
        "Draining a backlog, in memory on SQLite",
        "rate",
        "events a second",
        (
            Contestant(OURS, "benchmarks.ours.drain", ("memory", "copy")),
            Contestant(MODUPY, MODUPY_SCRIPT, ("backlog", "sqlite"), 0.01, is_peer=True),
            Contestant(MODUPY_ON_POSTGRESQL, MODUPY_SCRIPT, ("backlog", "postgresql"), 0.01, True),
        ),
        (Goal("against modupy", f"{OURS}/rate", f"{MODUPY}/rate", 80, 150),),
        frozenset({"postgresql"}),
    ),
    Measure(
        "latency-memory",
        "One order at a time, from its transaction to its effect, in memory on SQLite",
        "p50",
        "milliseconds, less is better",
        (
            Contestant(OURS, "benchmarks.ours.latency", ("memory",), 0.01),
            Contestant(DRIVERS, "benchmarks.ceilings.latency", ("memory",), 0.01),
            Contestant(ONE_WAIT, "benchmarks.ceilings.latency", ("memory", "one wait"), 0.01),
        ),
        (
            Goal("two transactions", f"{OURS}/p50", f"{DRIVERS}/p50", 2, 1.3, at_most=True),
            Goal(
                "two, the first on the disk", f"{OURS}/p50", f"{ONE_WAIT}/p50", 2, 1.3, at_most=True
            ),
        ),
        dominated_by=HAND_OVER,
    ),
    Measure(
        "latency-rabbitmq",
        "One order at a time, from its transaction to its effect, RabbitMQ and PostgreSQL",
        "p50",
        "milliseconds, less is better",
        (
            Contestant(OURS, "benchmarks.ours.latency", ("rabbitmq",), 0.01),
            Contestant(DRIVERS, "benchmarks.ceilings.latency", ("rabbitmq",), 0.01),
        ),
        (Goal("publish, confirm, consume", f"{OURS}/p50", f"{DRIVERS}/p50", 2, 1.3, at_most=True),),
        BROKER,
        dominated_by=BROKER_HAND_OVER,
    ),
    full_log("rabbitmq", BROKER),
    full_log("memory", frozenset()),
)
