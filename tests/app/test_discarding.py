"""A dead letter that erases is not given up: the personal data would stay."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from litestar.testing import TestClient
from sqlalchemy import insert

from app import __main__  # noqa: F401  # it knows every command
from app.command_line import commands
from app.container import Application
from bus.inbox import State


@pytest.fixture
def letter(application: Application) -> str:
    """The id of an erasure that score could not make."""
    (score,) = [each for each in application.participants() if each.name == "score"]
    with score.database.writing() as session:
        session.execute(
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
