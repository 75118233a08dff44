"""Requests, pages, start, memory and idling: who does which task, and which ratios are wanted."""

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
    "post": "Python around the statements. Of the samples that hold its lock the event loop "
    "(framework, log line, the hop to a thread and back) takes 65 %, the threads with their "
    "transactions 35 %; a third of the time it is on its way from one to the other. On SQLite the "
    "peers serve a few clients at once and let the others wait, half a second some of them, which "
    "spares them that: the bus gives all of them their turn. With its delivery the event costs the "
    "relay's and the other module's transactions in the same process, too, which the peers' outbox "
    "rows do not: nobody carries those on.",
    "get": "Python around the one statement: the framework, the thread hop and the log line.",
    "likes": "The two statements and making rows into objects.",
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
            dominated_by="Importing: no data is read that the start does not need.",
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
        dominated_by="Reading what is shown, and its template; of the bytes Pico and htmx.",
    ),
)
