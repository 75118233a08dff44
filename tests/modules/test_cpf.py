"""The notations of a CPF, which persons and scores read alike."""

from collections.abc import Callable

import pytest

from modules.person.domain import canonical_cpf, formatted_cpf, masked_cpf
from modules.score.domain import UnknownPerson, person_key
from modules.score.domain import canonical_cpf as canonical_cpf_of_score

NEEDS = ["person", "score"]

PERSON_ID = "01900000-0000-7000-8000-a52998224725"
NO_CPF = [
    "", " 1", "1 ", "1\n", "-1", "123456789012", "12.345.678-909", "123.456.78909",
    "123456789-09", "1.1", "\u0661\u0662", "1e3", "abc",
]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("11111", "00000011111"),
        ("000.000.111-11", "00000011111"),
        ("123.456.789-09", "12345678909"),
        ("12345678909", "12345678909"),
        ("0", "00000000000"),
    ],
)
@pytest.mark.parametrize("read", [canonical_cpf, canonical_cpf_of_score, person_key])
def test_every_notation_means_the_same_person(
    read: Callable[[str], str], written: str, meant: str
) -> None:
    assert read(written) == meant


def test_a_cpf_may_be_sent_as_a_number() -> None:
    assert canonical_cpf(11111) == "00000011111"


@pytest.mark.parametrize("written", [*NO_CPF, -1, 123456789012, 1.0, True, None, []])
def test_other_values_are_refused(written: object) -> None:
    with pytest.raises(ValueError, match="1 to 11 digits"):
        canonical_cpf(written)


@pytest.mark.parametrize("written", NO_CPF)
@pytest.mark.parametrize("read", [canonical_cpf_of_score, person_key])
def test_nobody_has_a_score_by_other_text(read: Callable[[str], str], written: str) -> None:
    with pytest.raises(UnknownPerson):
        read(written)


def test_a_score_is_found_by_the_id_of_a_person() -> None:
    assert person_key(PERSON_ID) == PERSON_ID


def test_a_formatted_cpf_shows_all_digits_and_a_masked_one_its_middle() -> None:
    assert formatted_cpf("12345678909") == "123.456.789-09"
    assert masked_cpf("12345678909") == "***.456.789-**"
