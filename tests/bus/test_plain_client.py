"""A client that knows AMQP and CloudEvents, and nothing of us, reads our events."""

from pathlib import Path
from typing import Any

import pika
from cloudevents.core.bindings.amqp import AMQPMessage, from_amqp_event
from cloudevents.core.formats.json import JSONFormat

from bus import Bus, Database, Event, Participant
from bus.transports.rabbitmq import RabbitMQTransport
from bus.transports.rabbitmq.topology import EXCHANGE
from tests.services import wait_until


class Made(Event, frozen=True, kw_only=True):
    """Something happened."""

    wire_name = "shop.made"
    subject_fields = ("item",)

    item: str


def test_a_plain_client_reads_cloud_events(tmp_path: Path, rabbitmq_url: str) -> None:
    shop = Participant("shop", Database(f"sqlite:///{tmp_path}/shop.db", "shop"))
    shop.create_tables()
    with (
        pika.BlockingConnection(pika.URLParameters(rabbitmq_url)) as connection,
        Bus([shop], RabbitMQTransport(rabbitmq_url, {})),
    ):
        channel = connection.channel()
        channel.exchange_declare(EXCHANGE, "topic", durable=True)
        queue = channel.queue_declare("", exclusive=True).method.queue
        channel.queue_bind(queue, EXCHANGE, "shop.made")

        with shop.unit_of_work() as work:
            work.publish(Made(item="cup"))

        read: list[tuple[Any, bytes]] = []

        def has_come() -> bool:
            frame, properties, body = channel.basic_get(queue, auto_ack=True)
            if frame:
                read.append((properties, body))
            return bool(frame)

        wait_until(has_come, what="the event")
    shop.database.dispose()

    [(properties, body)] = read
    # Structured mode: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/amqp-protocol-binding.md
    assert properties.content_type == "application/cloudevents+json"
    assert properties.delivery_mode == pika.DeliveryMode.Persistent.value
    message = AMQPMessage({"content-type": properties.content_type}, properties.headers or {}, body)
    event = from_amqp_event(message, JSONFormat())  # refuses what the specification does
    assert event.get_type() == "shop.made"
    assert event.get_source() == "shop"
    assert event.get_subject() == "cup"
    assert event.get_data() == {"item": "cup"}
    assert int(event.get_extension("sequence")) == 1
