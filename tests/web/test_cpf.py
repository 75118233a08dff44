"""CPFs as people write them."""

import re

import pytest

from web.cpf import canonical, is_within, masked, without_cpfs


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (11111, "00000011111"),
        ("11111", "00000011111"),
        ("000.000.111-11", "00000011111"),
        ("123.456.789-09", "12345678909"),
        (12345678909, "12345678909"),
        (0, "00000000000"),
    ],
)
def test_every_way_of_writing_one_means_the_same_person(written: object, meant: str) -> None:
    assert canonical(written) == meant


@pytest.mark.parametrize(
    "written",
    [
        "", " 1", "1 ", "1\n", "-1", -1, 123456789012, "123456789012", "12.345.678-909",
        "123.456.78909", "123456789-09", "1.1", 1.0, True, None, [], "\u0661\u0662", "1e3", "abc",
    ],
)  # fmt: skip
def test_what_is_none_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match="1 to 11 digits"):
        canonical(written)


def test_a_masked_one_shows_its_middle_only() -> None:
    assert masked("12345678909") == "***.456.789-**"


@pytest.mark.parametrize(
    "text", ["x 529.982.247-25", "cpf52998224725", "52998224725/7", "529982247-25"]
)
def test_one_is_found_and_hidden_within_text(text: str) -> None:
    assert is_within(text)
    assert not re.search("[0-9]{2}", without_cpfs(text))


@pytest.mark.parametrize(
    "text",
    ["7/01900000-0000-7000-8000-a52998224725", "redrive or discard 52998224725b", "529982247251"],
)
def test_ids_are_shown_though_their_digits_look_like_one(text: str) -> None:
    assert not is_within(text)
    assert without_cpfs(text) == text
