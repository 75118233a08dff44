"""An erased person is forgotten: nothing in any table of the module tells of them any more."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from litestar.types import ASGIApp
from sqlalchemy import text

from app.container import Application
from bus import Database
from features.eventually import eventually
from modules.person.service import Persons
from tests.in_process import ask
from tests.modules.person.kept import rows_by_table, tables

HERS: Mapping[str, str] = {
    "cpf": "98765432100",
    "name": "Ludmila Ângelo",
    "address": "Rua das Flores 77",
    "date_of_birth": "1971-12-24",
}
TRACES = [*HERS.values(), "Ludmila", "ludmila", "Flores", "987.654.321-00", "harpist", "8642.97"]
ANN = {"cpf": "11111", "name": "Ann", "address": "There 1", "date_of_birth": "1990-02-28"}


def traces(application: Application) -> list[str]:
    """The tables that tell of her, and by what."""
    said = {name: str(rows) for name, rows in tables(application).items()}
    return [f"{name}: {trace}" for name in said for trace in TRACES if trace in said[name]]


def add_ludmila(web: ASGIApp) -> None:
    """Register her, with an entry of each kind and an answer kept for each."""
    assert ask(web, "POST", "/person", json=HERS).status_code == 201
    for kind in ("income", "asset", "debt"):
        entry = {"type": "harpist", "value": "8642.97"}
        sent = entry if kind != "debt" else {"value": entry["value"]}
        answer = ask(
            web,
            "POST",
            f"/person/{HERS['cpf']}/{kind}",
            json=sent,
            headers={"Idempotency-Key": f"her-{kind}"},
        )
        assert answer.status_code == 201


def test_nothing_is_left_of_an_erased_person(application: Application, web: ASGIApp) -> None:
    add_ludmila(web)
    ask(web, "PUT", f"/person/{HERS['cpf']}", json={"name": "Ludmila A.", "address": "Flores 1"})
    assert {trace.split(":")[0] for trace in traces(application)} >= {
        "persons",
        "outbox",
        "incomes",
        "assets",
        "idempotency_keys",
    }

    erased = ask(web, "DELETE", f"/person/{HERS['cpf']}")

    assert erased.status_code == 204
    assert traces(application) == []
    assert set(rows_by_table(application)) == {"outbox"}


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_no_file_tells_of_an_erased_person(
    application: Application, web: ASGIApp, files: Path
) -> None:
    add_ludmila(web)
    assert files_with_traces(files) >= {"person.db-wal"}

    ask(web, "DELETE", f"/person/{HERS['cpf']}")

    assert files_with_traces(files) == set()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_where_somebody_reads_the_files_forget_with_a_later_write(
    application: Application, web: ASGIApp, files: Path
) -> None:
    add_ludmila(web)
    with application.databases()["person"].snapshot() as connection:
        connection.execute(text("SELECT 1 FROM person.persons"))
        ask(web, "DELETE", f"/person/{HERS['cpf']}")
        assert files_with_traces(files) >= {"person.db-wal"}

    ask(web, "POST", "/person", json={**HERS, **ANN})

    assert files_with_traces(files) == set()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_what_a_process_left_that_died_at_once_is_forgotten_by_the_next(
    application: Application, web: ASGIApp, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_ludmila(web)
    with monkeypatch.context() as dying:
        dying.setattr(Database, "_empty_write_ahead_log", lambda _: False)
        ask(web, "DELETE", f"/person/{HERS['cpf']}")
    assert files_with_traces(files) >= {"person.db-wal"}

    another = Database(f"sqlite:///{files}/person.db", "person")
    with another.transaction():
        pass
    another.dispose()

    assert files_with_traces(files) == set()


def files_with_traces(folder: Path) -> set[str]:
    """The files that tell of her."""
    return {
        path.name
        for path in folder.iterdir()
        if path.is_file() and any(trace.encode() in path.read_bytes() for trace in TRACES)
    }


def test_nothing_is_left_where_events_were_delivered_either(
    application: Application, web: ASGIApp
) -> None:
    def all_sent() -> None:
        assert None not in [row["position"] for row in tables(application)["outbox"]]

    with application.bus():
        add_ludmila(web)
        eventually(all_sent)
        ask(web, "DELETE", f"/person/{HERS['cpf']}")
        eventually(all_sent)

    assert traces(application) == []


def test_the_others_keep_all_they_have(
    application: Application, web: ASGIApp, persons: Persons
) -> None:
    add_ludmila(web)
    other = persons.register(
        cpf="00000011111", name="Ann", address="1 Main Street", date_of_birth=date(1990, 1, 1)
    )
    persons.add_debt(other.id, value=Decimal(1))
    key = {"Idempotency-Key": "of-the-other"}
    first = ask(web, "POST", f"/person/{other.id}/debt", json={"value": 1}, headers=key)
    before = persons.find(other.id)

    ask(web, "DELETE", f"/person/{HERS['cpf']}")

    assert persons.find(other.id) == before
    again = ask(web, "POST", f"/person/{other.id}/debt", json={"value": 1}, headers=key)
    assert again.json() == first.json()
    events = [row["data"] for row in tables(application)["outbox"] if row["subject"] == other.id]
    assert "null" not in events


def test_a_key_used_for_an_erased_person_is_forgotten_too(
    application: Application, web: ASGIApp
) -> None:
    add_ludmila(web)
    ask(web, "DELETE", f"/person/{HERS['cpf']}")
    add_ludmila(web)

    again = ask(web, "GET", f"/person/{HERS['cpf']}").json()

    assert [len(again[kind]) for kind in ("incomes", "assets", "debts")] == [1, 1, 1]
