"""Steps of the scores feature."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from features.eventually import eventually
from features.story import Story

NEEDS = ["person"]

scenarios("scores.feature")

ENTRY = r"an? (?P<kind>income|asset|debt) of (?P<value>[-.\d]+)"


@dataclass
class Files:
    """What the clerk has written down: who has which CPF and id, and where the entries are."""

    cpfs: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    entries: dict[tuple[str, str], str] = field(default_factory=dict)

    def cpf_of(self, who: str) -> str:
        """The CPF of a person, in no other scenario's use."""
        return self.cpfs.setdefault(who, str(uuid4().int)[-11:])


@pytest.fixture
def files() -> Files:
    """Empty when a scenario begins."""
    return Files()


@given(parsers.re(r"(?P<who>\w+) is registered"))
@when(parsers.re(r"the clerk registers (?P<who>\w+)"))
def register(story: Story, files: Files, who: str) -> None:
    body = {
        "cpf": files.cpf_of(who),
        "name": who,
        "address": "here",
        "date_of_birth": "2000-01-01",
    }
    answer = story.ask("clerk", "POST", "/api/person", json=body)
    assert answer.status_code == 201, answer.text
    files.ids[who] = answer.json()["id"]


@given(parsers.re(rf"(?P<who>\w+) has {ENTRY}"))
@when(parsers.re(rf"the clerk adds {ENTRY} to (?P<who>\w+)"))
def add_entry(story: Story, files: Files, who: str, kind: str, value: str) -> None:
    send_entry(story, files, who, kind, value)
    entry = story.answer.json().get("id", "")
    files.entries[who, kind] = f"/api/person/{files.cpf_of(who)}/{kind}/{entry}"


@when(parsers.re(rf"the clerk sends {ENTRY} for (?P<who>\w+) twice with the same key"))
def send_twice(story: Story, files: Files, who: str, kind: str, value: str) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    for _ in range(2):
        send_entry(story, files, who, kind, value, headers=key)
        assert story.answer.status_code == 201


@when(parsers.re(r"the clerk removes (?P<who>\w+)'s (?P<kind>income|asset|debt)"))
def remove_entry(story: Story, files: Files, who: str, kind: str) -> None:
    story.ask("clerk", "DELETE", files.entries[who, kind])


@given(parsers.re(r"the clerk erases (?P<who>\w+)"))
@when(parsers.re(r"the clerk erases (?P<who>\w+)"))
def erase(story: Story, files: Files, who: str) -> None:
    answer = story.ask("clerk", "DELETE", f"/api/person/{files.cpf_of(who)}")
    assert answer.status_code == 204


@when("the operator has all news of persons sent to the scores again")
def resend(story: Story) -> None:
    story.ask("operator", "POST", "/api/bus/score/resend", params={"source": "person"})
    assert story.answer.status_code == 202, story.answer.text


@when("a lender asks for the score of somebody unknown")
def ask_for_unknown(story: Story, files: Files) -> None:
    ask_for_score(story, files, "nobody")


@when(parsers.parse("a lender asks for the latest change of {who}'s score"))
def ask_for_latest_change(story: Story, files: Files, who: str) -> None:
    ask_for_score(story, files, who, limit=1)


@when(parsers.parse("a lender asks at {address}"))
def ask_at(story: Story, files: Files, address: str) -> None:
    cpf, person_id = files.cpf_of("Ann"), files.ids.get("Ann", "")
    punctuated = f"{cpf[:3]}.{cpf[3:6]}.{cpf[6:9]}-{cpf[9:]}"
    for word, value in {"CPF": cpf, "PUNCTUATED": punctuated, "ID": person_id}.items():
        address = address.replace(word, value)
    story.ask("lender", "GET", address)


@given(parsers.re(r"(?P<who>\w+)'s score becomes (?P<score>-?\d+)"))
@then(parsers.re(r"(?P<who>\w+)'s score becomes (?P<score>-?\d+)"))
def score_becomes(story: Story, files: Files, who: str, score: str) -> None:
    def look() -> None:
        answer = ask_for_score(story, files, who)
        assert (answer.status_code, answer.json().get("score")) == (200, int(score))

    eventually(look)


@then(
    parsers.parse(
        "it is made of {income:d} for income, {asset:d} for assets and {debt:d} for debts"
    )
)
def is_made_of(story: Story, income: int, asset: int, debt: int) -> None:
    shown = story.answer.json()

    assert shown["points"] == {"income": income, "asset": asset, "debt": debt}
    assert shown["score"] == income + asset + debt


@then(parsers.parse("its history is: {history}"))
def history_is(story: Story, history: str) -> None:
    shown = story.answer.json()["history"]

    assert ", ".join(f"{change['kind']} {change['score']}" for change in shown) == history
    assert sorted(change["at"] for change in shown) == [change["at"] for change in shown]


@then(parsers.parse("{who}'s score is gone"))
def is_gone(story: Story, files: Files, who: str) -> None:
    def look() -> None:
        assert ask_for_score(story, files, who).status_code == 404

    eventually(look)


@then("the answer does not name the CPF")
def does_not_name_cpf(story: Story, files: Files) -> None:
    assert story.answer.json()["detail"] == "There is no score for this CPF."
    assert files.cpf_of("nobody") not in story.answer.text


def send_entry(story: Story, files: Files, who: str, kind: str, value: str, **request: Any) -> None:
    """Send an entry of a person in, its value as a JSON number."""
    body = {"value": float(value)} | ({} if kind == "debt" else {"type": "some"})
    story.ask("clerk", "POST", f"/api/person/{files.cpf_of(who)}/{kind}", json=body, **request)


def ask_for_score(story: Story, files: Files, who: str, **query: Any) -> Any:
    """The answer to a lender who asks for a person's score."""
    return story.ask("lender", "GET", f"/api/person/{files.cpf_of(who)}/score", params=query)
