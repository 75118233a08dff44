"""No secret and nobody's personal data comes out where it does not belong: a full run, searched."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bus import Database, Event, Participant
from features.eventually import eventually
from features.shop import ROOT, Shop, open_shop

NEEDS = ["accounts", "person", "score"]

CPF = "52998224725"
WRITTEN_CPFS = (CPF, "529.982.247-25", "0052998224725")
PASSWORD = "correct horse battery"
WRONG_PASSWORD = "incorrect horse battery"
NAME, ADDRESS = "Zuleika Quux", "Rua Xyzzy 42"
SECRET_KEY = "only-processes-of-this-shop-know-it"


class BrokenRegistration(Event, frozen=True, kw_only=True):
    """A registration that lacks what score wants of it."""

    wire_name = "person.person_registered"
    subject_fields = ("about",)

    about: str = "somebody"
    cpf: str


@pytest.fixture(params=["memory-sqlite", "rabbitmq-postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """The whole shop with accounts, on either topology."""
    needed = {"APP_AUTH": "required", "APP_SECRET_KEY": SECRET_KEY, "APP_LOG_FORMAT": "json"}
    if request.param == "memory-sqlite":
        return {**needed, "APP_DATABASE_URL": f"sqlite:///{tmp_path}/{{module}}.db"}
    return {
        **needed,
        "APP_BUS": "rabbitmq",
        "APP_RABBITMQ_URL": request.getfixturevalue("rabbitmq_url"),
        "APP_DATABASE_URL": request.getfixturevalue("postgres_url"),
    }


@pytest.fixture
def shop(settings: dict[str, str], tmp_path: Path) -> Iterator[Shop]:
    """Running."""
    with open_shop(tmp_path, settings) as opened:
        yield opened


@pytest.mark.matrix
def test_a_full_run_tells_no_secret_and_no_personal_data(
    shop: Shop, settings: dict[str, str], tmp_path: Path
) -> None:
    said = [command(tmp_path, settings, "create-admin", "ann", "--password-stdin", typed=PASSWORD)]
    with httpx.Client(base_url=shop.url, timeout=20) as guest:
        said += odd_requests(guest)
    with httpx.Client(base_url=shop.url, timeout=20) as admin:
        said += sign_in(admin)
        said += record_a_person(admin)
        said += let_score_fail(admin, shop)
        cookie = admin.cookies["session"]
        said += [admin.get(path).text for path in ("/metrics", "/health/ready", "/api/bus")]
        said += [admin.get(f"/api/bus/{module}/events").text for module in ("person", "score")]
    said += [
        command(tmp_path, settings, *words)
        for words in (
            ("status",),
            ("status", "--json"),
            ("events", "person"),
            ("events", "person", "--json"),
            ("dead-letters", "list", "score"),
        )
    ]
    said.append(shop.log.read_text())

    everything = "\n".join(said)
    secrets = (*WRITTEN_CPFS, PASSWORD, WRONG_PASSWORD, NAME, ADDRESS, SECRET_KEY, cookie)
    assert [secret for secret in secrets if secret in everything] == []
    assert "person.income_added" in everything
    assert "/api/person/{cpf}" in everything


def odd_requests(guest: httpx.Client) -> list[str]:
    """What is answered to requests that are refused, with secrets in every place."""
    path = f"/api/person/{CPF}"
    asked = [
        guest.get(path),
        guest.get(f"{path}/score"),
        guest.get(f"/{CPF}/score"),
        guest.post("/api/session", json={"name": "ann", "password": WRONG_PASSWORD}),
        guest.post("/api/session", json={"name": "ann", "password": [PASSWORD]}),
        guest.post("/api/accounts", json={"name": "bob", "password": PASSWORD, "cpf": CPF}),
        guest.post("/api/session", content=f'{{"password": "{PASSWORD}"'.encode()),
    ]
    assert all(answer.status_code >= 400 for answer in asked), asked
    return [answer.text for answer in asked]


def sign_in(admin: httpx.Client) -> list[str]:
    """Become the admin."""
    answer = admin.post("/api/session", json={"name": "ann", "password": PASSWORD})
    assert answer.is_success, answer.text
    return [answer.text]


def record_a_person(admin: httpx.Client) -> list[str]:
    """Register someone, add, remove and refuse entries; gives the refusals."""
    path = f"/api/person/{CPF}"
    person = {"cpf": CPF, "name": NAME, "address": ADDRESS, "date_of_birth": "1999-12-31"}
    assert admin.post("/api/person", json=person).status_code == 201
    assert admin.post(f"{path}/income", json={"type": "rent", "value": 1000}).status_code == 201
    debt = admin.post(f"{path}/debt", json={"value": 1000}, headers={"Idempotency-Key": CPF})
    assert debt.status_code == 201

    def is_scored() -> None:
        assert admin.get(f"{path}/score").json().get("score") == -30

    eventually(is_scored)
    refused = [
        admin.post("/api/person", json=person),
        admin.post("/api/person", json={**person, "cpf": CPF + "0", "date_of_birth": ADDRESS}),
        admin.post(f"{path}/income", json={"type": "rent", "value": f"{CPF}."}),
        admin.post(f"{path}/debt", json={"value": 1}, headers={"Idempotency-Key": CPF}),
        admin.put(path, json={"name": NAME, "address": ADDRESS}, headers={"If-Match": f'"{CPF}"'}),
        admin.put(path, json={"name": NAME, "address": ADDRESS, "cpf": "1"}),
        admin.delete(f"{path}/income/99"),
        admin.patch(path, json=person),
        admin.get(f"{path}/nothing"),
        admin.get("/api/person", params={"q": CPF, "limit": 0}),
    ]
    assert all(400 <= answer.status_code < 500 for answer in refused), refused
    return [answer.text for answer in refused]


def let_score_fail(admin: httpx.Client, shop: Shop) -> list[str]:
    """Announce a person as score cannot read it; what operators are shown of the dead letter."""
    database = Database(shop.database_of("person"), "person")
    with Participant("person", database).unit_of_work() as work:
        work.publish(BrokenRegistration(cpf=CPF))
    database.dispose()
    # What the process itself commits wakes it, so that nobody waits for its next regular look.
    admin.post(f"/api/person/{CPF}/debt", json={"value": 1})

    def letters() -> httpx.Response:
        answer = admin.get("/api/bus/score/dead-letters")
        assert answer.headers["X-Total-Count"] == "1"
        return answer

    listed = eventually(letters)
    return [listed.text, admin.get(f"/api/bus/score/dead-letters/{listed.json()[0]['id']}").text]


def command(
    folder: Path, settings: dict[str, str], *arguments: str, typed: str | None = None
) -> str:
    """What a command says, on both of its outputs."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("APP_")}
    done = subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        cwd=folder,
        env={**clean, **settings, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        input=typed,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr
