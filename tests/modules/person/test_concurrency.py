"""Many clerks at once: one person per CPF, every entry once, and nothing left after an erasure."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from litestar.types import ASGIApp

from app.container import Application
from modules.person.domain import CpfTaken, Debt, Entry, UnknownEntry, UnknownPerson
from modules.person.service import Persons
from tests.in_process import ask
from tests.modules.concurrency import at_once
from tests.modules.person.kept import ANN, Announced, rows_by_table
from web.idempotency import IdempotentRequest


def test_of_sixteen_registrations_of_a_cpf_one_succeeds(
    persons: Persons, announced: Announced
) -> None:
    outcomes = at_once([lambda: persons.register(**ANN)] * 16)

    assert sum(isinstance(outcome, CpfTaken) for outcome in outcomes) == 15
    assert persons.find(ANN["cpf"]) in outcomes
    assert len(announced()) == 1


def test_sixteen_additions_are_announced_in_the_order_of_their_numbers(
    persons: Persons, announced: Announced
) -> None:
    ann = persons.register(**ANN)
    additions = [
        partial(persons.add_income, ann.cpf, type_=f"work {n}", value=Decimal(n))
        for n in range(1, 17)
    ]

    outcomes = at_once(additions)

    shown = persons.find(ann.cpf).incomes
    assert sorted(outcomes, key=number) == shown
    assert [data["entry_id"] for _, data in announced()[1:]] == [each.id for each in shown]


def test_sixteen_corrections_end_as_one_of_them_says(persons: Persons) -> None:
    persons.register(**ANN)
    corrections = [
        partial(persons.correct, ANN["cpf"], name=f"Name {n}", address=f"Address {n}")
        for n in range(16)
    ]

    at_once(corrections)

    ann = persons.find(ANN["cpf"])
    assert ann.name.removeprefix("Name ") == ann.address.removeprefix("Address ")


def test_of_sixteen_removals_of_an_entry_one_succeeds(
    persons: Persons, announced: Announced
) -> None:
    ann = persons.register(**ANN)
    debt = persons.add_debt(ann.cpf, value=Decimal(1))

    outcomes = at_once([lambda: persons.remove_debt(ann.cpf, debt.id)] * 16)

    assert outcomes.count(None) == 1
    assert sum(isinstance(outcome, UnknownEntry) for outcome in outcomes) == 15
    assert [name for name, _ in announced()].count("person.debt_removed") == 1


def test_what_is_added_while_a_person_is_erased_goes_with_them(
    persons: Persons, announced: Announced, application: Application
) -> None:
    for _ in range(5):
        ann = persons.register(**ANN)
        calls: list[Callable[[], object]] = [
            partial(persons.add_debt, ann.id, value=Decimal(1)) for _ in range(12)
        ]
        calls.insert(6, partial(persons.erase, ann.id))

        outcomes = at_once(calls)

        assert outcomes[6] is None
        del outcomes[6]
        assert all(isinstance(each, Debt | UnknownPerson) for each in outcomes), outcomes
        assert set(rows_by_table(application)) <= {"outbox"}
        assert announced()[-1] == ("person.person_erased", {"person_id": ann.id})


def number(entry: object) -> int:
    """The number of an entry; anything else fails."""
    assert isinstance(entry, Entry), entry
    return entry.id


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_a_repetition_that_meets_the_erasure_finds_nobody(
    web: ASGIApp, persons: Persons, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = persons.register(**ANN)
    debt: Mapping[str, Any] = {"json": {"value": 1}, "headers": {"Idempotency-Key": "one"}}
    assert ask(web, "POST", f"/person/{ann.id}/debt", **debt).status_code == 201
    claim = IdempotentRequest._claim

    def claim_while_she_is_erased(*arguments: Any) -> bool:
        claimed = claim(*arguments)
        if not claimed:
            at_once([lambda: persons.erase(ann.id)])
        return claimed

    monkeypatch.setattr(IdempotentRequest, "_claim", claim_while_she_is_erased)

    assert ask(web, "POST", f"/person/{ann.id}/debt", **debt).status_code == 404
