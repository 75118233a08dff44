"""What may be written down of a person: amounts, days of birth, texts and CPFs."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from modules.person.domain import (
    WrongCheckDigits,
    check_cpf,
    parse_amount,
    parse_birth_date,
    validated_text,
)
from web.text import folded

# A busy machine is no failure.
patient = settings(deadline=None)

CENTS = st.integers(min_value=1, max_value=99_999_999_999_999)
ANY_DECIMAL = st.builds(
    lambda sign, digits, exponent: Decimal((sign, tuple(digits), exponent)),
    st.integers(0, 1),
    st.lists(st.integers(0, 9), min_size=1, max_size=40),
    st.integers(-45, 20) | st.sampled_from([-999_999_999, 999_999_999]),
)


def allowed(value: Decimal) -> bool:
    """The rule in other words: whole cents, above nothing and below a thousand billion."""
    if abs(value.adjusted()) > 100:
        return False
    cents = Fraction(value) * 100
    return cents.denominator == 1 and 0 < cents < 10**14


def refuses(rule: Any, value: object) -> bool:
    """Whether the rule does not take the value."""
    try:
        rule(value)
    except ValueError:
        return True
    return False


@patient
@given(CENTS, st.integers(0, 30))
def test_a_number_counts_by_its_value_however_it_is_written(cents: int, zeros: int) -> None:
    plainly = f"{cents // 100}.{cents % 100:02}"
    for written in (plainly, plainly + "0" * zeros, f"{cents * 10**zeros}e-{zeros + 2}"):
        number = json.loads(written, parse_float=Decimal)

        assert str(parse_amount(number)) == plainly


@patient
@given(ANY_DECIMAL)
@example(Decimal("1.100"))
@example(Decimal("1E+400"))
@example(Decimal("999999999999.99"))
@example(Decimal("1000000000000.00"))
@example(Decimal("999999999999.995"))
@example(Decimal("1." + "0" * 1000 + "1"))
def test_no_number_is_rounded_and_none_too_large_is_taken(number: Decimal) -> None:
    if allowed(number):
        assert parse_amount(number) == number
        assert str(parse_amount(number))[-3] == "."
    else:
        assert refuses(parse_amount, number)


@patient
@given(st.text() | st.from_regex(r"[+\-]?\d{1,14}([.,]\d{0,3})?([eE]\d)?"))
def test_a_text_is_an_amount_only_in_plain_digits(text: str) -> None:
    whole, point, cents = text.partition(".")
    is_plain = text.isascii() and whole.isdigit() and len(whole) <= 12
    has_cents = not point or (cents.isdigit() and len(cents) <= 2)

    if is_plain and has_cents and int(whole + cents) > 0:
        assert parse_amount(text) == Decimal(text)
    else:
        assert refuses(parse_amount, text)


@pytest.mark.parametrize(
    "value",
    [
        "1e3",
        "NaN",
        "Infinity",
        " 5",
        "5 ",
        "+5",
        "-5",
        "\uff11",
        "1_0",
        "1,5",
        "1.",
        ".5",
        "",
        "0.00",
    ],
)
def test_these_texts_are_no_amounts(value: str) -> None:
    assert refuses(parse_amount, value)


def test_a_million_digits_are_refused_at_once() -> None:
    for number in ("1." + "0" * 10**6 + "1", "9" * 10**6, "1e999999999", "1e-999999999"):
        assert refuses(parse_amount, Decimal(number))


@pytest.mark.parametrize(
    "value",
    [True, False, None, 1.5, [], {}, 0, -1, 10**12, 10**4000, Decimal("NaN"), Decimal("Infinity")],
)
def test_these_values_are_no_amounts(value: object) -> None:
    assert refuses(parse_amount, value)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2019-06-15", date(2019, 6, 15)),
        ("2019-06-15T19:23:55-03:00", date(2019, 6, 15)),
        ("2019-06-15T23:59:59.999999-12:00", date(2019, 6, 15)),
        ("2019-06-15T00:00Z", date(2019, 6, 15)),
        ("1850-01-01", date(1850, 1, 1)),
        ("2020-02-29", date(2020, 2, 29)),
    ],
)
def test_a_birth_date_is_the_day_as_it_is_written(written: str, day: date) -> None:
    assert parse_birth_date(written) == day


@pytest.mark.parametrize(
    "value",
    [
        12345,
        Decimal("1560637435.5"),
        True,
        None,
        "",
        "12345",
        "15/06/2019",
        "2019-6-15",
        "20190615",
        "2019-W24-6",
        "\uff12019-06-15",
        "2019-02-29",
        "2019-06-31",
        "2019-06-15T",
        "2019-06-15T25:00",
        "2019-06-15T19:23:55-03:00 ",
        "2019-06-15\n",
        "1849-12-31",
        "0000-01-01",
        "9999-12-31",
        "+002019-06-15",
        ["2019-06-15"],
    ],
)
def test_these_are_no_birth_dates(value: object) -> None:
    assert refuses(parse_birth_date, value)


def test_nobody_is_born_later_than_today_is_anywhere() -> None:
    latest = (datetime.now(UTC) + timedelta(hours=14)).date()

    assert parse_birth_date(latest.isoformat()) == latest
    assert refuses(parse_birth_date, (latest + timedelta(days=2)).isoformat())


@pytest.mark.parametrize(
    "text", ["", " ", "\u200b", "\t", "a\nb", "a\0b", "\x1b[31m", "a\x7f", "a\x85b"]
)
def test_blank_text_and_control_characters_are_refused(text: str) -> None:
    assert refuses(validated_text, text)


@pytest.mark.parametrize(
    "text", ["José", "שלום עולם", "😀👩‍👩‍👧", "'; DROP TABLE persons; --", "<b>"]
)
def test_any_writing_is_text(text: str) -> None:
    assert validated_text(text) == text


def test_a_search_sees_no_difference_between_upper_and_lower_case() -> None:
    assert folded("JOSÉ") == folded("josé") == folded("jose\u0301")


@pytest.mark.parametrize("cpf", ["12345678909", "52998224725", "11144477735", "00000000191"])
def test_right_check_digits_are_taken(cpf: str) -> None:
    check_cpf(cpf)


@pytest.mark.parametrize("place", [9, 10])
@patient
@given(base=st.integers(0, 10**9 - 1), off=st.integers(1, 9))
def test_either_check_digit_being_wrong_is_noticed(place: int, base: int, off: int) -> None:
    digits = [*f"{base:09}", *check_digits(f"{base:09}")]
    digits[place] = str((int(digits[place]) + off) % 10)

    with pytest.raises(WrongCheckDigits):
        check_cpf("".join(digits))


@patient
@given(st.integers(0, 10**9 - 1).filter(lambda base: len(set(f"{base:09}")) > 1))
def test_the_digits_as_the_tax_office_computes_them_are_taken(base: int) -> None:
    check_cpf(f"{base:09}{check_digits(f'{base:09}')}")


@pytest.mark.parametrize("digit", "0123456789")
def test_eleven_equal_digits_are_no_cpf(digit: str) -> None:
    with pytest.raises(WrongCheckDigits):
        check_cpf(digit * 11)


def check_digits(base: str) -> str:
    """The two digits by the rule as it is usually told: 11 less the remainder, 0 from 10 on."""
    for _ in range(2):
        weights = range(len(base) + 1, 1, -1)
        remainder = sum(w * int(d) for w, d in zip(weights, base, strict=True)) % 11
        base += "0" if remainder < 2 else str(11 - remainder)
    return base[9:]
