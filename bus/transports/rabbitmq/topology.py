"""What there is on the broker: names, arguments, and how to declare it."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from pika.channel import Channel
from pika.connection import Connection

EXCHANGE = "events"

# Left unset, RabbitMQ 4 drops a message after 20 deliveries, and -1 deletes messages on 3.10.
_DELIVERY_LIMIT = 1_000_000
QUEUE_ARGUMENTS = {
    "x-queue-type": "quorum",
    "x-single-active-consumer": True,
    "x-delivery-limit": _DELIVERY_LIMIT,
}


def subscriber_queue(subscriber: str) -> str:
    """The queue in which a subscriber's events lie."""
    return f"events.{subscriber}"


def request_queue(source: str) -> str:
    """The queue in which what is asked of a source lies."""
    return f"requests.{source}"


def declare(channel: Channel, queue: str, sources: Sequence[str]) -> None:
    """Make the queue, and have what these sources publish come into it."""
    # One channel answers in order, so a later call's answer confirms these as well.
    channel.exchange_declare(EXCHANGE, "topic", durable=True)
    channel.queue_declare(queue, durable=True, arguments=QUEUE_ARGUMENTS)
    for source in sources:
        channel.queue_bind(queue, EXCHANGE, f"{source}.#")


def declare_all(
    connection: Connection, queues: Mapping[str, Sequence[str]], done: Callable[[], None]
) -> None:
    """Make the queues as `declare` does, then call `done`.

    One that the broker refuses holds up no other: each has a channel, which a refusal closes. They
    are made in turn, for RabbitMQ 3.10 takes badly that one is asked for while it is being made.
    """
    left = list(queues)

    def go_on(*_: object) -> None:
        if not connection.is_open:
            return
        if left:
            connection.channel(on_open_callback=partial(opened, left.pop(0)))
        else:
            done()

    def opened(queue: str, channel: Channel) -> None:
        channel.add_on_close_callback(go_on)
        declare(channel, queue, queues[queue])
        # Answered after the others.
        channel.queue_declare(queue, passive=True, callback=lambda _: channel.close())

    go_on()
