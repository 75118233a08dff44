"""The transport over RabbitMQ: the only file that knows pika.

A durable topic exchange `events`; a quorum queue `events.<subscriber>` per subscriber, with one
active consumer, bound to `<source>.#` of each of its sources; a quorum queue `requests.<source>`
for what subscribers ask of a source. Publishing and consuming have a connection each, on a thread
of its own, so that heartbeats go on while reactions run and a blocked publisher blocks no consumer.
"""

import logging
import random
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pika
from pika.adapters.select_connection import SelectConnection
from pika.channel import Channel
from pika.exceptions import ChannelClosedByBroker
from pika.spec import Basic, BasicProperties

from bus.envelope import CONTENT_TYPE
from bus.log import Message, Place
from bus.participant import Participant
from bus.sender import Request, Sender
from bus.transport import CarryFailed, Inlet, Outlet

EXCHANGE = "events"
HEARTBEAT_SECONDS = 10
_LONGEST_PAUSE = 5.0
_SECONDS_TO_CLOSE = 0.5
_SECONDS_BETWEEN_CHECKS = 5.0
_PROBE = b"probe"

# Left unset, RabbitMQ 4 drops a message after 20 deliveries, and -1 deletes messages on 3.10.
_DELIVERY_LIMIT = 1_000_000
QUEUE_ARGUMENTS = {
    "x-queue-type": "quorum",
    "x-single-active-consumer": True,
    "x-delivery-limit": _DELIVERY_LIMIT,
}
_PERSISTENT = BasicProperties(content_type=CONTENT_TYPE, delivery_mode=2)

_log = logging.getLogger(__name__)


def subscriber_queue(subscriber: str) -> str:
    """The queue in which a subscriber's events lie."""
    return f"events.{subscriber}"


def request_queue(source: str) -> str:
    """The queue in which what is asked of a source lies."""
    return f"requests.{source}"


class RabbitMQTransport:
    """Delivery through a broker; `topology` names every known subscriber and its sources.

    Also those that other processes host: their queues must exist before events are sent.
    """

    name = "rabbitmq"
    one_process_only = False

    def __init__(
        self, url: str, topology: Mapping[str, Sequence[str]], prefetch: int = 1500
    ) -> None:
        self._topology = topology
        self._prefetch = prefetch
        # What it says of a lost connection in ten lines, we say in one.
        logging.getLogger("pika").setLevel(logging.CRITICAL)
        parameters = pika.URLParameters(url)
        parameters.heartbeat = HEARTBEAT_SECONDS
        parameters.socket_timeout = 5
        self._publishing = _Link(parameters, "publishing", self._declare_everything)
        self._consuming = _Link(parameters, "consuming")

    @property
    def faults(self) -> Sequence[str]:
        """What is wrong with the connections to the broker, nothing when all is well."""
        return [link.fault for link in (self._publishing, self._consuming) if link.fault]

    def start(self, participants: Sequence[Participant]) -> None:
        self._publishing.start()
        self._consuming.start()
        self._asking = _RequestSender(self._publishing)

    def outlet(self, participant: Participant) -> Outlet:
        source = participant.name
        heard = any(source in sources for sources in self._topology.values())
        requests = _Consumer(self._consuming, self._asking, request_queue(source), (), prefetch=100)
        publisher = _Publisher(
            self._publishing, source, self._declare_everything, requests, is_heard=heard
        )
        return Sender(participant, publisher)

    def inlet(self, participant: Participant) -> Inlet:
        name = participant.name
        queue = subscriber_queue(name)
        sources = participant.sources
        consumer = _Consumer(self._consuming, self._asking, queue, sources, self._prefetch)
        consumer.open()
        return RabbitMQInlet(name, consumer, self._asking)

    def stop(self) -> None:
        self._consuming.stop()
        self._publishing.stop()

    def _declare_everything(self, channel: Channel) -> None:
        for subscriber, sources in self._topology.items():
            _declare(channel, subscriber_queue(subscriber), sources)
            for source in sources:
                _declare(channel, request_queue(source), ())


def _declare(channel: Channel, queue: str, sources: Sequence[str]) -> None:
    # One channel answers in order, so a later call's answer confirms these as well.
    channel.exchange_declare(EXCHANGE, "topic", durable=True)
    channel.queue_declare(queue, durable=True, arguments=QUEUE_ARGUMENTS)
    for source in sources:
        channel.queue_bind(queue, EXCHANGE, f"{source}.#")


