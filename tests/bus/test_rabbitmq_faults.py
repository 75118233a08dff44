"""What is wrong with the broker is told in a sentence, once for all links, without a password."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pika
import pytest

from bus.rabbitmq.faults import Faults
from bus.rabbitmq.link import Link
from tests.bus.world import eventually
from tests.services.processes import free_port


@contextmanager
def linked(url: str) -> Iterator[Faults]:
    """The faults of two links to one address."""
    parameters = pika.URLParameters(url)
    faults = Faults(parameters)
    links = [Link(parameters, name, faults) for name in ("publishing", "consuming")]
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
