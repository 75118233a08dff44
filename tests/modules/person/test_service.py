"""Persons and their entries: what is kept and announced, and what is refused without a trace."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from modules.person.domain import (
    CpfCannotChange,
    CpfTaken,
    Person,
    UnknownEntry,
    UnknownPerson,
    WrongCheckDigits,
)
from modules.person.service import Persons
from tests.modules.person.kept import ANN, Announced

BOB: Mapping[str, Any] = {**ANN, "cpf": "12345678909", "name": "Bob Ôliver"}
NOBODY = "99999999999"


def test_who_is_registered_is_found_by_cpf_and_by_id(persons: Persons) -> None:
    ann = persons.register(**ANN)

    assert ann == Person(id=ann.id, **ANN, incomes=[], assets=[], debts=[])
    assert persons.find(ANN["cpf"]) == persons.find(ann.id) == ann


def test_a_cpf_is_taken_once(persons: Persons, announced: Announced) -> None:
    ann = persons.register(**ANN)

    with pytest.raises(CpfTaken):
        persons.register(**{**BOB, "cpf": ANN["cpf"]})

    assert persons.find(ANN["cpf"]) == ann
    assert announced() == [("person.person_registered", {"person_id": ann.id, "cpf": ann.cpf})]


def test_the_events_of_entries_carry_their_numbers_and_values(
    persons: Persons, announced: Announced
) -> None:
    ann = persons.register(**ANN)
    income = persons.add_income(ann.cpf, type_="renting", value=Decimal(1000))
    asset = persons.add_asset(ann.id, type_="apartment", value=Decimal("0.01"))
    debt = persons.add_debt(ann.cpf, value=Decimal("999999999999.99"))
    persons.remove_income(ann.cpf, income.id)
    persons.remove_asset(ann.id, asset.id)
    persons.remove_debt(ann.cpf, debt.id)

    def event(name: str, number: int, **more: str) -> tuple[str, Any]:
        return f"person.{name}", {"person_id": ann.id, "entry_id": number, **more}

    assert announced()[1:] == [
        event("income_added", income.id, type="renting", value="1000.00"),
        event("asset_added", asset.id, type="apartment", value="0.01"),
        event("debt_added", debt.id, value="999999999999.99"),
        event("income_removed", income.id),
        event("asset_removed", asset.id),
        event("debt_removed", debt.id),
    ]


def test_name_address_and_birth_date_are_in_no_event(
    persons: Persons, announced: Announced
) -> None:
    ann = persons.register(**ANN)
    persons.add_debt(ann.cpf, value=Decimal(1))
    persons.correct(ann.cpf, name="Anna", address="2 Main Street", date_of_birth=date(1991, 1, 1))
    persons.erase(ann.cpf)

    said = str(announced())
    assert not [each for each in ("Ann", "Main Street", "1990", "1991") if each in said]


def test_values_are_kept_to_the_cent(persons: Persons) -> None:
    values = ["0.01", "0.10", "4.35", "1000.00", "999999999999.99"]
    persons.register(**ANN)
    for value in values:
        persons.add_income(ANN["cpf"], type_="renting", value=Decimal(value))
        persons.add_debt(ANN["cpf"], value=Decimal(value))

    ann = persons.find(ANN["cpf"])

    assert [str(income.value) for income in ann.incomes] == values
    assert [str(debt.value) for debt in ann.debts] == values


def test_entries_are_shown_by_number_and_each_under_its_person(persons: Persons) -> None:
    ann, bob = persons.register(**ANN), persons.register(**BOB)
    anns = [persons.add_asset(ann.id, type_=f"asset {n}", value=Decimal(n)) for n in (3, 1, 2)]
    bobs = persons.add_asset(bob.id, type_="boat", value=Decimal(9))

    assert persons.find(ann.id).assets == anns
    assert persons.find(bob.id).assets == [bobs]


def test_numbers_of_removed_entries_are_not_given_again(persons: Persons) -> None:
    persons.register(**ANN)
    first = persons.add_debt(ANN["cpf"], value=Decimal(1))
    persons.remove_debt(ANN["cpf"], first.id)

    assert persons.add_debt(ANN["cpf"], value=Decimal(1)).id > first.id


def test_nobody_removes_the_entry_of_another(persons: Persons, announced: Announced) -> None:
    ann, bob = persons.register(**ANN), persons.register(**BOB)
    income = persons.add_income(ann.id, type_="renting", value=Decimal(1))
    before = announced()

    with pytest.raises(UnknownEntry):
        persons.remove_income(bob.cpf, income.id)

    assert persons.find(ann.id).incomes == [income]
    assert announced() == before


def test_an_income_is_not_removed_as_a_debt(persons: Persons) -> None:
    ann = persons.register(**ANN)
    income = persons.add_income(ann.id, type_="renting", value=Decimal(1))
    persons.add_income(ann.id, type_="renting", value=Decimal(1))
    debt = persons.add_debt(ann.id, value=Decimal(1))
    assert debt.id == income.id

    persons.remove_debt(ann.id, debt.id)

    assert income in persons.find(ann.id).incomes
    assert persons.find(ann.id).debts == []


def test_an_entry_is_removed_once(persons: Persons, announced: Announced) -> None:
    ann = persons.register(**ANN)
    debt = persons.add_debt(ann.id, value=Decimal(1))
    persons.remove_debt(ann.id, debt.id)

    with pytest.raises(UnknownEntry):
        persons.remove_debt(ann.id, debt.id)

    assert [name for name, _ in announced()].count("person.debt_removed") == 1


def test_nothing_can_be_done_with_somebody_unknown(persons: Persons, announced: Announced) -> None:
    persons.register(**ANN)
    who, one = NOBODY, Decimal(1)
    tries: list[Callable[[], object]] = [
        lambda: persons.find(who),
        lambda: persons.id_of(who),
        lambda: persons.correct(who, name="a", address="b"),
        lambda: persons.erase(who),
        lambda: persons.add_income(who, type_="renting", value=one),
        lambda: persons.add_asset(who, type_="boat", value=one),
        lambda: persons.add_debt(who, value=one),
        lambda: persons.remove_income(who, 1),
        lambda: persons.remove_asset(who, 1),
        lambda: persons.remove_debt(who, 1),
    ]

    for attempt in tries:
        with pytest.raises(UnknownPerson):
            attempt()
    assert len(announced()) == 1


def test_an_amount_that_is_none_is_refused_by_the_service_too(
    persons: Persons, announced: Announced
) -> None:
    persons.register(**ANN)

    with pytest.raises(ValueError, match="above 0"):
        persons.add_debt(ANN["cpf"], value=Decimal("0.001"))

    assert len(announced()) == 1


def test_a_correction_keeps_what_it_does_not_name(persons: Persons) -> None:
    ann = persons.register(**ANN)
    debt = persons.add_debt(ann.id, value=Decimal(1))

    moved = persons.correct(ann.cpf, name="Anna", address="2 Main Street", cpf=ann.cpf)

    assert (moved.name, moved.address) == ("Anna", "2 Main Street")
    assert (moved.id, moved.cpf, moved.date_of_birth) == (ann.id, ann.cpf, ann.date_of_birth)
    assert moved.debts == [debt]
    assert persons.find(ann.id) == moved


def test_a_birth_date_can_be_corrected(persons: Persons) -> None:
    persons.register(**ANN)

    persons.correct(ANN["cpf"], name="Ann", address="a", date_of_birth=date(1850, 1, 1))

    assert persons.find(ANN["cpf"]).date_of_birth == date(1850, 1, 1)


def test_a_cpf_cannot_be_corrected(persons: Persons) -> None:
    ann = persons.register(**ANN)

    with pytest.raises(CpfCannotChange):
        persons.correct(ann.cpf, name="Anna", address="a", cpf=BOB["cpf"])

    assert persons.find(ann.id) == ann


def test_what_is_not_as_expected_is_neither_corrected_nor_erased(
    persons: Persons, announced: Announced
) -> None:
    ann = persons.register(**ANN)
    seen: list[Person] = []

    def unexpected(present: Person) -> None:
        seen.append(present)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        persons.correct(ann.cpf, name="Anna", address="a", expect=unexpected)
    with pytest.raises(RuntimeError):
        persons.erase(ann.cpf, expect=unexpected)

    assert seen == [ann, ann]
    assert persons.find(ann.id) == ann
    assert len(announced()) == 1


def test_who_registers_after_an_erasure_is_somebody_new(
    persons: Persons, announced: Announced
) -> None:
    first = persons.register(**ANN)
    persons.add_debt(first.id, value=Decimal(1))
    persons.erase(first.cpf)

    second = persons.register(**ANN)

    assert second.id != first.id
    assert persons.find(ANN["cpf"]) == second
    assert [name for name, _ in announced()][-2:] == [
        "person.person_erased",
        "person.person_registered",
    ]


def test_a_search_finds_a_cpf_however_it_is_written(persons: Persons) -> None:
    ann = persons.register(**ANN)
    persons.register(**BOB)

    for text in ("00000011111", "11111", "000.000.111-11"):
        assert [each.id for each in persons.search(text=text)[0]] == [ann.id]


def test_a_search_finds_a_part_of_a_name_in_upper_or_lower_case(persons: Persons) -> None:
    ann = persons.register(**ANN)
    persons.register(**BOB)

    for text in ("nn âng", "ANN Â", "ann a\u0302ngelo"):
        assert [each.id for each in persons.search(text=text)[0]] == [ann.id]


def test_a_search_finds_nobody_by_anything_else(persons: Persons) -> None:
    persons.register(**ANN)

    for text in ("%", "_", "\\", "Main", "1990", "0000001111", "' OR 1=1 --"):
        assert persons.search(text=text) == ([], 0)


def test_a_search_after_a_correction_knows_the_new_name_only(persons: Persons) -> None:
    persons.register(**ANN)
    persons.correct(ANN["cpf"], name="Zoë", address="a")

    assert persons.search(text="ann") == ([], 0)
    assert persons.search(text="ZOË")[1] == 1


def test_a_list_comes_in_pages_in_the_order_of_registration(persons: Persons) -> None:
    everyone = [persons.register(**{**ANN, "cpf": f"{n:011}"}).id for n in (3, 1, 2)]

    first, total = persons.search(limit=2)
    rest, _ = persons.search(limit=2, offset=2)

    assert [each.id for each in first + rest] == everyone
    assert total == 3


class TestWithCheckDigits:
    """The same where check digits are looked at."""

    @pytest.fixture
    def settings(self, settings: Mapping[str, str]) -> Mapping[str, str]:
        return {**settings, "APP_CPF_CHECK_DIGITS": "true"}

    def test_wrong_ones_are_refused(self, persons: Persons, announced: Announced) -> None:
        with pytest.raises(WrongCheckDigits):
            persons.register(**ANN)

        assert persons.search() == ([], 0)
        assert announced() == []

    def test_right_ones_are_taken(self, persons: Persons) -> None:
        assert persons.register(**BOB).cpf == BOB["cpf"]
