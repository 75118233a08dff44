"""Steps of the persons feature."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from features.eventually import eventually
from features.shop import ROOT
from features.story import Story

scenarios("persons.feature")

PAYLOADS = ROOT / "payloads"
JSON = {"Content-Type": "application/json"}
ENTRIES = ("incomes", "assets", "debts")


@dataclass
class Register:
    """Who the persons of this scenario are, and the answers that are looked at together."""

    bodies: dict[str, dict[str, Any]] = field(default_factory=dict)
    answers: list[httpx.Response] = field(default_factory=list)
    key: dict[str, str] = field(default_factory=lambda: {"Idempotency-Key": str(uuid4())})
    etag: str = ""

    def body(self, who: str) -> dict[str, Any]:
        """What somebody is registered with: a CPF and a name in no other scenario's use."""
        number = uuid4().int
        return self.bodies.setdefault(
            who,
            {
                "cpf": f"{number % 10**8:011}",
                "name": f"{who} é{number}",
                "address": f"{number} Main Street",
                "date_of_birth": "1990-02-28",
            },
        )

    def cpf(self, who: str) -> str:
        """The 11 digits."""
        return str(self.body(who)["cpf"])

    def address(self, who: str) -> str:
        """Where somebody is found."""
        return f"/api/person/{self.cpf(who)}"


@pytest.fixture
def register() -> Register:
    """Empty when a scenario begins."""
    return Register()


def shown(story: Story, register: Register, who: str) -> Any:
    """A person as the register has them."""
    return story.see(register.address(who))


@given(parsers.parse('the person "{who}"'))
@when(parsers.parse('the clerk registers "{who}"'))
def register_person(story: Story, register: Register, who: str) -> None:
    story.ask("clerk", "POST", "/api/person", json=register.body(who))


@given("nobody has the CPF of the prototype's files")
def nobody_has_prototype_cpf(story: Story) -> None:
    story.ask("clerk", "DELETE", "/person/11111")


@when(parsers.parse("the clerk sends {payload} to {path}"))
def send_payload(story: Story, register: Register, payload: str, path: str) -> None:
    body = (PAYLOADS / payload).read_bytes()
    register.answers.append(story.ask("clerk", "POST", path, content=body, headers=JSON))


@when(
    parsers.parse('the clerk looks "{who}" up by her CPF as a number, with zeros and with points')
)
def look_up_each_way(story: Story, register: Register, who: str) -> None:
    cpf = register.cpf(who)
    written = [str(int(cpf)), cpf, f"{cpf[:3]}.{cpf[3:6]}.{cpf[6:9]}-{cpf[9:]}"]
    register.answers = [story.ask("clerk", "GET", f"/api/person/{each}") for each in written]


@given(parsers.parse('the clerk adds a debt of {value} to "{who}"'))
@when(parsers.parse('the clerk adds a debt of {value} to "{who}"'))
def add_debt(story: Story, register: Register, value: str, who: str) -> None:
    body = f'{{"value": {value}}}'
    story.ask("clerk", "POST", f"{register.address(who)}/debt", content=body, headers=JSON)


@when(parsers.parse('the clerk removes the first debt of "{who}"'))
def remove_first_debt(story: Story, register: Register, who: str) -> None:
    first = shown(story, register, who)["debts"][0]["id"]
    story.ask("clerk", "DELETE", f"{register.address(who)}/debt/{first}")


@when(parsers.parse('the clerk removes the debt of "{owner}" from "{other}"'))
def remove_debt_from_other(story: Story, register: Register, owner: str, other: str) -> None:
    debt = shown(story, register, owner)["debts"][0]["id"]
    story.ask("clerk", "DELETE", f"{register.address(other)}/debt/{debt}")


@when(parsers.parse('the clerk gives "{who}" the name "{name}" and the address "{address}"'))
def correct(story: Story, register: Register, who: str, name: str, address: str) -> None:
    body = {"name": name, "address": address}
    story.ask("clerk", "PUT", register.address(who), json=body)


