"""Modules in other processes, asked over HTTP; one that is silent keeps nobody waiting."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn
from litestar.testing import TestClient

from app.container import LISTENERS, Application
from app.discovery import MODULE_NAMES
from app.operations import directory as module_directory
from app.operations.bulk_actions import look_up
from app.operations.diagram import draw
from app.operations.directory import ModuleDirectory
from app.operations.local import LocalModule, served_modules
from app.operations.module_view import LogQuery, Refused, Unavailable
from app.operations.remote import RemoteModule
from app.operations.request_trace import trace_request
from app.server.application import web_application
from bus import Bus
from bus.admin import DeadLetterFilter, UnknownDeadLetter, UnknownSource
from features.eventually import eventually
from tests.app.operations.logged_events import Publish, sent_from
from tests.modules.single_module import open_module
from tests.services.processes import PATIENCE_SECONDS
from tests.shared import routes_of

NEEDS = ["accounts", "likes", "person", "products", "score"]

NAMES = ("products", "likes", "person", "score", "accounts")


@contextmanager
def served(application: Application) -> Iterator[str]:
    """The process of all modules, and where it answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        # Routes of its own: a test may ask the shared ones meanwhile.
        server = uvicorn.Server(
            uvicorn.Config(web_application(application), log_config=None, http="h11")
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture
def url(application: Application) -> Iterator[str]:
    """The address of the other process, its bus running."""
    with application.bus(), served(application) as address:
        yield address


@pytest.fixture
def hostless(application: Application) -> Bus:
    """The bus of a process that hosts no module."""
    return Bus([], application.transport())


@pytest.fixture
def letter(application: Application, url: str, publish: Publish) -> str:
    """The id of a dead letter at products."""
    publish("likes.product_liked", "7/x", "{}")
    here = hosted(application, "products")
    eventually(lambda: _some(here))
    return str(here.dead_letters(DeadLetterFilter(), 10).found[0]["id"])


def _some(module: LocalModule) -> None:
    assert module.dead_letters(DeadLetterFilter(), 10).total


def hosted(application: Application, name: str) -> LocalModule:
    """The module asked directly."""
    return served_modules(application.bus())[name]


def test_a_module_elsewhere_answers_the_same(
    application: Application, url: str, letter: str
) -> None:
    here, there = hosted(application, "products"), RemoteModule("products", url, "")
    likes = RemoteModule("likes", url, "")

    [event] = likes.events(LogQuery(type="likes.product_liked")).events
    sent = sent_from("likes", event)

    assert there.dead_letters(DeadLetterFilter(), 10) == here.dead_letters(DeadLetterFilter(), 10)
    assert there.dead_letters(DeadLetterFilter(), 10, state="retrying").total == 0
    assert there.groups(DeadLetterFilter()) == here.groups(DeadLetterFilter())
    assert there.message(letter) == here.message(letter)
    assert there.deliveries([sent]) == here.deliveries([sent])
    assert there.status().dead == here.status().dead == 1
    assert [each.letter for each in there.status().findings] == [letter]
    assert likes.events(LogQuery(since=event.time)).events == [event]
    assert likes.events(LogQuery(until=event.time)).events == []
    assert likes.events(LogQuery(limit=1)) == hosted(application, "likes").events(LogQuery(limit=1))


def test_letters_elsewhere_are_redriven_and_discarded(
    application: Application, url: str, letter: str
) -> None:
    there = RemoteModule("products", url, "")

    assert there.redrive(DeadLetterFilter(id=letter)) == 1
    eventually(lambda: _some(hosted(application, "products")))
    assert there.discard(DeadLetterFilter(type="likes.product_liked"), "no use") == 1
    assert there.discard(DeadLetterFilter(), "no use") == 0
    with pytest.raises(Refused, match="is discarded, not dead"):
        there.redrive(DeadLetterFilter(id=letter))
    with pytest.raises(UnknownDeadLetter):
        there.redrive(DeadLetterFilter(id="ffffffffffff"))


def test_a_letter_elsewhere_that_erases_is_refused(
    application: Application, url: str, publish: Publish
) -> None:
    publish("person.person_erased", "p-1", "{}")
    eventually(lambda: _some(hosted(application, "score")))

    with pytest.raises(Refused, match="redrive"):
        RemoteModule("score", url, "").discard(DeadLetterFilter(), "no use")


def test_a_module_elsewhere_is_sent_its_events_again(url: str) -> None:
    there = RemoteModule("products", url, "")

    assert "likes" in there.resend(None)
    assert there.resend("likes") == ["likes"]
    with pytest.raises(UnknownSource, match="products does not listen to score"):
        there.resend("score")


def test_a_process_that_hosts_another_module_than_its_address_says_is_unavailable(
    hostless: Bus, url: str
) -> None:
    directory = ModuleDirectory(hostless, ["nobody"], {"nobody": url})

    [answer] = directory.ask_all("", lambda module: module.status()).values()

    assert str(answer) == "its process answers 404: This process hosts no module nobody."


def test_a_module_that_is_not_installed_is_drawn_and_named_as_such(hostless: Bus, url: str) -> None:
    installed = [name for name in NAMES if name != "products"]
    directory = ModuleDirectory(hostless, installed, dict.fromkeys(installed, url))

    statuses = directory.ask_all("", lambda module: module.status())
    groups = draw(statuses, LISTENERS)

    boxes = {box.name: box for group in groups for box in group.boxes}
    ways = [way for group in groups for way in group.ways if way.source == "products"]
    assert (boxes["products"].mood, boxes["products"].words) == ("away", "not installed here")
    assert "likes" in [way.subscriber for way in ways]


def test_the_pages_work_without_a_module_that_another_one_names(
    application: Application,
    web: TestClient[Any],
    letter: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The list of modules that the pages have.
    others = [name for name in NAMES if name != "likes"]
    monkeypatch.setattr(application.directory(), "modules", others)

    overview, message, trace = (
        web.get(f"/operations{path}")
        for path in ("", f"/dead-letters/products/{letter}", "/story?correlation=c-1")
    )

    assert [answer.status_code for answer in (overview, message, trace)] == [200, 200, 200]
    assert '<th scope="row">likes</th><td colspan="5">not installed here</td>' in overview.text
    assert "of its subject" not in message.text


def test_without_an_address_a_module_is_unavailable(hostless: Bus) -> None:
    statuses = ModuleDirectory(hostless, NAMES, {}).ask_all("", lambda module: module.status())

    assert all(isinstance(status, Unavailable) for status in statuses.values())
    assert "APP_MODULE_URLS" in str(statuses["likes"])


def test_the_page_tells_once_who_is_missing(migrated_url: str) -> None:
    with (
        open_module("products", {"APP_DATABASE_URL": migrated_url}) as alone,
        TestClient(routes_of(alone), base_url="http://127.0.0.1") as web,
    ):
        page = web.get("/operations").text

    others = ", ".join(name for name in MODULE_NAMES if name != "products")
    assert f"Missing here: <strong>{others}</strong>, for APP_MODULE_URLS" in page
    assert "No module that answers has logged an event yet." in page


def test_a_silent_process_is_marked_and_the_others_answer(
    hostless: Bus, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Longer than all together may take: the others have time, however busy the machine is.
    monkeypatch.setattr("app.operations.remote.SECONDS_TO_ANSWER", 10.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        directory = ModuleDirectory(
            hostless, NAMES, {**dict.fromkeys(NAMES, url), "likes": address}
        )

        statuses = directory.ask_all("", lambda module: module.status())

    assert {name for name, status in statuses.items() if isinstance(status, Unavailable)} == {
        "likes"
    }
    assert "does not answer in time" in str(statuses["likes"])
    [way] = [
        way
        for group in draw(statuses, LISTENERS)
        for way in group.ways
        if way.subscriber == "likes"
    ]
    assert (way.mood, way.words) == ("away", ["not known"])


def test_one_that_answers_without_end_is_waited_for_no_longer_than_others(
    hostless: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module_directory, "_SECONDS_IN_ALL", 0.1)
    release = threading.Event()

    def hangs(_module: Any) -> int:
        release.wait(PATIENCE_SECONDS)
        return 1

    directory = ModuleDirectory(hostless, NAMES, dict.fromkeys(NAMES, "http://127.0.0.1:9"))
    began = time.monotonic()
    answers = directory.ask_all("", hangs)
    seconds = time.monotonic() - began
    release.set()

    assert seconds < PATIENCE_SECONDS / 2
    assert {str(answer) for answer in answers.values()} == {"its process does not answer in time"}


def test_a_request_is_traced_as_far_as_processes_answer(
    hostless: Bus, url: str, letter: str
) -> None:
    urls = dict.fromkeys(NAMES, url)

    whole = trace_request(ModuleDirectory(hostless, NAMES, urls), LISTENERS, "c-1", "")
    part = trace_request(
        ModuleDirectory(hostless, NAMES, urls | {"products": "http://127.0.0.1:9"}),
        LISTENERS,
        "c-1",
        "",
    )

    [step] = whole.steps
    [hearing] = step.hearings
    assert hearing.delivery is not None
    assert (hearing.subscriber, hearing.delivery.state) == ("products", "dead")
    assert whole.silent == {}
    assert part.steps[0].hearings[0].delivery is None
    assert list(part.silent) == ["products"]


def test_letters_are_looked_up_as_far_as_processes_answer(
    hostless: Bus, url: str, letter: str
) -> None:
    urls = {"products": url, "likes": "http://127.0.0.1:9"}
    chosen = {
        "products": [DeadLetterFilter(id=letter), DeadLetterFilter(id="00ff")],
        "likes": [DeadLetterFilter(id="00aa")],
    }

    found = look_up(ModuleDirectory(hostless, NAMES, urls), "", chosen)

    assert [(name, id_, bool(known)) for name, id_, known in found] == [
        ("products", letter, True),
        ("products", "00ff", False),
        ("likes", "00aa", False),
    ]


def test_the_session_goes_along(hostless: Bus) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        heard: list[bytes] = []

        def listen() -> None:
            connection, _ = listening.accept()
            with connection:
                heard.append(connection.recv(10_000))
                connection.sendall(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")

        thread = threading.Thread(target=listen)
        thread.start()
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        answer = ModuleDirectory(hostless, NAMES, {"likes": address}).ask_one(
            "likes", "session=mine", lambda module: module.status()
        )
        thread.join()

    assert b"Cookie: session=mine\r\n" in heard[0]
    assert "401" in str(answer)
