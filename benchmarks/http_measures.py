"""The measures of requests, pages, start, memory and idling, with contestants and goals."""

from collections.abc import Iterator, Sequence

from benchmarks.harness import Contestant, Goal, Measure

OURS, WITHOUT, LOGGED = "ours", "ours without the event", "ours, the event only logged"
FASTAPI, FLASK = "FastAPI and ORM", "Flask, gunicorn and ORM"
_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
_TITLES = {
    "post": "POST /api/products, 16 clients",
    "get": "GET one product, 16 clients",
    "likes": "GET /api/likes of 20, 16 clients",
}
_DOMINATED_BY = {
    "post": "Main cost: Python around the statements. Of the samples that hold its global lock, "
    "the event loop (framework, log line, the change to a thread and back) takes 65 %, the threads "
    "with their transactions 35 %. A third of the time the lock passes from one to the other. On "
    "SQLite the peers avoid this: they serve a few clients and let the others wait, some for half "
    "a second, while the bus serves all in turn. A delivered event also costs the transactions of "
    "the relay and of the other module in the same process. The outbox rows of the peers are not "
    "delivered.",
    "get": "Main cost: Python around the one statement: framework, change of thread and log line.",
    "likes": "Main cost: the two statements, and turning rows into objects.",
}


def _requests(database: str, kind: str) -> Measure:
    ours = "benchmarks.ours.requests"
    variants = (
        (
            Contestant(LOGGED, ours, (kind, database, "logged-only")),
            Contestant(WITHOUT, ours, (kind, database, "without-event")),
        )
        if kind == "post"
        else ()
    )
    return Measure(
        f"{kind}-{database}",
        f"{_TITLES[kind]}, {_NAMES[database]}",
        "rate",
        "requests a second",
        (
            Contestant(OURS, ours, (kind, database)),
            *variants,
            Contestant(
                FASTAPI, "benchmarks.peers.requests", ("fastapi", kind, database), is_peer=True
            ),
            Contestant(FLASK, "benchmarks.peers.requests", ("flask", kind, database), is_peer=True),
        ),
        tuple(_goals(database, kind)),
        frozenset({"postgresql"}) if database == "postgresql" else frozenset(),
        count=16,
        counted="clients",
        dominated_by=_DOMINATED_BY[kind],
    )


def _goals(database: str, kind: str) -> Iterator[Goal]:
    if kind == "post":
        stretch = 0.85 if database == "postgresql" else 0.9
        yield Goal(
            "the event logged, against none", f"{LOGGED}/rate", f"{WITHOUT}/rate", 0.8, stretch
        )
        yield Goal("the event delivered, too", f"{OURS}/rate", f"{WITHOUT}/rate", 0.8, stretch)
        yield Goal("p99 over p50", f"{OURS}/p99_over_p50", "", 4, 3, at_most=True)
        yield Goal("logged, against FastAPI", f"{LOGGED}/rate", f"{FASTAPI}/rate", 2, 3)
        yield Goal("logged, against Flask", f"{LOGGED}/rate", f"{FLASK}/rate", 2, 3)
    yield Goal("against FastAPI", f"{OURS}/rate", f"{FASTAPI}/rate", 2, 3)
    yield Goal("against Flask", f"{OURS}/rate", f"{FLASK}/rate", 2, 3)


HTTP: Sequence[Measure] = (
    *(_requests(database, kind) for database in _NAMES for kind in _TITLES),
    *(
        Measure(
            f"start-{database}",
            f"Start with migrated data, and idling, {name}",
            "ready_seconds",
            "seconds",
            (Contestant(OURS, "benchmarks.ours.start", (database,)),),
            (
                Goal("start to ready", f"{OURS}/ready_seconds", "", 1.5, 1.0, True, "s"),
                Goal("resident", f"{OURS}/resident_mb", "", 140, 110, True, "MB"),
                Goal("idle", f"{OURS}/idle_percent", "", 0.5, 0.5, True, "% of a core"),
                Goal("looks at an outbox in 5 s", f"{OURS}/outbox_looks_in_5_s", "", 1, 1, True),
            ),
            frozenset({"postgresql"}) if database == "postgresql" else frozenset(),
            count=1,
            counted="",
            dominated_by="Main cost: imports. The start reads no data that it does not need.",
        )
        for database, name in _NAMES.items()
    ),
    Measure(
        "pages",
        "Every page with sample data, SQLite",
        "slowest_ms",
        "milliseconds",
        (Contestant(OURS, "benchmarks.ours.pages", ("sqlite",)),),
        (
            Goal("the slowest page, its median", f"{OURS}/slowest_ms", "", 50, 25, True, "ms"),
            Goal("the largest at first load", f"{OURS}/largest_kb", "", 100, 80, True, "kB"),
        ),
        count=1,
        counted="",
        dominated_by="Main cost: reading the data and rendering the template. Most of the bytes "
        "are Pico and htmx.",
    ),
)
