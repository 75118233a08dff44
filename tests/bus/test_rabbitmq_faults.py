"""What is wrong with the broker is told in a sentence, once for all links, without a password."""

import logging
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import urlsplit

import pika
import pytest
from pika.exceptions import AMQPHeartbeatTimeout, StreamLostError

from bus.transports.rabbitmq import publisher as publishing
from bus.transports.rabbitmq.faults import Faults
from bus.transports.rabbitmq.reconnecting import ReconnectingConnection
from tests.bus.members import (
    Placed,
    World,
    eventually,
    eventually_equal,
    findings_of,
    only_over_rabbitmq,
)
from tests.services.processes import free_port


@contextmanager
def linked(url: str) -> Iterator[Faults]:
    """The faults of two links to one address."""
    parameters = pika.URLParameters(url)
    faults = Faults(parameters)
    links = [
        ReconnectingConnection(parameters, name, faults, Faults(parameters), {})
        for name in ("publishing", "consuming")
    ]
    for link in links:
        link.start()
    try:
        yield faults
    finally:
        for link in links:
            link.stop()


def says(url: str, sentence: str) -> None:
    """That is all that is said of this address."""
    parts = urlsplit(url)
    told = [f"RabbitMQ at {parts.hostname}:{parts.port} {sentence}"]

    with linked(url) as faults:
        eventually(lambda: list(faults) == told)


def test_a_port_where_nobody_listens() -> None:
    says(f"amqp://u:hush@127.0.0.1:{free_port()}/", "does not answer (connection refused)")


def test_a_name_that_is_no_hosts(caplog: pytest.LogCaptureFixture) -> None:
    with linked("amqp://u:hush@broker.invalid:5672/") as faults:
        eventually(lambda: is_one(list(faults), "does not answer ("))

    assert "hush" not in caplog.text


def is_one(sentences: list[str], words: str) -> bool:
    """Whether there is one sentence, and it has these words."""
    return len(sentences) == 1 and words in sentences[0]


def test_a_wrong_password(rabbitmq_url: str, caplog: pytest.LogCaptureFixture) -> None:
    sentence = "refuses the user name or password"

    says(rabbitmq_url.replace("guest:guest@", "guest:hush@"), sentence)

    assert caplog.text.count(sentence) == 1
    assert "hush" not in caplog.text


def test_a_virtual_host_that_is_not_there(rabbitmq_url: str) -> None:
    says(
        f"{rabbitmq_url}-elsewhere",
        f"has no virtual host {urlsplit(rabbitmq_url).path[1:]}-elsewhere",
    )


def test_somebody_else_at_its_port() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as other,
        linked(f"amqp://u:p@127.0.0.1:{other.getsockname()[1]}/") as faults,
    ):
        for _ in range(2):
            other.accept()[0].close()

        eventually(lambda: is_one(list(faults), "speaks no AMQP"))


def test_an_outage_is_logged_once_when_it_begins_and_once_when_it_is_over(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    faults = Faults(pika.URLParameters("amqp://u:p@broker:5672/"))

    for link in ("publishing", "consuming"):
        faults.expect(link)
        faults.clear(link)
    faults.lost("publishing", StreamLostError("Transport indicated EOF"))
    faults.lost("consuming", AMQPHeartbeatTimeout("No activity or too many missed heartbeats"))
    faults.lost("publishing", ConnectionRefusedError(111, "Connection refused"))
    shown = list(faults)
    faults.clear("publishing")
    faults.clear("consuming")

    assert shown == [
        "RabbitMQ at broker:5672 does not answer (connection refused)",
        "RabbitMQ at broker:5672 was silent for too long",
    ]
    assert [record.message for record in caplog.records] == [
        "RabbitMQ at broker:5672 broke off the connection",
        "RabbitMQ at broker:5672 is well again",
    ]


@only_over_rabbitmq
def test_a_queue_of_another_kind_holds_up_its_subscriber_alone_and_is_told_once(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    shop, stock = world.shop_and_stock()
    audit = world.member("audit", [Placed])
    world.broker.replace_by_classic("events.stock")

    def faults() -> Sequence[str]:
        return findings_of(bus, stock.participant)

    with world.running(shop, stock, audit) as bus:
        shop.place("pen", 1)
        eventually_equal(audit.numbers, [1])
        eventually(lambda: is_one(list(faults()), "has another queue events.stock than ours"))
        others = [findings_of(bus, each.participant) for each in (shop, audit)]
        told = [record.message for record in caplog.records if "events.stock" in record.message]
        shared = bus.transport.findings
        world.broker.delete("events.stock")
        eventually_equal(stock.numbers, [1])
        eventually(lambda: not faults())

    assert others == [[], []]
    assert shared == []
    assert len(told) == 1


@only_over_rabbitmq
def test_a_broker_that_confirms_nothing_is_told_until_it_does(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Not to be had from a broker of one node: what it says is held back for a while.
    held: list[tuple[publishing.Publisher, object]] = []
    holding = threading.Event()
    confirmed = publishing.Publisher._confirmed

    def confirm_later(publisher: publishing.Publisher, frame: object) -> None:
        if holding.is_set():
            held.append((publisher, frame))
        else:
            confirmed(publisher, frame)

    monkeypatch.setattr(publishing, "SECONDS_TO_CONFIRM", 0.1)
    monkeypatch.setattr(publishing.Publisher, "_confirmed", confirm_later)
    shop, stock = world.shop_and_stock()

    def faults() -> Sequence[str]:
        return findings_of(bus, shop.participant)

    with world.running(shop, stock) as bus:
        shop.place("pen", 1)
        eventually_equal(stock.numbers, [1])
        holding.set()
        shop.place("pen", 2)
        eventually(lambda: is_one(list(faults()), "does not confirm what shop sends"))
        holding.clear()
        for publisher, frame in held:
            confirmed(publisher, frame)
        shop.place("pen", 3)
        eventually_equal(stock.numbers, [1, 2, 3])
        eventually(lambda: not faults())