@when(parsers.parse('the clerk gives "{who}" another CPF'))
def change_cpf(story: Story, register: Register, who: str) -> None:
    body = {**register.body(who), "cpf": register.cpf("nobody")}
    story.ask("clerk", "PUT", register.address(who), json=body)


@given(parsers.parse('the clerk has looked "{who}" up'))
def has_looked_up(story: Story, register: Register, who: str) -> None:
    register.etag = story.ask("clerk", "GET", register.address(who)).headers["ETag"]


@when(parsers.parse('the clerk corrects "{who}" as she was then'))
def correct_stale(story: Story, register: Register, who: str) -> None:
    as_then = {"If-Match": register.etag}
    story.ask("clerk", "PUT", register.address(who), json=register.body(who), headers=as_then)


@when(parsers.parse('somebody searches the persons for a part of the name of "{who}" in capitals'))
def search_name(story: Story, register: Register, who: str) -> None:
    part = register.body(who)["name"][1:].upper()
    story.ask("onlooker", "GET", "/api/person", params={"q": part})


@when(parsers.parse('somebody searches the persons for the CPF of "{who}"'))
def search_cpf(story: Story, register: Register, who: str) -> None:
    story.ask("onlooker", "GET", "/api/person", params={"q": register.cpf(who)})


@given(parsers.parse('the clerk sends an income of "{who}" twice with the same key'))
@when(parsers.parse('the clerk sends an income of "{who}" twice with the same key'))
def send_income_twice(story: Story, register: Register, who: str) -> None:
    register.answers = [send_income(story, register, who, 1000) for _ in range(2)]


@when(parsers.parse('the clerk sends another income of "{who}" with that key'))
def send_another_income(story: Story, register: Register, who: str) -> None:
    send_income(story, register, who, 2000)


def send_income(story: Story, register: Register, who: str, value: int) -> httpx.Response:
    """Send an income in with the scenario's key."""
    body = {"type": "renting", "value": value}
    address = f"{register.address(who)}/income"
    return story.ask("clerk", "POST", address, json=body, headers=register.key)


@when(parsers.parse('the clerk registers "{who}" under the CPF of "{other}"'))
def register_under_other_cpf(story: Story, register: Register, who: str, other: str) -> None:
    body = {**register.body(who), "cpf": register.cpf(other)}
    story.ask("clerk", "POST", "/api/person", json=body)


@when(parsers.parse('eight clerks register "{who}" at the same moment'))
def register_at_once(story: Story, register: Register, who: str) -> None:
    body = register.body(who)
    clerks = [story.visitor(f"clerk {number}") for number in range(8)]
    with ThreadPoolExecutor(len(clerks)) as pool:
        send = pool.map(lambda clerk: clerk.post("/api/person", json=body), clerks)
        register.answers = list(send)


@when("the clerk registers somebody with a long CPF, a blank name, no address and a colour")
def register_wrongly(story: Story) -> None:
    body = {"cpf": "123456789012", "name": " ", "date_of_birth": "1990-02-28", "colour": "red"}
    story.ask("clerk", "POST", "/api/person", json=body)


@when(parsers.parse("the clerk registers somebody born on {written}"))
def register_born_on(story: Story, register: Register, written: str) -> None:
    body = f'{{"cpf": {int(register.cpf("x"))}, "name": "a", "address": "b", "date_of_birth": '
    story.ask("clerk", "POST", "/api/person", content=f"{body}{written}}}", headers=JSON)


@when(parsers.parse("the clerk tries to {do} somebody unknown"))
def try_unknown(story: Story, register: Register, do: str) -> None:
    method, more, body = {
        "look up": ("GET", "", None),
        "correct": ("PUT", "", {"name": "a", "address": "b"}),
        "erase": ("DELETE", "", None),
        "add a debt to": ("POST", "/debt", {"value": 1}),
        "remove a debt of": ("DELETE", "/debt/1", None),
    }[do]
    story.ask("clerk", method, register.address("nobody") + more, json=body)


@given(parsers.parse('the clerk erases "{who}"'))
@when(parsers.parse('the clerk erases "{who}"'))
def erase(story: Story, register: Register, who: str) -> None:
    story.ask("clerk", "DELETE", register.address(who))


