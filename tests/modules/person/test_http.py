"""The persons over HTTP, asked inside this process on both databases while no bus runs."""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from litestar.types import ASGIApp

from features.shop import ROOT
from modules.person.service import Persons
from tests.in_process import ask
from tests.modules.single_module import open_module
from tests.shared import routes_of

PAYLOADS = ROOT / "payloads"
JSON = {"Content-Type": "application/json"}
ANN: Mapping[str, Any] = {
    "cpf": "12345678909",
    "name": "Ann",
    "address": "1 Main Street",
    "date_of_birth": "1990-02-28",
}
HERS = f"/api/person/{ANN['cpf']}"
DEBT = {"value": 1000}


@pytest.fixture
def ann(web: ASGIApp) -> Any:
    """Ann as she was registered."""
    answer = ask(web, "POST", "/api/person", json=ANN)
    assert answer.status_code == 201, answer.text
    return answer.json()


def send(web: ASGIApp, path: str, payload: str) -> httpx.Response:
    """Post a file of payloads/, as curl's --data does."""
    body = (PAYLOADS / payload).read_bytes().replace(b"\n", b"")
    return ask(web, "POST", path, content=body, headers=JSON)


def test_the_prototype_s_own_calls_work(web: ASGIApp) -> None:
    registered = send(web, "/person", "new_person.json")
    again = send(web, "/person", "new_person.json")
    added = [send(web, f"/person/11111/{k}", f"new_{k}.json") for k in ("income", "asset", "debt")]

    assert (registered.status_code, again.status_code) == (201, 409)
    assert [each.status_code for each in added] == [201, 201, 201]
    assert ask(web, "GET", "/person/11111").json() == {
        "id": registered.json()["id"],
        "cpf": "00000011111",
        "name": "abc",
        "address": "abc",
        "date_of_birth": "2019-06-15",
        "incomes": [{"id": 1, "type": "renting", "value": "1000.00"}],
        "assets": [{"id": 1, "type": "apartment", "value": "100000.00"}],
        "debts": [{"id": 1, "value": "1000.00"}],
    }


def test_a_registration_says_where_the_person_is_and_which_version(web: ASGIApp) -> None:
    registered = ask(web, "POST", "/api/person", json=ANN)

    shown = ask(web, "GET", registered.headers["Location"])

    assert shown.json() == registered.json()
    assert shown.headers["ETag"] == registered.headers["ETag"]
    assert ANN["cpf"] not in registered.headers["Location"]


def test_a_cpf_in_a_path_is_written_either_way(web: ASGIApp, ann: Any) -> None:
    for path in ("/api/person/12345678909", "/person/123.456.789-09", f"/person/{ann['id']}"):
        assert ask(web, "GET", path).json() == ann


def test_what_is_no_cpf_is_nobody(web: ASGIApp, ann: Any) -> None:
    written = ["abc", "1234567890a", "123456789-09", "123456789012", "-1", "+1", "1_0", "%00"]
    for each in [*written, "%EF%BC%91", ann["id"].upper(), ann["id"][:-1]]:
        assert ask(web, "GET", f"/api/person/{each}").status_code == 404


def test_a_list_masks_cpfs_and_leads_to_the_person(web: ASGIApp, ann: Any) -> None:
    listed = ask(web, "GET", "/api/person", params={"q": "AN"})

    [entry] = listed.json()
    assert entry == {"id": ann["id"], "cpf": "***.456.789-**", "name": "Ann"}
    assert listed.headers["X-Total-Count"] == "1"
    assert ask(web, "GET", f"/api/person/{entry['id']}").json() == ann


def test_no_error_repeats_a_cpf(web: ASGIApp, ann: Any) -> None:
    taken = ask(web, "POST", "/api/person", json=ANN)
    unknown = ask(web, "GET", "/api/person/12345678908")
    changed = ask(web, "PUT", HERS, json={**ANN, "cpf": "12345678908"})
    entry = ask(web, "DELETE", f"{HERS}/debt/7")
    wrong = ask(web, "POST", "/api/person", json={**ANN, "cpf": "12345678908", "name": ""})

    answers = [taken, unknown, changed, entry, wrong]
    assert [each.status_code for each in answers] == [409, 404, 422, 404, 422]
    assert not [each.text for each in answers if "1234567890" in each.text]


def test_what_was_answered_can_be_sent_back(web: ASGIApp, ann: Any) -> None:
    ask(web, "POST", f"{HERS}/debt", json=DEBT)
    shown = ask(web, "GET", HERS).json()

    corrected = ask(web, "PUT", HERS, json={**shown, "name": "Anna"})

    assert corrected.json() == {**shown, "name": "Anna"}


def test_a_correction_names_every_wrong_field(web: ASGIApp, ann: Any) -> None:
    wrong: list[dict[str, Any]] = [
        {"cpf": "00000011111"},
        {"cpf": 1.5, "name": None, "address": 7},
        {"date_of_birth": 12345, "colour": "red"},
        {"name": "a" * 201, "address": "b" * 501},
        {"name": "\u0007", "address": "\n"},
        {"name": "\ud800", "address": " "},
    ]
    for change in wrong:
        refused = ask(web, "PUT", HERS, content=json.dumps({**ANN, **change}), headers=JSON)

        assert refused.status_code == 422
        assert {each["field"] for each in refused.json()["errors"]} == set(change)
    assert ask(web, "GET", HERS).json() == ann