class _Link:
    """A connection on a thread of its own, opened again for ever, with users that have channels."""

    def __init__(
        self,
        parameters: pika.URLParameters,
        name: str,
        prepare: Callable[[Channel], None] | None = None,
    ) -> None:
        self._parameters = parameters
        self._name = name
        self._prepare = prepare
        self._guard = threading.Lock()
        self._users: list[_ChannelUser] = []
        self._connection: SelectConnection | None = None
        self._is_prepared = False
        self._stopping = threading.Event()
        self._failures = 0
        self.fault = f"{name}: not connected yet"
        self.is_blocked = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        # A new one, so that threads of before which could not be ended in time still end.
        self._stopping = threading.Event()
        self._users.clear()
        self._thread = threading.Thread(
            target=self._run, args=(self._stopping,), name=f"rabbitmq-{self._name}", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self.call(lambda: self._connection.close() if self._connection else None)
        if self._thread:
            self._thread.join(_SECONDS_TO_CLOSE)
            self._abandon()
            self._thread.join(_SECONDS_TO_CLOSE)

    def _abandon(self) -> None:
        # A broker that blocks publishers does not answer when they close the connection either.
        with self._guard:
            if self._connection:
                self._connection.ioloop.add_callback_threadsafe(self._connection.ioloop.stop)

    def call(self, do: Callable[[], None]) -> bool:
        """Run `do` on the connection's thread, soon; False when there is no connection."""
        with self._guard:
            connection = self._connection
            if connection is None or not connection.is_open:
                return False
            connection.ioloop.add_callback_threadsafe(do)
            return True

    def add(self, user: "_ChannelUser") -> None:
        """Let `user` have a channel, now if connected and after every reconnect."""
        with self._guard:
            self._users.append(user)
        self.call(lambda: self.open_channel(user))

    def remove(self, user: "_ChannelUser") -> None:
        """Let `user` have no channel any more."""
        with self._guard:
            if user in self._users:
                self._users.remove(user)
        self.call(user.close_channel)

    # From here on everything runs on the connection's thread.

    def open_channel(self, user: "_ChannelUser") -> None:
        """Open a channel for a user that wants one and has none."""
        connection = self._connection
        if connection is None or not (connection.is_open and self._is_prepared):
            return
        if user in self._users and user.may_open():
            connection.channel(on_open_callback=user.channel_opened)

    def open_channel_later(self, user: "_ChannelUser") -> None:
        """The same after a second: what closed the last one may take that long to pass."""
        if self._connection:
            self._connection.ioloop.call_later(1.0, lambda: self.open_channel(user))

    def _run(self, stopping: threading.Event) -> None:
        while not stopping.is_set():
            try:
                self._serve_one_connection()
            except Exception:
                _log.exception("rabbitmq %s: a callback failed; reconnecting", self._name)
                self.fault = f"{self._name}: failed"
            self._failures += 1
            pause = min(_LONGEST_PAUSE, 0.1 * 2 ** min(self._failures, 10))
            stopping.wait(pause * random.uniform(0.5, 1.0))  # noqa: S311  # jitter, no secret

    def _serve_one_connection(self) -> None:
        connection = self._connect()
        try:
            connection.ioloop.start()
        finally:
            self._disconnected()
            _cut_off(connection)

    def _connect(self) -> SelectConnection:
        connection = SelectConnection(
            self._parameters,
            on_open_callback=self._opened,
            on_open_error_callback=self._lost,
            on_close_callback=self._lost,
        )
        connection.add_on_connection_blocked_callback(self._blocked)
        connection.add_on_connection_unblocked_callback(self._unblocked)
        return connection

    def _disconnected(self) -> None:
        with self._guard:
            self._connection = None
            self._is_prepared = self.is_blocked = False
            users = list(self._users)
        for user in users:
            user.channel_lost("the connection to the broker is lost")

    def _opened(self, connection: SelectConnection) -> None:
        if self._stopping.is_set():
            connection.close()
            return
        with self._guard:
            self._connection = connection
        connection.channel(on_open_callback=self._prepare_for_users)

    def _prepare_for_users(self, channel: Channel) -> None:
        channel.add_on_close_callback(self._preparation_failed)
        if self._prepare:
            self._prepare(channel)
        channel.exchange_declare(EXCHANGE, "topic", durable=True, callback=self._prepared)

    def _prepared(self, _frame: object) -> None:
        self.fault = ""
        self._failures = 0
        self._is_prepared = True
        with self._guard:
            users = list(self._users)
        for user in users:
            self.open_channel(user)

    def _preparation_failed(self, channel: Channel, reason: Exception) -> None:
        if channel.connection.is_open:
            self.fault = f"{self._name}: {_plain(reason)}"
            _log.error("rabbitmq %s: cannot declare its queues: %s", self._name, _plain(reason))
            channel.connection.close()

    def _lost(self, connection: SelectConnection, reason: Exception | str) -> None:
        fault = f"{self._name}: {_plain(reason)}"
        if fault != self.fault and not self._stopping.is_set():
            _log.warning("rabbitmq %s; trying again", fault)
        self.fault = fault
        connection.ioloop.stop()

    def _blocked(self, _connection: object, _frame: object) -> None:
        self.is_blocked = True
        self.fault = f"{self._name}: the broker blocks publishers"
        _log.warning("rabbitmq %s: the broker blocks publishers", self._name)

    def _unblocked(self, _connection: object, _frame: object) -> None:
        self.is_blocked = False
        self.fault = ""


def _cut_off(connection: SelectConnection) -> None:
    """Drop the connection if it is still there, and give its sockets back."""
    if not connection.is_closed:
        # It would remain the active consumer until it misses its heartbeats, half a minute. Closing
        # in good order waits for an answer that may not come, and pika has no public way to abort.
        connection._adapter_disconnect_stream()
        connection.ioloop.call_later(_SECONDS_TO_CLOSE, connection.ioloop.stop)
        with suppress(Exception):  # the callbacks of what is lost anyway
            connection.ioloop.start()
    connection.ioloop.close()


class _ChannelUser:
    """Has one channel at a time on a link, and another one when it is lost."""

    def __init__(self, link: _Link) -> None:
        self._link = link
        self._channel: Channel | None = None
        self._is_opening = False

    def may_open(self) -> bool:
        """Claim the right to open a channel; False when there is one, or will be soon."""
        if self._is_opening or self._channel is not None:
            return False
        self._is_opening = True
        return True

    def channel_opened(self, channel: Channel) -> None:
        """Begin to use the new channel, if it is still wanted."""
        if not self._is_opening:
            channel.close()
            return
        self._is_opening = False
        self._channel = channel
        channel.add_on_close_callback(self._closed)
        self._set_up(channel)

    def close_channel(self) -> None:
        """End the use of the channel."""
        channel = self._channel
        self.channel_lost("closed")
        if channel is not None and channel.is_open:
            channel.close()

    def channel_lost(self, why: str) -> None:
        """Forget the channel: it is gone."""
        self._is_opening = False
        self._channel = None
        self._gone(why)

    def _closed(self, channel: Channel, reason: Exception) -> None:
        if channel is self._channel:
            if isinstance(reason, ChannelClosedByBroker):
                _log.warning("rabbitmq: the broker closed a channel: %s", _plain(reason))
            self.channel_lost(f"the channel was closed: {_plain(reason)}")
            self._link.open_channel_later(self)

    def _set_up(self, channel: Channel) -> None:
        """Make the channel ready for its purpose."""

    def _gone(self, why: str) -> None:
        """Give up what was under way on the channel."""


def _plain(reason: object) -> str:
    text = str(reason) or repr(reason)
    return f"{type(reason).__name__}: {text}" if isinstance(reason, Exception) else text


@dataclass(slots=True)
class _Confirms:
    """What a batch still waits for; touched by the link's thread, awaited by the relay's."""

    unconfirmed: set[int] = field(default_factory=set)
    lowest: int = 0
    done: threading.Event = field(default_factory=threading.Event)
    failure: str | None = None

    def expect(self, tags: range) -> None:
        """These delivery tags are sent now."""
        self.lowest = tags.start
        self.unconfirmed.update(tags)

    def settle(self, tag: int, *, multiple: bool) -> None:
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

    def fail(self, why: str) -> None:
        """Not all of them will be confirmed."""
        self.failure = self.failure or why
        self.done.set()


class _Publisher(_ChannelUser):
    """One source's channel with publisher confirms: a batch at a time, all of it outstanding."""

    def __init__(
        self,
        link: _Link,
        source: str,
        declare: Callable[[Channel], None],
        requests: "_Consumer",
        *,
        is_heard: bool,
    ) -> None:
        super().__init__(link)
        self._source = source
        self._declare = declare
        # Nobody may ever listen to a source; where somebody does, a lost queue must be noticed.
        self._is_mandatory = is_heard
        self._requests = requests
        self._guard = threading.Lock()
        self._is_ready = False
        self._published = 0
        self._confirms: _Confirms | None = None
        link.add(self)

    def publish(self, messages: Sequence[Message]) -> None:
        self._publish([(EXCHANGE, _routing_key(m, self._source), m.body) for m in messages])

    def publish_to(self, subscriber: str, messages: Sequence[Message]) -> None:
        self._publish([("", subscriber_queue(subscriber), m.body) for m in messages])

    def hear_requests(self, hear: Callable[[Request], None] | None) -> None:
        if hear is None:
            self._requests.close()
        else:
            self._requests.open(lambda body: _hear(body, hear))

    def _publish(self, routed: Sequence[tuple[str, str, bytes]]) -> None:
        confirms = _Confirms()
        with self._guard:
            if not self._is_ready or self._link.is_blocked:
                raise CarryFailed(self._link.fault or "the broker is not ready")
            self._confirms = confirms
        if not self._link.call(lambda: self._send(routed, confirms)):
            confirms.fail("the connection to the broker is lost")
        confirms.done.wait()
        with self._guard:
            self._confirms = None
        if confirms.failure:
            raise CarryFailed(confirms.failure)

    def _send(self, routed: Sequence[tuple[str, str, bytes]], confirms: _Confirms) -> None:
        channel = self._channel
        if channel is None or not channel.is_open:
            confirms.fail("the channel to the broker is closed")
            return
        tags = range(self._published + 1, self._published + 1 + len(routed))
        self._published += len(routed)
        confirms.expect(tags)
        for exchange, key, body in routed:
            channel.basic_publish(exchange, key, body, _PERSISTENT, mandatory=self._is_mandatory)

    def _set_up(self, channel: Channel) -> None:
        self._published = 0
        self._declare(channel)
        channel.add_on_return_callback(self._returned)
        channel.confirm_delivery(self._confirmed, callback=self._ready)

    def _ready(self, _frame: object) -> None:
        with self._guard:
            self._is_ready = True

    def _confirmed(self, frame: Any) -> None:
        confirms = self._confirms
        if confirms is None:
            return
        if isinstance(frame.method, Basic.Nack):
            confirms.fail("the broker refused an event")
        else:
            confirms.settle(frame.method.delivery_tag, multiple=frame.method.multiple)

    def _returned(self, channel: Channel, method: Any, _properties: object, _body: bytes) -> None:
        # Declared again at once, a deleted queue is back before the broker cancels its consumers,
        # which it then forgets: so the channel is closed, and the next one declares all it needs.
        self._gone(f"no queue took an event ({method.reply_text}); it is declared again")
        if channel.is_open:
            channel.close()

    def _gone(self, why: str) -> None:
        with self._guard:
            self._is_ready = False
            if self._confirms:
                self._confirms.fail(why)


def _routing_key(message: Message, source: str) -> str:
    # What is no event must take the events' way all the same: `products.#` matches `products` too.
    return message.type if message.type.startswith(f"{source}.") else source


def _hear(body: bytes, hear: Callable[[Request], None]) -> None:
    try:
        request = msgspec.json.decode(body, type=Request)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        _log.error("rabbitmq: dropped a request that cannot be read: %s", error)
        return
    hear(request)


class _Consumer(_ChannelUser):
    """A channel that consumes one queue, which it declares; hands over or keeps what comes."""

    def __init__(
        self,
        link: _Link,
        probes: "_RequestSender",
        queue: str,
        sources: Sequence[str],
        prefetch: int,
    ) -> None:
        super().__init__(link)
        self._probes = probes
        self._queue = queue
        self._sources = sources
        self._prefetch = prefetch
        self._take: Callable[[bytes], None] | None = None
        self._changed = threading.Condition()
        self._messages: deque[tuple[int, bytes]] = deque()
        self._received: tuple[Channel, int] | None = None
        self._is_woken = False
        self._delivered = 0
        self._is_probed = False
        self.openings = 0

    def open(self, take: Callable[[bytes], None] | None = None) -> None:
        """Consume from now on; `take` gets each message and settles it, else `receive` does."""
        self._take = take
        self._link.add(self)

    def close(self) -> None:
        """Consume no more; the broker hands what is unsettled to the next consumer."""
        self._link.remove(self)

    def receive(self, limit: int, seconds: float) -> Sequence[bytes]:
        """Up to `limit` messages; waits at most `seconds` for the first one."""
        with self._changed:
            self._changed.wait_for(lambda: self._messages or self._is_woken, seconds)
            self._is_woken = False
            taken = [self._messages.popleft() for _ in range(min(limit, len(self._messages)))]
            channel = self._channel
            if taken and channel:
                self._received = (channel, taken[-1][0])
        return [body for _, body in taken]

    def settle(self) -> None:
        """Acknowledge all that was received."""
        with self._changed:
            received, self._received = self._received, None
        if received:
            channel, tag = received
            self._link.call(lambda: _acknowledge(channel, tag))

    def wake(self) -> None:
        """Let a waiting `receive` return."""
        with self._changed:
            self._is_woken = True
            self._changed.notify_all()

    def _set_up(self, channel: Channel) -> None:
        channel.add_on_cancel_callback(lambda _: self._cancelled(channel))
        _declare(channel, self._queue, self._sources)
        channel.basic_qos(prefetch_count=self._prefetch)
        channel.basic_consume(self._queue, self._message, callback=self._consuming)
        self._is_probed = False
        self._check_later(channel)

    # A queue that is deleted and declared again within milliseconds keeps a consumer to which it
    # sends nothing that arrives. Only a message of our own, sent when all is quiet, can tell.

    def _check_later(self, channel: Channel) -> None:
        channel.connection.ioloop.call_later(_SECONDS_BETWEEN_CHECKS, lambda: self._check(channel))

    def _check(self, channel: Channel) -> None:
        if channel != self._channel or not channel.is_open:
            return
        is_quiet = not (self._delivered or self._messages or self._received)
        self._delivered = 0
        channel.queue_declare(
            self._queue,
            passive=True,
            callback=lambda ok: self._checked(channel, is_quiet and ok.method.consumer_count == 1),
        )
        self._check_later(channel)

    def _checked(self, channel: Channel, should_hear: bool) -> None:
        """Open the channel again if what was sent at the last check has not come."""
        if should_hear and self._is_probed:
            _log.warning("rabbitmq: %s serves its consumer nothing; opening it again", self._queue)
            channel.close()
        else:
            self._is_probed = should_hear and self._probes.send(self._queue, _PROBE)

    def _consuming(self, _frame: object) -> None:
        self.openings += 1
        self.wake()

    def _message(
        self, channel: Channel, method: Basic.Deliver, _properties: object, body: bytes
    ) -> None:
        self._delivered += 1
        self._is_probed = False
        if body == _PROBE:
            channel.basic_ack(method.delivery_tag)
        elif self._take:
            self._take(body)
            channel.basic_ack(method.delivery_tag)
        else:
            with self._changed:
                self._messages.append((method.delivery_tag, body))
                self._changed.notify_all()

    def _cancelled(self, channel: Channel) -> None:
        _log.warning("rabbitmq: the broker cancelled the consumer of %s", self._queue)
        channel.close()

    def _gone(self, why: str) -> None:
        # What was not settled the broker delivers again.
        with self._changed:
            self._messages.clear()
            self._received = None


def _acknowledge(channel: Channel, tag: int) -> None:
    # Acknowledged after the commit: a crash between the two repeats events instead of losing them.
    if channel.is_open:
        channel.basic_ack(tag, multiple=True)


class RabbitMQInlet:
    """A subscriber's queue, and a way to ask its sources."""

    def __init__(self, subscriber: str, consumer: _Consumer, requests: "_RequestSender") -> None:
        self._subscriber = subscriber
        self._consumer = consumer
        self._requests = requests

    @property
    def openings(self) -> int:
        return self._consumer.openings

    def receive(self, limit: int, seconds: float) -> Sequence[bytes]:
        return self._consumer.receive(limit, seconds)

    def settle(self) -> None:
        self._consumer.settle()

    def ask(self, source: str, place: Place, *, resend: bool) -> None:
        request = Request(
            subscriber=self._subscriber,
            resend=resend,
            epoch=place.epoch,
            position=place.position,
            last_event_id=place.last_event_id,
        )
        self._requests.send(request_queue(source), msgspec.json.encode(request))

    def wake(self) -> None:
        self._consumer.wake()

    def close(self) -> None:
        self._consumer.close()


class _RequestSender(_ChannelUser):
    """A channel for requests; one that gets lost is asked again, so nothing is confirmed."""

    def __init__(self, link: _Link) -> None:
        super().__init__(link)
        link.add(self)

    def send(self, queue: str, body: bytes) -> bool:
        """Send it if the broker is there; False when it is known not to be."""
        return not self._link.fault and self._link.call(lambda: self._send(queue, body))

    def _send(self, queue: str, body: bytes) -> None:
        if self._channel and self._channel.is_open:
            self._channel.basic_publish("", queue, body, _PERSISTENT)
