"""A subscriber says which events and fields it wants that its source says it does not publish."""

from pathlib import Path
from typing import Any

import pytest

from bus import Bus, Database, Event, Participant
from bus.admin import module_status
from bus.events.contract import Contract, contract_of, missing_from, read_contract
from bus.transports.rabbitmq import RabbitMQTransport
from tests.bus.members import findings_of
from tests.services import wait_until


class Made(Event, frozen=True, kw_only=True):
    """As its source publishes it now."""

    wire_name = "shop.made"
    subject_fields = ("item",)

    item: str
    colour: str


class MadeInFull(Event, frozen=True, kw_only=True):
    """As a consumer wants it that is ahead of its source."""

    wire_name = "shop.made"
    subject_fields = ("item",)

    item: str
    weight: int
    note: str = ""


class Sold(Event, frozen=True, kw_only=True):
    """What the source publishes no more."""

    wire_name = "shop.sold"

    item: str


def test_a_missing_field_and_a_missing_event_are_named() -> None:
    missing = missing_from("shop", contract_of([Made]), [MadeInFull, Sold])

    assert missing == ["shop publishes shop.made without weight", "shop publishes no shop.sold"]


def test_what_another_source_publishes_is_not_missed_here() -> None:
    assert missing_from("store", contract_of([Made]), [Sold]) == []


def test_an_older_version_is_left_to_the_upcaster() -> None:
    class Lifted(MadeInFull, frozen=True, kw_only=True):
        version = 2

    assert missing_from("shop", contract_of([Made]), [Lifted]) == []


@pytest.mark.parametrize("said", [b"{}", b'{"events":null}', b'{"events":7}', b"null", b"\xff"])
def test_a_source_that_says_nothing_to_be_read_is_no_fault(said: bytes) -> None:
    assert read_contract(said) == Contract()
    assert missing_from("shop", read_contract(said), [Sold]) == []


def run(name: str, folder: Path, url: str, **told: Any) -> tuple[Bus, Participant]:
    """A process with one participant, over the broker."""
    participant = Participant(name, Database(f"sqlite:///{folder}/{name}.db", name), **told)
    participant.create_tables()
    return Bus([participant], RabbitMQTransport(url, {"stock": ["shop"]})), participant


def test_over_a_broker_a_consumer_names_what_its_source_lacks_until_it_has_it(
    tmp_path: Path, rabbitmq_url: str
) -> None:
    stock, subscriber = run("stock", tmp_path, rabbitmq_url, reactions={MadeInFull: _nothing})

    def faults() -> list[str]:
        return [each for each in findings_of(stock, subscriber) if "publishes" in each]

    with stock:
        old, source = run("shop", tmp_path, rabbitmq_url, publishes=[Made])
        with old:
            wait_until(lambda: faults() != [], what="the lack to be noticed")
            assert faults() == ["shop publishes shop.made without weight"]
        source.database.dispose()

        new, source = run("shop", tmp_path, rabbitmq_url, publishes=[MadeInFull])
        with new:
            wait_until(lambda: faults() == [], what="the new version to be heard of")
        source.database.dispose()
    subscriber.database.dispose()


def test_over_a_broker_a_silent_source_is_no_fault(tmp_path: Path, rabbitmq_url: str) -> None:
    stock, subscriber = run("stock", tmp_path, rabbitmq_url, reactions={Sold: _nothing})
    shop, source = run("shop", tmp_path, rabbitmq_url)

    with stock, shop:
        with source.unit_of_work() as work:
            work.publish(Made(item="cup", colour="red"))
        wait_until(lambda: position(subscriber) == 1, what="the event to be heard")

        # Its relay may have begun before the broker was connected, and says so until it tries next.
        wait_until(lambda: findings_of(stock, subscriber) == [], what="all to be well")

    for participant in (source, subscriber):
        participant.database.dispose()


def position(subscriber: Participant) -> int:
    """How far it has heard its only source."""
    [source] = module_status(subscriber, {}).sources
    return source.position


def _nothing(_event: object, _work: object) -> None:
    """React to it in no way."""