@then(parsers.parse('the clerk is told that "{who}" is registered and where to find her'))
def told_where(story: Story, register: Register, who: str) -> None:
    answer = story.answer

    assert answer.status_code == 201
    assert story.see(answer.headers["Location"]) == answer.json() == shown(story, register, who)
    assert {name: answer.json()[name] for name in register.body(who)} == register.body(who)


@then(parsers.parse('"{who}" has no entries'))
def has_no_entries(story: Story, register: Register, who: str) -> None:
    person = shown(story, register, who)

    assert [person[kind] for kind in ENTRIES] == [[], [], []]
    assert person["name"] == register.body(who)["name"]


@then(parsers.parse('"{who}" has 1 income'))
def has_one_income(story: Story, register: Register, who: str) -> None:
    assert len(shown(story, register, who)["incomes"]) == 1


@then("each answer was 201")
def each_was_created(register: Register) -> None:
    assert {answer.status_code for answer in register.answers} == {201}


@then(parsers.parse('it is "{who}" each time'))
def is_each_time(register: Register, who: str) -> None:
    assert {answer.json()["cpf"] for answer in register.answers} == {register.cpf(who)}


@then(parsers.parse('the debts of "{who}" are {values}'))
def debts_are(story: Story, register: Register, who: str, values: str) -> None:
    debts = shown(story, register, who)["debts"]

    assert [debt["value"] for debt in debts] == values.split(" and ")


@then(parsers.parse('"{who}" has the name "{name}" and the address "{address}"'))
def has_name_and_address(
    story: Story, register: Register, who: str, name: str, address: str
) -> None:
    person = shown(story, register, who)

    assert (person["name"], person["address"]) == (name, address)


@then(parsers.parse('only "{who}" is found, with her CPF masked'))
def only_found(story: Story, register: Register, who: str) -> None:
    [found] = story.answer.json()

    assert found["name"] == register.body(who)["name"]
    assert found["cpf"].startswith("***.")
    assert register.cpf(who) not in story.answer.text
    assert story.answer.headers["X-Total-Count"] == "1"


@then(parsers.parse('what the list says leads to "{who}"'))
def list_leads_to(story: Story, register: Register, who: str) -> None:
    [found] = story.answer.json()

    assert story.see(f"/api/person/{found['id']}") == shown(story, register, who)


@then("both answers are the same")
def answers_are_the_same(register: Register) -> None:
    first, second = register.answers

    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()


@then("one of them is told 201 and the others 409")
def one_succeeds(register: Register) -> None:
    statuses = sorted(answer.status_code for answer in register.answers)

    assert statuses == [201] + [409] * 7


@then(parsers.parse('the answer does not repeat the CPF of "{who}"'))
def does_not_repeat(story: Story, register: Register, who: str) -> None:
    assert register.cpf(who).lstrip("0") not in story.answer.text


@then(parsers.parse("the fields {names} are named"))
def fields_named(story: Story, names: str) -> None:
    named = {error["field"] for error in story.answer.json()["errors"]}

    assert named == set(names.replace(" and ", ", ").split(", "))


@then(parsers.parse('"{who}" cannot be looked up'))
def cannot_be_looked_up(story: Story, register: Register, who: str) -> None:
    assert story.visitor("onlooker").get(register.address(who)).status_code == 404


@then(parsers.parse('the log of persons tells nothing of "{who}" any more'))
def log_tells_nothing(story: Story, register: Register, who: str) -> None:
    def look() -> None:
        log = story.visitor("operator").get("/api/bus/person/events", params={"limit": 1000})
        assert log.status_code == 200
        assert register.cpf(who) not in log.text

    eventually(look)


@then(parsers.parse('the server\'s log does not have the CPF of "{who}"'))
def not_in_server_log(story: Story, register: Register, who: str) -> None:
    log = story.shop.log.read_text()

    assert "/api/person/{cpf}" in log
    assert register.cpf(who).lstrip("0") not in log
