"""The time of the server for each page, and the size of a browser's first load.

It uses sample data and dead letters. It fails if a page is missing, also if the events that make it
do not arrive in time.
"""

import os
import re
import subprocess
import sys
import time
from statistics import median

import httpx
from sqlalchemy import insert
from uuid_utils import uuid7

from benchmarks import load, task
from benchmarks.ours.requests import ROOT, database_url
from bus import Database
from bus.storage import BusTables
from bus.storage.tables import now

ANN = "/people/11144477735"
PAGES = {
    "storefront": "/",
    "products": "/admin/products",
    "create": "/admin/products/create",
    "edit": "/admin/products/1/edit",
    "delete": "/admin/products/1/delete",
    "people": "/people",
    "person": ANN,
    "score": f"{ANN}/score",
    "operations": "/operations",
    "log": "/operations/log",
    "dead_letters": "/operations/dead-letters",
    "sign_in": "/sign-in",
    "sign_up": "/sign-up",
}
DEAD_LETTERS = 50
_ASKED = 3 if task.SHORT else 50
_SECONDS_TO_ARRIVE = 30


def main(database: str) -> None:
    """Serve sample data, and request each page."""
    port = load.free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("APP_")},
        "PYTHONPATH": str(ROOT),
        "APP_DATABASE_URL": database_url(database),
        "APP_PORT": str(port),
    }
    app = [sys.executable, "-m", "app"]
    with (
        load.served([*app, "serve", "--migrate"], environment, port, task.FOLDER),
        httpx.Client(base_url=f"http://127.0.0.1:{port}") as web,
    ):
        subprocess.run(
            [*app, "demo"], env=environment, cwd=task.FOLDER, check=True, capture_output=True
        )
        wait_until_there(web, PAGES["score"])
        pages = {
            **PAGES,
            "story": trace_path(web),
            "letter": dead_letter_path(web, database_url(database)),
        }
        times = {f"{name}_ms": milliseconds(web, path) for name, path in pages.items()}
        sizes = {f"{name}_kb": kilobytes(web, path) for name, path in pages.items()}
    task.report(slowest_ms=max(times.values()), largest_kb=max(sizes.values()), **(times | sizes))


def wait_until_there(web: httpx.Client, path: str) -> None:
    """Wait until events have made the page."""
    end = time.monotonic() + _SECONDS_TO_ARRIVE
    while web.get(path).status_code == httpx.codes.NOT_FOUND and time.monotonic() < end:
        time.sleep(0.05)


def trace_path(web: httpx.Client) -> str:
    """The path of the newest request trace in the log."""
    found = re.search(r'"(/operations/story\?[^"#]*)', web.get(PAGES["log"]).text)
    if found is None:
        raise RuntimeError("the log has no request trace")
    return found[1]


def dead_letter_path(web: httpx.Client, url: str) -> str:
    """Log events that products cannot read. Returns the path of one of the dead letters."""
    likes = Database(url.replace("{module}", "likes"), "likes")
    with likes.transaction() as connection:
        connection.execute(
            insert(BusTables("likes").outbox), [unreadable_event() for _ in range(DEAD_LETTERS)]
        )
    likes.dispose()
    path = "/api/bus/products/dead-letters"
    end = time.monotonic() + _SECONDS_TO_ARRIVE
    while len(found := web.get(path).raise_for_status().json()) < DEAD_LETTERS:
        if time.monotonic() > end:
            raise TimeoutError("the letters did not die")
        time.sleep(0.05)
    return f"/operations/dead-letters/products/{found[0]['id']}"


def unreadable_event() -> dict[str, object]:
    """A like whose product id is no number."""
    ids = {"event_id": str(uuid7()), "subject": str(uuid7()), "correlation_id": str(uuid7())}
    said = '{"product_id":"none","user_id":"x"}'
    return {**ids, "type": "likes.product_liked", "version": 1, "time": now(), "data": said}


def milliseconds(web: httpx.Client, path: str) -> float:
    """The median time of many answers in milliseconds, with the way over loopback."""
    times = []
    for _ in range(_ASKED):
        began = time.perf_counter()
        web.get(path).raise_for_status()
        times.append((time.perf_counter() - began) * 1000)
    return median(times)


def kilobytes(web: httpx.Client, path: str) -> float:
    """The size of the page and of the files that it loads, without images."""
    page = web.get(path).raise_for_status()
    files = set(re.findall(r'(?:href|src)="(/static/[^"]*\.(?:css|js))"', page.text))
    sent = [int(web.get(each).raise_for_status().headers["Content-Length"]) for each in files]
    return (len(re.sub(r'src="data:image[^"]*"', "", page.text).encode()) + sum(sent)) / 1000


if __name__ == "__main__":
    main(*sys.argv[1:])
