"""What a test does to a real broker behind the bus's back."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import ChannelClosedByBroker

from bus.transports.rabbitmq.topology import EXCHANGE


class Broker:
    """A virtual host of a RabbitMQ server."""

    def __init__(self, url: str) -> None:
        self._url = url

    def publish(self, queue: str, message: bytes) -> None:
        """Put bytes into a queue."""
        with self._channel() as channel:
            channel.confirm_delivery()
            channel.basic_publish("", queue, message, mandatory=True)

    def delete(self, queue: str) -> None:
        """Lose a queue with all that lies in it."""
        with self._channel() as channel:
            channel.queue_delete(queue)

    def replace_by_classic(self, queue: str) -> None:
        """Have a queue of another kind under this name."""
        with self._channel() as channel:
            channel.queue_delete(queue)
            channel.queue_declare(queue, durable=True)

    def purge(self, queue: str) -> None:
        """Lose what lies in a queue."""
        with self._channel() as channel:
            channel.queue_purge(queue)

    def waiting(self, queue: str) -> int:
        """How many messages lie in a queue, ready for a consumer; 0 for a queue that is not."""
        with self._channel() as channel, suppress(ChannelClosedByBroker):
            return int(channel.queue_declare(queue, passive=True).method.message_count)
        return 0

    @contextmanager
    def refusing(self, source: str) -> Iterator[None]:
        """Answer every publish of a source with a nack: one of its queues is full."""
        full = {"x-max-length": 0, "x-overflow": "reject-publish"}
        with self._channel() as channel:
            channel.queue_declare("full", arguments=full)
            channel.queue_bind("full", EXCHANGE, f"{source}.#")
            yield
            channel.queue_delete("full")

    @contextmanager
    def _channel(self) -> Iterator[BlockingChannel]:
        connection = pika.BlockingConnection(pika.URLParameters(self._url))
        try:
            yield connection.channel()
        finally:
            if connection.is_open:
                connection.close()
