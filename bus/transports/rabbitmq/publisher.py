"""Publishers: events are sent with publisher confirms, requests without."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pika.channel import Channel
from pika.spec import Basic, BasicProperties

from bus.events.envelope import CONTENT_TYPE
from bus.outbox.messages import Message
from bus.transport import PublishFailed, TransportUnavailable
from bus.transports.rabbitmq.reconnecting import ChannelOwner, ReconnectingConnection
from bus.transports.rabbitmq.topology import EXCHANGE, Request, declare_all, subscriber_queue

SECONDS_TO_CONFIRM = 5.0
PROBE = b"probe"
# https://www.rabbitmq.com/docs/direct-reply-to
_ANSWERS = "amq.rabbitmq.reply-to"
_PERSISTENT = BasicProperties(content_type=CONTENT_TYPE, delivery_mode=2)


@dataclass(slots=True)
class Confirms:
    """The confirms of a batch: set by the connection's thread, awaited by the relay's."""

    unconfirmed: set[int] = field(default_factory=set)
    lowest: int = 0
    done: threading.Event = field(default_factory=threading.Event)
    failure: PublishFailed | None = None

    def expect(self, tags: range) -> None:
        """These delivery tags are sent now."""
        self.lowest = tags.start
        self.unconfirmed.update(tags)

    def confirm(self, tag: int, *, multiple: bool) -> None:
        """The broker has this message, or all up to it."""
        if not self.unconfirmed:
            # A late word on a batch given up before: nothing of this one is sent yet.
            return
        if multiple:
            self.unconfirmed.difference_update(range(self.lowest, tag + 1))
            self.lowest = max(self.lowest, tag + 1)
        else:
            self.unconfirmed.discard(tag)
        if not self.unconfirmed:
            self.done.set()

    def fail(self, why: PublishFailed) -> None:
        """Not all of them will be confirmed."""
        self.failure = self.failure or why
        self.done.set()


def publishing_of(source: str) -> str:
    """The purpose of the channel that publishes a source's events."""
    return f"exchange {EXCHANGE} for {source}"


class Publisher(ChannelOwner):
    """One source's channel with publisher confirms: a batch at a time, all of it outstanding."""

    def __init__(
        self,
        connection: ReconnectingConnection,
        source: str,
        consume_requests: Callable[[Callable[[Request], None] | None], None],
        *,
        is_heard: bool,
    ) -> None:
        super().__init__(connection, publishing_of(source))
        self._source = source
        # Nobody may ever listen to a source; where somebody does, a lost queue must be noticed.
        self._is_mandatory = is_heard
        self._consume_requests = consume_requests
        self._guard = threading.Lock()
        self._is_ready = False
        self._published = 0
        self._confirms: Confirms | None = None
        connection.add(self)

    def publish(self, messages: Sequence[Message]) -> None:
        self._publish([(EXCHANGE, _routing_key(m, self._source), m.body) for m in messages])

    def publish_to(self, subscriber: str, messages: Sequence[Message]) -> None:
        self._publish([("", subscriber_queue(subscriber), m.body) for m in messages])

    def consume_requests(self, hear: Callable[[Request], None] | None) -> None:
        self._consume_requests(hear)

    def _publish(self, routed: Sequence[tuple[str, str, bytes]]) -> None:
        confirms = Confirms()
        with self._guard:
            if not self._is_ready or self._connection.is_blocked:
                raise TransportUnavailable
            self._confirms = confirms
        if not self._connection.call(lambda: self._send(routed, confirms)):
            confirms.fail(TransportUnavailable())
        while not confirms.done.wait(SECONDS_TO_CONFIRM):
            if not self._connection.is_blocked:
                self._tell(f"does not confirm what {self._source} sends")
        with self._guard:
            self._confirms = None
        if confirms.failure:
            raise confirms.failure

    def _send(self, routed: Sequence[tuple[str, str, bytes]], confirms: Confirms) -> None:
        channel = self._channel
        if channel is None or not channel.is_open:
            confirms.fail(TransportUnavailable())
            return
        tags = range(self._published + 1, self._published + 1 + len(routed))
        self._published += len(routed)
        confirms.expect(tags)
        with channel.connection.buffered_writes():
            for exchange, key, body in routed:
                channel.basic_publish(
                    exchange, key, body, _PERSISTENT, mandatory=self._is_mandatory
                )

    def _set_up(self, channel: Channel) -> None:
        self._published = 0
        channel.add_on_return_callback(self._returned)
        if self._closings:
            # Perhaps because one of the queues is lost, or the exchange.
            declare_all(channel.connection, self._connection.queues, lambda: self._begin(channel))
        else:
            self._begin(channel)

    def _begin(self, channel: Channel) -> None:
        if channel.is_open:
            channel.confirm_delivery(self._confirmed, callback=self._ready)

    def _ready(self, _frame: object) -> None:
        with self._guard:
            self._is_ready = True

    def _confirmed(self, frame: Any) -> None:
        confirms = self._confirms
        if confirms is None or confirms.failure:
            return
        if isinstance(frame.method, Basic.Nack):
            confirms.fail(PublishFailed("the broker refused an event"))
        else:
            self._works()
            confirms.confirm(frame.method.delivery_tag, multiple=frame.method.multiple)

    def _returned(
        self, channel: Channel, _method: object, _properties: object, _body: bytes
    ) -> None:
        # Declared again at once, a deleted queue is back before the broker cancels its consumers,
        # which it then forgets: so the channel is closed, and the next one declares all it needs.
        self._tell(f"has no queue that takes what {self._source} sends")
        self._gone()
        if channel.is_open:
            channel.close()

    def _gone(self) -> None:
        with self._guard:
            self._is_ready = False
            if self._confirms:
                self._confirms.fail(TransportUnavailable())


def _routing_key(message: Message, source: str) -> str:
    # What is no event must take the events' way all the same: `products.#` matches `products` too.
    return message.type if message.type.startswith(f"{source}.") else source


class RequestSender(ChannelOwner):
    """A channel for requests, without confirms: a lost request is repeated."""

    def __init__(self, connection: ReconnectingConnection) -> None:
        super().__init__(connection, "exchange that leads to queues")
        self._probed: dict[str, Callable[[], None]] = {}
        connection.add(self)

    def send(self, queue: str, body: bytes) -> bool:
        """Send it if the broker is there; False when it is known not to be."""
        return self._send(queue, body, _PERSISTENT)

    def probe(self, queue: str, heard: Callable[[], None]) -> bool:
        """Send a message that its consumer answers, in any process; then `heard` is called."""
        self._probed[queue] = heard
        asking = BasicProperties(reply_to=_ANSWERS, correlation_id=queue)
        return self._send(queue, PROBE, asking)

    def answer_probe(self, asked: BasicProperties) -> None:
        """Answer a probe to its sender, in whichever process."""
        if asked.reply_to:
            answer = BasicProperties(correlation_id=asked.correlation_id)
            self._send(asked.reply_to, PROBE, answer)

    def _send(self, queue: str, body: bytes, properties: BasicProperties) -> bool:
        def send() -> None:
            if self._channel and self._channel.is_open:
                self._channel.basic_publish("", queue, body, properties)

        return not self._connection.fault and self._connection.call(send)

    def _set_up(self, channel: Channel) -> None:
        channel.basic_consume(
            _ANSWERS, self._answered, auto_ack=True, callback=lambda _: self._works()
        )

    def _answered(
        self, _channel: Channel, _method: object, properties: BasicProperties, _body: bytes
    ) -> None:
        self._probed[properties.correlation_id]()
