"""Operators see what an event says, but not whom it is about."""

import re

import pytest

from app.operations.masking import without_cpfs, without_personal_data


def test_a_cpf_is_masked_wherever_it_stands() -> None:
    event = {"data": {"cpf": "12345678909", "person_id": "x"}, "list": [{"cpf": 12345678909}]}

    assert without_personal_data(event) == {
        "data": {"cpf": "***.456.789-**", "person_id": "x"},
        "list": [{"cpf": "***.456.789-**"}],
    }


@pytest.mark.parametrize("value", [{"secret": "no cpf"}, "529982247251", 1.0, True, None])
def test_what_stands_in_the_place_of_a_cpf_is_not_shown_either(value: object) -> None:
    assert without_personal_data({"cpf": value}) == {"cpf": "***"}


@pytest.mark.parametrize(
    "text", ["x 529.982.247-25", "cpf52998224725", "52998224725/7", "529982247-25"]
)
def test_every_notation_of_a_cpf_is_hidden_within_text(text: str) -> None:
    assert not re.search("[0-9]{2}", without_cpfs(text))


@pytest.mark.parametrize(
    "text",
    ["7/01900000-0000-7000-8000-a52998224725", "redrive or discard 52998224725b", "529982247251"],
)
def test_ids_are_shown_though_their_digits_look_like_a_cpf(text: str) -> None:
    assert without_cpfs(text) == text


def test_a_cpf_within_other_text_is_not_shown() -> None:
    said = ["abc 529.982.247-25", {"note": "cpf 52998224725"}]

    assert without_personal_data(said) == ["abc ***", {"note": "cpf ***"}]


def test_who_a_person_is_is_not_shown_but_what_a_product_is() -> None:
    person = {"name": "Ann", "address": {"street": "Main"}, "date_of_birth": "1990-01-01"}
    said = {"data": {**person, "birth_date": "1990-01-01", "title": "Mug", "type": "salary"}}

    shown = without_personal_data(said)["data"]

    assert {shown.pop(key) for key in (*person, "birth_date")} == {"***"}
    assert shown == {"title": "Mug", "type": "salary"}
