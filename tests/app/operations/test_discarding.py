"""What is given up for good: never by a slip, and never so that personal data stays."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from litestar.testing import TestClient
from sqlalchemy import insert, select, update

from app.cli.group import commands
from app.container import Application
from bus.admin import State
from bus.events.envelope import Undecodable
from bus.subscription.inbox import Inbox
from features.eventually import eventually

NEEDS = ["likes", "person", "products", "score"]


@pytest.fixture
def letter(application: Application) -> str:
    """The id of an erasure that score could not make."""
    (score,) = [each for each in application.participants() if each.name == "score"]
    with score.database.transaction() as connection:
        connection.execute(
            insert(score.tables.inbox).values(
                id="abc123",
                state=State.DEAD,
                source="person",
                epoch="",
                position=1,
                subject="ann",
                type="person.person_erased",
                message=b"",
                attempts=1,
                causes="[]",
                stored="2026-01-31T12:00:00.000000Z",
            )
        )
    return "abc123"


@pytest.mark.parametrize("which", ["/abc", ""], ids=["one", "all"])
def test_over_http_it_is_a_conflict_that_says_what_to_do(
    web: TestClient[Any], letter: str, which: str
) -> None:
    answer = web.post(f"/api/bus/score/dead-letters{which}/discard", json={"reason": "no use"})

    assert answer.status_code == 409
    assert f"redrive {letter}" in answer.json()["detail"]
    assert [each["id"] for each in web.get("/api/bus/score/dead-letters").json()] == [letter]


@pytest.mark.parametrize("which", ["abc", "--all"])
def test_as_a_command_it_is_one_line_that_says_what_to_do(
    settings: Mapping[str, str],
    letter: str,
    which: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)

    done = discard(settings, which)

    assert done.exit_code == 1
    assert f"redrive {letter}" in " ".join(done.output.split())


def discard(settings: Mapping[str, str], which: str) -> Result:
    arguments = ["dead-letters", "discard", "score", which, "--reason", "no use"]
    return CliRunner(env=settings).invoke(commands, arguments)


@pytest.mark.parametrize("deed", ["redrive", "discard"])
def test_a_filter_that_there_is_not_settles_nothing(
    web: TestClient[Any], letter: str, deed: str
) -> None:
    body = {"reason": "no use"} if deed == "discard" else None

    answer = web.post(f"/api/bus/score/dead-letters/{deed}?subjekt=bob", json=body)

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == ["subjekt"]
    assert [each["id"] for each in web.get("/api/bus/score/dead-letters").json()] == [letter]


def test_what_is_no_event_is_shown_without_cpfs_and_emptied_when_it_is_given_up(
    application: Application, web: TestClient[Any]
) -> None:
    (score,) = [each for each in application.participants() if each.name == "score"]
    with score.database.transaction() as connection:
        Inbox(score).store_undecodable(connection, b'{"cpf":"98765432100', Undecodable("half"))
    [letter] = web.get("/api/bus/score/dead-letters").json()
    address = f"/api/bus/score/dead-letters/{letter['id']}"

    assert web.get(address).json()["message"] == '{"cpf":"***'
    assert web.post(f"{address}/discard", json={"reason": "no use"}).status_code == 202

    with score.database.snapshot() as connection:
        assert connection.scalars(select(score.tables.inbox.c.message)).all() == [b""]


@pytest.mark.parametrize("deed", ["redrive", "discard"])
def test_what_is_not_dead_any_more_is_a_conflict_that_says_how_it_is(
    application: Application, web: TestClient[Any], deed: str
) -> None:
    id_ = undecodable(application, "half")
    body = {"reason": "no use"}
    web.post(f"/api/bus/score/dead-letters/{id_}/discard", json=body)

    answer = web.post(
        f"/api/bus/score/dead-letters/{id_}/{deed}", json=body if deed == "discard" else None
    )

    assert answer.status_code == 409
    assert answer.json()["detail"] == f"{id_} is discarded, not dead."


def test_what_an_error_says_is_told_in_one_line_without_cpfs(
    application: Application,
    web: TestClient[Any],
    settings: Mapping[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    undecodable(application, "nothing of 987.654.321-00\nthe second line")

    by_http = web.get("/api/bus").text + web.get("/api/bus/score").text
    listed = CliRunner(env=settings).invoke(commands, ["dead-letters", "list", "score"]).output
    status = CliRunner(env=settings).invoke(commands, ["status"]).output

    for told in (by_http, listed, status):
        assert "nothing of ***" in told
        assert "987.654.321-00" not in told
        assert "the second line" not in told


def undecodable(application: Application, why: str) -> str:
    """The id of a message that score could not read."""
    (score,) = [each for each in application.participants() if each.name == "score"]
    with score.database.transaction() as connection:
        Inbox(score).store_undecodable(connection, b"half", Undecodable(why))
        return str(connection.scalar(select(score.tables.inbox.c.id)))


def test_asking_for_events_again_refuses_what_it_does_not_know(web: TestClient[Any]) -> None:
    answer = web.post("/api/bus/likes/resend?sorce=products")

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == ["sorce"]


def test_a_page_of_events_without_a_place_leads_to_those_that_have_one(
    web: TestClient[Any], application: Application
) -> None:
    web.post("/api/products", json={"title": "first", "image": "i"})
    with application.bus():
        eventually(lambda: has_place(web))
    web.post("/api/products", json={"title": "second", "image": "i"})
    participant = application.hosted()["products"].participant()
    outbox = participant.tables.outbox
    with participant.database.transaction() as connection:
        # As PostgreSQL leaves it until the relay has seen it, and older versions did on SQLite.
        connection.execute(update(outbox).where(outbox.c.position == 2).values(position=None))

    newest = web.get("/api/bus/products/events?limit=1")
    older = web.get(newest.links["next"]["url"])

    assert [each["position"] for each in newest.json()] == [None]
    assert [each["position"] for each in older.json()] == [1]


def has_place(web: TestClient[Any]) -> None:
    """The newest event of products has its position."""
    [event] = web.get("/api/bus/products/events").json()
    assert event["position"] == 1
