"""What a module declares wrongly is refused when its participant is made, in one sentence."""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest
import uuid_utils

from bus import (
    BatchReaction,
    Event,
    UnitOfWork,
    on,
)
from bus.events.envelope import encode_data
from tests.bus.declared import declared, event, event_of, refusal


class ProductLiked(Event, frozen=True, kw_only=True):
    """Declared as it should be."""

    wire_name = "likes.product_liked"
    subject_fields = ("product_id",)

    product_id: int
    user: str


class ProductCreated(Event, frozen=True, kw_only=True):
    """A consumer's copy, declared as it should be."""

    wire_name = "products.product_created"

    product_id: int


def take_liked(event: ProductLiked, work: UnitOfWork) -> None:
    """React to ProductLiked alone."""


def take_created(event: ProductCreated, work: UnitOfWork) -> None:
    """React to ProductCreated alone."""


def take_either(events: Sequence[ProductCreated | ProductLiked], work: UnitOfWork) -> None:
    """React to both together."""


def take_any(event: Event, work: UnitOfWork) -> None:
    """React to whatever comes."""


# Events


def test_what_is_declared_well_is_taken() -> None:
    likes = declared(ProductLiked, reactions={ProductCreated: take_created})

    assert (likes.publishes, likes.sources) == ((ProductLiked,), ["products"])


def test_an_event_without_a_wire_name_is_refused() -> None:
    assert refusal(event("ItemSeen")) == (
        "likes: ItemSeen has no wire_name of the form module.event: "
        'write wire_name = "likes.item_seen"'
    )


@pytest.mark.parametrize("wire_name", ["", "liked", "likes.", ".liked"])
def test_a_wire_name_that_is_not_module_and_event_is_refused(wire_name: str) -> None:
    refused = refusal(event("Liked", wire_name=wire_name))

    assert refused.endswith('of the form module.event: write wire_name = "likes.liked"')


def test_a_wire_name_of_another_module_is_refused() -> None:
    assert refusal(ProductCreated) == (
        "likes: ProductCreated has the wire_name products.product_created, which only products "
        'publishes: write wire_name = "likes.product_created"'
    )


def test_an_event_without_a_subject_is_refused() -> None:
    fields = {"user": str, "product_id": int}
    liked = event("ProductLiked", fields, wire_name="likes.product_liked")

    assert refusal(liked) == (
        'likes: ProductLiked names no subject_fields: write subject_fields = ("product_id",)'
    )


@pytest.mark.parametrize("named", [("thing",), ("item", "thing"), "item"])
def test_a_subject_field_that_does_not_exist_is_refused(named: Any) -> None:
    seen = event("Seen", wire_name="likes.seen", subject_fields=named)

    assert refusal(seen) == (
        "likes: Seen names subject_fields that it does not have: "
        'write subject_fields = ("item",), or another of item'
    )


def test_an_event_without_fields_is_refused() -> None:
    empty = event("Opened", {}, wire_name="likes.opened")

    assert refusal(empty) == ("likes: Opened has no fields: declare the one that names its subject")


def test_two_classes_with_one_wire_name_are_refused() -> None:
    again = event("LikedAgain", wire_name="likes.product_liked", subject_fields=("item",))

    assert refusal(ProductLiked, again) == (
        "likes: ProductLiked and LikedAgain have one wire_name, likes.product_liked: "
        "give each its own, or keep one of the classes"
    )


def test_reactions_to_two_classes_with_one_wire_name_are_refused() -> None:
    again = event("Again", wire_name="products.product_created")
    refused = refusal(reactions={ProductCreated: take_created, again: take_any})

    assert refused.startswith("likes: ProductCreated and Again have one wire_name")


# Fields


class Line(msgspec.Struct, frozen=True):
    """A part of an event, which has parts of its own."""

    price: Decimal
    parts: tuple["Line", ...] = ()


class Colour(Enum):
    """A class of the publisher, which a subscriber does not share."""

    RED = "red"


SUPPORTED: Mapping[Any, Any] = {
    int: 2**70,
    float: 0.1,
    bool: True,
    str: "ключ",
    str | None: None,
    Decimal: Decimal("1.10"),
    dt.datetime: dt.datetime(2026, 1, 31, 12, tzinfo=dt.UTC),
    dt.date: dt.date(2026, 1, 31),
    dt.time: dt.time(12, 30),
    dt.timedelta: dt.timedelta(days=1, microseconds=1),
    uuid.UUID: uuid.UUID(int=7),
    Literal["red", "blue"]: "red",
    list[int]: [1, 2],
    tuple[str, ...]: ("a", "b"),
    tuple[int, str]: (1, "a"),
    dict[str, dict[int, Decimal | None]]: {"a": {1: Decimal("1.0"), 2: None}},
    tuple[Line, ...]: (Line(Decimal("1.0"), (Line(Decimal("2.0")),)),),
}

UNSUPPORTED = [
    uuid_utils.UUID,
    Any,
    object,
    bytes,
    list,
    dict[str, Any],
    set[int],
    Colour,
    Decimal | dt.datetime,
    "NowhereDefined",
]


