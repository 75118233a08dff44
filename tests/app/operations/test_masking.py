"""Operators see what an event says, but not whom it is about."""

from app.operations.masking import without_personal_data


def test_a_cpf_is_masked_wherever_it_stands() -> None:
    event = {"data": {"cpf": "12345678909", "person_id": "x"}, "list": [{"cpf": 12345678909}]}

    assert without_personal_data(event) == {
        "data": {"cpf": "***.456.789-**", "person_id": "x"},
        "list": [{"cpf": "***.456.789-**"}],
    }


def test_what_stands_in_the_place_of_a_cpf_is_not_shown_either() -> None:
    assert without_personal_data({"cpf": {"secret": "no cpf"}}) == {"cpf": "***"}


def test_a_cpf_within_other_text_is_not_shown() -> None:
    said = ["abc 529.982.247-25", {"note": "cpf 52998224725"}]

    assert without_personal_data(said) == ["abc ***", {"note": "cpf ***"}]


def test_who_a_person_is_is_not_shown_but_what_a_product_is() -> None:
    person = {"name": "Ann", "address": {"street": "Main"}, "date_of_birth": "1990-01-01"}
    said = {"data": {**person, "birth_date": "1990-01-01", "title": "Mug", "type": "salary"}}

    shown = without_personal_data(said)["data"]

    assert {shown.pop(key) for key in (*person, "birth_date")} == {"***"}
    assert shown == {"title": "Mug", "type": "salary"}
