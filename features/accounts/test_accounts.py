"""Steps of the accounts feature, and the shop that asks who people are."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from itsdangerous import URLSafeSerializer
from pytest_bdd import given, parsers, scenarios, then, when

from features.shop import ROOT, Shop
from features.story import IMAGE, Story
from features.topologies import TOPOLOGIES, open_shop_on

scenarios("accounts.feature")

PASSWORD = "correct horse"
ADMIN = {"name": "Boss", "password": PASSWORD}

DEEDS: dict[str, tuple[str, str, Any]] = {
    "add a product": ("POST", "/api/products", {"title": "mug", "image": IMAGE}),
    "look a person up": ("GET", "/person/11111", None),
    "look a score up": ("GET", "/11111/score", None),
    "read the bus": ("GET", "/api/bus", None),
    "redrive all dead letters": ("POST", "/api/bus/likes/dead-letters/redrive", None),
}


@pytest.fixture(scope="session", params=TOPOLOGIES)
def shop(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    """A shop with APP_AUTH=required, of which the operator has made Boss an admin."""
    folder = tmp_path_factory.mktemp("accounts")
    with open_shop_on(request.param, request, folder, APP_AUTH="required") as opened:
        make_admin(folder, opened.database_url)
        yield opened


def make_admin(folder: Path, database_url: str) -> None:
    """What an operator does on the server."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("APP_")}
    subprocess.run(
        [sys.executable, "-m", "app", "create-admin", ADMIN["name"], "--password-stdin"],
        input=f"{PASSWORD}\n",
        cwd=folder,
        env={**clean, "APP_DATABASE_URL": database_url, "PYTHONPATH": str(ROOT)},
        text=True,
        check=True,
    )


Name = Callable[[str], str]


@pytest.fixture
def name() -> Name:
    """The name of a person's account: one of this scenario alone."""
    mark = uuid4().hex[:8]
    return lambda who: f"{who} {mark}"


@given("the admin has signed in")
def admin_signed_in(story: Story) -> None:
    story.ask("admin", "POST", "/api/session", json=ADMIN)
    assert story.answer.status_code == 201


@given("Ann has signed up")
@when("Ann signs up")
def sign_up(story: Story, name: Name) -> None:
    body = {"name": name("Ann"), "password": PASSWORD}
    story.ask("Ann", "POST", "/api/accounts", json=body)


@given("Ann is a visitor")
def is_visitor(story: Story) -> None:
    story.see("/api/user", "Ann")


@when("Ann signs in on her phone")
def sign_in_elsewhere(story: Story, name: Name) -> None:
    body = {"name": name("Ann"), "password": PASSWORD}
    story.ask("Ann's phone", "POST", "/api/session", json=body)


@when("Ann signs out")
def sign_out(story: Story) -> None:
    story.ask("Ann", "DELETE", "/api/session")


@when(parsers.parse('somebody asks for the products at "{host}"'))
def ask_at(story: Story, host: str) -> None:
    story.ask("onlooker", "GET", "/api/products", headers={"Host": host})


@when("Bob signs up under Ann's name in capitals")
def sign_up_again(story: Story, name: Name) -> None:
    body = {"name": name("Ann").upper(), "password": PASSWORD}
    story.ask("Bob", "POST", "/api/accounts", json=body)


@when("Bob signs in as Ann with a wrong password")
def sign_in_wrongly(story: Story, name: Name) -> None:
    body = {"name": name("Ann"), "password": "wrong horse"}
    story.ask("Bob", "POST", "/api/session", json=body)


@when(parsers.parse('Ann signs up with the password "{password}"'))
def sign_up_with(story: Story, name: Name, password: str) -> None:
    body = {"name": name("Ann"), "password": password}
    story.ask("Ann", "POST", "/api/accounts", json=body)


@when("Ann signs up as an admin")
def sign_up_as_admin(story: Story, name: Name) -> None:
    body = {"name": name("Ann"), "password": PASSWORD, "role": "admin"}
    story.ask("Ann", "POST", "/api/accounts", json=body)


@when("Ann writes into her session that she is an admin, and reads the bus")
def alter_session(story: Story) -> None:
    form = URLSafeSerializer("not the shop's key")
    content, _, signature = story.visitor("Ann").cookies["session"].rpartition(".")
    visitor = form.load_payload(content.encode())
    altered = form.dump_payload({**visitor, "role": "admin"}).decode()
    cookie = {"Cookie": f"session={altered}.{signature}"}
    story.ask("forger", "GET", "/api/bus", headers=cookie)


@when(parsers.parse("Ann tries to {do}"))
def try_(story: Story, do: str) -> None:
    method, path, body = DEEDS[do]
    story.ask("Ann", method, path, json=body)


@when("a page of another site signs Ann up")
def sign_up_from_elsewhere(story: Story, name: Name) -> None:
    body = {"name": name("Ann"), "password": PASSWORD}
    origin = {"Origin": "http://elsewhere.example"}
    story.ask("Ann", "POST", "/api/accounts", json=body, headers=origin)


@then("Ann is signed in as a customer")
def is_customer(story: Story, name: Name) -> None:
    user = story.see("/api/user", "Ann")

    assert (user["name"], user["role"]) == (name("Ann"), "customer")
    assert user == story.answer.json()


@then(parsers.re(r"(?P<who>Ann|Bob) is a guest"))
def is_guest(story: Story, who: str) -> None:
    assert story.see("/api/user", who)["role"] == "guest"


@then("Ann is a guest whom nobody knows")
def is_stranger(story: Story, name: Name) -> None:
    stranger = story.see("/api/user", "Ann")
    sign_in_elsewhere(story, name)

    assert stranger["role"] == "guest"
    assert stranger["id"] != story.answer.json()["id"]


@then(parsers.parse('Ann sees that she likes "{title}"'))
def sees_like(story: Story, title: str) -> None:
    assert story.shown(title, "Ann")["liked"] is True


@then(parsers.parse('Ann\'s phone shows that she likes "{title}"'))
def sees_like_elsewhere(story: Story, title: str) -> None:
    assert story.shown(title, "Ann's phone")["liked"] is True


@then("it is the same as for a name that nobody has")
def same_as_unknown(story: Story, name: Name) -> None:
    told = story.answer.text
    body = {"name": name("Nobody"), "password": "wrong horse"}
    story.ask("Bob", "POST", "/api/session", json=body)

    assert story.answer.status_code == 401
    assert story.answer.text == told


@then("only the password is named, and not repeated")
def password_named(story: Story) -> None:
    assert [error["field"] for error in story.answer.json()["errors"]] == ["password"]
    assert "hush" not in story.answer.text