def test_a_version_that_is_known_is_not_sent_again(web: ASGIApp, ann: Any) -> None:
    etag = ask(web, "GET", HERS).headers["ETag"]
    known = {"If-None-Match": etag}

    assert ask(web, "GET", HERS, headers=known).status_code == 304
    ask(web, "POST", f"{HERS}/debt", json=DEBT)
    assert ask(web, "GET", HERS, headers=known).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_person_seen_before_something_was_added_is_not_overwritten(
    web: ASGIApp, ann: Any, method: str
) -> None:
    seen = ask(web, "GET", HERS).headers["ETag"]
    ask(web, "POST", f"{HERS}/debt", json=DEBT)
    body = {"json": {"name": "Anna", "address": "2 Main Street"}} if method == "PUT" else {}

    stale = ask(web, method, HERS, headers={"If-Match": seen}, **body)
    now = ask(web, "GET", HERS)
    fresh = ask(web, method, HERS, headers={"If-Match": now.headers["ETag"]}, **body)

    assert stale.status_code == 412
    assert (now.json()["name"], len(now.json()["debts"])) == ("Ann", 1)
    assert fresh.status_code in {200, 204}


@pytest.mark.parametrize("kind", ["income", "asset", "debt"])
def test_a_repeated_request_counts_once(web: ASGIApp, ann: Any, kind: str) -> None:
    body = {"value": "5.00"} | ({} if kind == "debt" else {"type": "a kind"})
    key = {"Idempotency-Key": "one"}

    answers = [ask(web, "POST", f"{HERS}/{kind}", json=body, headers=key) for _ in range(3)]
    other = ask(web, "POST", f"{HERS}/{kind}", json={**body, "value": "6.00"}, headers=key)

    assert {each.status_code for each in answers} == {201}
    assert len({(each.text, each.headers["Location"]) for each in answers}) == 1
    assert other.status_code == 422
    assert len(ask(web, "GET", HERS).json()[f"{kind}s"]) == 1


def test_a_repeated_request_counts_once_by_whatever_path(web: ASGIApp, ann: Any) -> None:
    key = {"Idempotency-Key": "one"}
    paths = [HERS, "/person/123.456.789-09", f"/api/person/{ann['id']}", f"/person/{ann['id']}"]

    answers = [ask(web, "POST", f"{path}/debt", json=DEBT, headers=key) for path in paths]

    assert {each.status_code for each in answers} == {201}
    assert len({each.text for each in answers}) == 1
    assert len(ask(web, "GET", HERS).json()["debts"]) == 1


def test_a_key_for_another_person_is_refused(web: ASGIApp, ann: Any) -> None:
    key = {"Idempotency-Key": "one"}
    ask(web, "POST", "/person", json={**ANN, "cpf": "11111"})

    ask(web, "POST", f"{HERS}/debt", json=DEBT, headers=key)
    refused = ask(web, "POST", "/person/11111/debt", json=DEBT, headers=key)

    assert refused.status_code == 422
    assert ask(web, "GET", "/person/11111").json()["debts"] == []


@pytest.mark.parametrize("kind", ["income", "asset", "debt"])
def test_what_was_added_is_found_where_the_answer_says(web: ASGIApp, ann: Any, kind: str) -> None:
    body = {"value": "5.00"} | ({} if kind == "debt" else {"type": "a kind"})

    added = ask(web, "POST", f"{HERS}/{kind}", json=body)

    shown = ask(web, "GET", added.headers["Location"])
    assert shown.json()[f"{kind}s"] == [added.json()]


def test_a_request_repeated_at_the_same_time_counts_once(
    web: ASGIApp, ann: Any, persons: Persons
) -> None:
    def add(_: int) -> str:
        key = {"Idempotency-Key": "one"}
        answer = ask(web, "POST", f"{HERS}/debt", json=DEBT, headers=key)
        assert answer.status_code == 201, answer.text
        return answer.text

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(add, range(8)))

    assert len(answers) == 1
    assert len(persons.find(ANN["cpf"]).debts) == 1


def test_a_key_serves_each_kind_of_entry_apart(web: ASGIApp, ann: Any) -> None:
    key = {"Idempotency-Key": "one"}
    income = {"type": "renting", "value": 1000}

    answers = [
        ask(web, "POST", f"{HERS}/income", json=income, headers=key),
        ask(web, "POST", f"{HERS}/asset", json=income, headers=key),
        ask(web, "POST", f"{HERS}/debt", json=DEBT, headers=key),
    ]

    assert [each.status_code for each in answers] == [201, 201, 201]


def test_a_refused_request_leaves_its_key_free(web: ASGIApp, ann: Any) -> None:
    key = {"Idempotency-Key": "one"}

    refused = ask(web, "POST", "/api/person/11111/debt", json=DEBT, headers=key)
    added = ask(web, "POST", f"{HERS}/debt", json=DEBT, headers=key)

    assert (refused.status_code, added.status_code) == (404, 201)


def test_of_racing_registrations_one_is_created(web: ASGIApp) -> None:
    def register(_: int) -> int:
        return ask(web, "POST", "/person", json=ANN).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(register, range(8)))

    assert statuses == [201] + [409] * 7


def test_wrong_check_digits_are_named_where_they_are_looked_at(
    settings: Mapping[str, str],
) -> None:
    with open_module("person", {**settings, "APP_CPF_CHECK_DIGITS": "true"}) as application:
        web = routes_of(application)
        wrong = ask(web, "POST", "/api/person", json={**ANN, "cpf": 11111})
        right = ask(web, "POST", "/api/person", json=ANN)

    assert (wrong.status_code, right.status_code) == (422, 201)
    assert [each["field"] for each in wrong.json()["errors"]] == ["cpf"]