@pytest.mark.parametrize("type_", SUPPORTED, ids=str)
def test_a_supported_field_is_taken_and_comes_back_as_it_was(type_: Any) -> None:
    valued: Any = event_of(type_)
    published = valued(item="pen", value=SUPPORTED[type_])
    declared(valued, reactions={valued: take_any})

    assert msgspec.json.decode(encode_data(published), type=valued) == published


@pytest.mark.parametrize("type_", UNSUPPORTED, ids=str)
def test_an_unsupported_field_is_refused(type_: Any) -> None:
    valued = event_of(type_)

    assert "Valued" in refusal(valued)
    assert "Valued" in refusal(reactions={valued: take_any})


def test_the_refusal_of_a_field_names_its_type_and_those_there_are() -> None:
    assert refusal(event_of(uuid_utils.UUID)).startswith(
        "likes: Valued.value is declared uuid_utils.UUID, which JSON does not give back as it was: "
        "write str, int, float, bool, None, Decimal,"
    )


# Reactions


@pytest.mark.parametrize("reaction", [take_liked, partial(take_liked)])
def test_a_reaction_to_another_event_is_refused(reaction: Callable[..., None]) -> None:
    assert "is the reaction to ProductCreated, and takes ProductLiked: write on(" in refusal(
        reactions={ProductCreated: reaction}
    )


def test_a_batch_reaction_to_another_event_is_refused() -> None:
    def take_all(events: Sequence[ProductLiked], work: UnitOfWork) -> None: ...

    assert refusal(reactions={ProductCreated: BatchReaction(take_all)}) == (
        "likes: take_all is the reaction to ProductCreated, and takes ProductLiked: "
        "write on(ProductLiked, …), or let it take ProductCreated"
    )


def test_a_function_of_several_events_is_a_batch_reaction_and_one_of_one_is_none() -> None:
    def take_all(events: Sequence[ProductLiked], work: UnitOfWork) -> None: ...

    assert refusal(reactions={ProductLiked: take_all}) == (
        "likes: take_all takes several events: write on(ProductLiked, BatchReaction(take_all))"
    )
    single: Any = take_liked
    assert refusal(reactions={ProductLiked: BatchReaction(single)}) == (
        "likes: take_liked takes one event: write on(ProductLiked, take_liked), "
        "without BatchReaction"
    )


def test_a_reaction_that_is_no_function_is_refused() -> None:
    nothing: Any = 3

    assert refusal(reactions={ProductLiked: nothing}) == (
        "likes: the reaction to ProductLiked is no function, but of type int"
    )


def test_a_reaction_may_take_several_events_or_any() -> None:
    together = BatchReaction(take_either)
    declared(reactions={ProductCreated: together, ProductLiked: together})
    declared(reactions={ProductCreated: take_any, ProductLiked: take_any})


def test_an_annotation_that_cannot_be_read_is_not_held_against_a_reaction() -> None:
    def take_unknown(event: "Unknown", work: UnitOfWork) -> None: ...  # type: ignore[name-defined]  # noqa: F821  # the point of it

    declared(reactions={ProductCreated: take_unknown})


def test_the_type_checker_refuses_a_reaction_to_another_event() -> None:
    well = {**on(ProductCreated, BatchReaction(take_either)), **on(ProductLiked, take_liked)}
    wrong = on(ProductCreated, take_liked)  # type: ignore[arg-type]  # mypy asks for it: the test

    assert (list(well), list(wrong)) == ([ProductCreated, ProductLiked], [ProductCreated])


def test_a_module_may_react_to_its_own_events() -> None:
    likes = declared(ProductLiked, reactions=on(ProductLiked, take_liked))

    assert likes.sources == ["likes"]


# Values

WRONG: Mapping[Any, Any] = {
    int: "Ada",
    str: 7,
    bool: 1,
    float: float("nan"),
    Decimal: "1.10",
    uuid.UUID: "00000000-0000-0000-0000-000000000007",
    str | None: uuid.UUID(int=7),
    tuple[int, ...]: [1, 2],
    list[int]: [1, "Ada"],
    Literal["red"]: "Ada",
    dict[str, int]: {"Ada": None},
}


@pytest.mark.parametrize("type_", WRONG, ids=str)
def test_a_value_that_is_not_of_its_declared_type_is_refused(type_: Any) -> None:
    valued: Any = event_of(type_)

    with pytest.raises(TypeError, match=r"^Valued\.value is declared"):
        encode_data(valued(item="pen", value=WRONG[type_]))


def test_publishing_refuses_a_value_in_words_without_it_and_writes_nothing(tmp_path: Path) -> None:
    liked: Any = ProductLiked
    likes = declared(ProductLiked, folder=tmp_path)
    likes.create_tables()
    with likes.unit_of_work() as work, pytest.raises(TypeError) as refused:
        work.publish(liked(product_id="Ada Lovelace", user="7"))
    with likes.database.snapshot() as connection:
        logged = likes.log.status(connection).head
    likes.database.dispose()

    assert str(refused.value) == (
        "ProductLiked.product_id is declared int, "
        "and its value, of type str, does not come back from JSON as that"
    )
    assert (refused.value.__context__, logged) == (None, 0)
