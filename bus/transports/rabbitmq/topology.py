"""The topology on the broker: exchange and queues, their arguments and declaration."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import msgspec
from pika.channel import Channel
from pika.connection import Connection

from bus.outbox.epochs import LogPosition

EXCHANGE = "events"

# Left unset, RabbitMQ 4 drops a message after 20 deliveries, and -1 deletes messages on 3.10.
_DELIVERY_LIMIT = 1_000_000
QUEUE_ARGUMENTS = {
    "x-queue-type": "quorum",
    "x-single-active-consumer": True,
    "x-delivery-limit": _DELIVERY_LIMIT,
}


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A subscriber's request: where the log ends, or with `resend` what follows its place."""

    subscriber: str
    resend: bool
    epoch: str | None = None
    position: int = 0
    last_event_id: str | None = None

    @property
    def place(self) -> LogPosition:
        """The subscriber's place in the log."""
        return LogPosition(
            epoch=self.epoch, position=self.position, last_event_id=self.last_event_id
        )


def subscriber_queue(subscriber: str) -> str:
    """The name of the queue of a subscriber's events."""
    return f"events.{subscriber}"


def request_queue(source: str) -> str:
    """The name of the queue of requests to a source."""
    return f"requests.{source}"


def declare(channel: Channel, queue: str, sources: Sequence[str]) -> None:
    """Declare the queue, and bind it to what these sources publish."""
    # One channel answers in order, so a later call's answer confirms these as well.
    channel.exchange_declare(EXCHANGE, "topic", durable=True)
    channel.queue_declare(queue, durable=True, arguments=QUEUE_ARGUMENTS)
    for source in sources:
        channel.queue_bind(queue, EXCHANGE, f"{source}.#")


def declare_all(
    connection: Connection, queues: Mapping[str, Sequence[str]], done: Callable[[], None]
) -> None:
    """Declare the queues as `declare` does, then call `done`.

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
