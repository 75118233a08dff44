"""Consumers: each declares a queue, consumes it, and checks that the broker serves it."""

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence

import msgspec
from pika.channel import Channel
from pika.spec import Basic, BasicProperties

from bus.outbox.epochs import LogPosition
from bus.transports.rabbitmq.publisher import PROBE, RequestSender
from bus.transports.rabbitmq.reconnecting import ChannelOwner, ReconnectingConnection
from bus.transports.rabbitmq.topology import Request, declare, request_queue, subscriber_queue

SECONDS_BETWEEN_CHECKS = 5.0
# About three batches.
_PREFETCH = 1500
_CHECKS_BEHIND_OTHERS = 12

_log = logging.getLogger(__name__)


def consuming_from(queue: str) -> str:
    """The purpose of the channel that consumes a queue."""
    return f"queue {queue}"


class _Consumer(ChannelOwner):
    """A channel that declares and consumes one queue, and checks that the broker serves it."""

    def __init__(
        self,
        connection: ReconnectingConnection,
        requests: RequestSender,
        queue: str,
        sources: Sequence[str],
        seconds_between_checks: float,
    ) -> None:
        super().__init__(connection, consuming_from(queue))
        self._requests = requests
        self._queue = queue
        self._sources = sources
        self._seconds_between_checks = seconds_between_checks
        self._delivered = 0
        self._quiet_checks = 0
        self._is_probed = False

    def _set_up(self, channel: Channel) -> None:
        channel.add_on_cancel_callback(lambda _: self._cancelled(channel))
        declare(channel, self._queue, self._sources)
        channel.basic_qos(prefetch_count=_PREFETCH)
        channel.basic_consume(self._queue, self._message, callback=lambda _: self._consuming())
        self._quiet_checks = 0
        self._is_probed = False
        self._check_later(channel)

    def _consuming(self) -> None:
        """The broker has taken it on as a consumer."""
        self._works()

    def _take(self, channel: Channel, tag: int, body: bytes) -> None:
        """Do what the message is for, and acknowledge it then or later."""

    def _is_idle(self) -> bool:
        """True if nothing that came is still to be acknowledged."""
        return True

    def _message(
        self, channel: Channel, method: Basic.Deliver, properties: BasicProperties, body: bytes
    ) -> None:
        self._delivered += 1
        if body == PROBE:
            self._requests.answer_probe(properties)
            channel.basic_ack(method.delivery_tag)
        else:
            self._take(channel, method.delivery_tag, body)

    def _cancelled(self, channel: Channel) -> None:
        _log.warning("rabbitmq: the broker cancelled the consumer of %s", self._queue)
        channel.close()

    # A queue that is deleted and declared again within milliseconds keeps consumers to which it
    # sends nothing that arrives. Only a message sent when all is quiet can tell: whoever gets it,
    # be it in another process, answers.

    def _check_later(self, channel: Channel) -> None:
        loop = channel.connection.ioloop
        loop.call_later(self._seconds_between_checks, lambda: self._check(channel))

    def _check(self, channel: Channel) -> None:
        if channel != self._channel or not channel.is_open:
            return
        is_quiet = not self._delivered and self._is_idle()
        self._delivered = 0
        self._quiet_checks = self._quiet_checks + 1 if is_quiet else 0
        channel.queue_declare(
            self._queue,
            passive=True,
            callback=lambda ok: self._checked(channel, ok.method.message_count),
        )
        self._check_later(channel)

    def _checked(self, channel: Channel, ready: int) -> None:
        """Open the channel again if the probe of the last check was not answered."""
        # Behind others it is not soon answered by a process that is busy, but by one that is there.
        patience = _CHECKS_BEHIND_OTHERS if ready else 1
        if self._quiet_checks < patience:
            self._is_probed = False
        elif self._is_probed:
            _log.warning("rabbitmq: %s serves its consumer nothing; opening it again", self._queue)
            channel.close()
        else:
            self._is_probed = self._requests.probe(self._queue, self._is_known)

    def _is_known(self) -> None:
        self._is_probed = False


class RequestConsumer(_Consumer):
    """Consumes the requests to a source, and hands each over as it comes."""

    def __init__(
        self,
        connection: ReconnectingConnection,
        requests: RequestSender,
        source: str,
        seconds_between_checks: float,
    ) -> None:
        queue = request_queue(source)
        super().__init__(connection, requests, queue, (), seconds_between_checks)
        self._hear: Callable[[Request], None] | None = None

    def hear(self, hear: Callable[[Request], None] | None) -> None:
        """Call `hear` with each request from now on; with None leave them to other processes."""
        self._hear = hear
        if hear:
            self._connection.add(self)
        else:
            self._connection.remove(self)

    def _take(self, channel: Channel, tag: int, body: bytes) -> None:
        hear = self._hear
        if hear is None:
            # The channel is about to be closed, and whoever is the relay then gets it.
            return
        try:
            hear(msgspec.json.decode(body, type=Request))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            _log.error("rabbitmq: dropped a request that cannot be read: %s", error)
        channel.basic_ack(tag)


class RabbitMQInlet(_Consumer):
    """The inlet of one subscriber: consumes its queue and sends requests to its sources."""

    redelivers = False

    def __init__(
        self,
        connection: ReconnectingConnection,
        requests: RequestSender,
        subscriber: str,
        sources: Sequence[str],
        seconds_between_checks: float,
    ) -> None:
        queue = subscriber_queue(subscriber)
        super().__init__(connection, requests, queue, sources, seconds_between_checks)
        self._subscriber = subscriber
        self._changed = threading.Condition()
        self._messages: deque[tuple[int, bytes]] = deque()
        self._received: tuple[Channel, int] | None = None
        self._is_woken = False
        self.connection_generation = 0
        self.is_open = False
        connection.add(self)

    def receive(self, limit: int, seconds: float) -> Sequence[bytes]:
        with self._changed:
            self._changed.wait_for(lambda: self._messages or self._is_woken, seconds)
            self._is_woken = False
            taken = [self._messages.popleft() for _ in range(min(limit, len(self._messages)))]
            channel = self._channel
            if taken and channel:
                self._received = (channel, taken[-1][0])
        return [body for _, body in taken]

    def acknowledge(self) -> None:
        with self._changed:
            received, self._received = self._received, None
        if received:
            channel, tag = received
            self._connection.call(lambda: _acknowledge(channel, tag))

    def ask(self, source: str, place: LogPosition, *, resend: bool) -> None:
        request = Request(
            subscriber=self._subscriber,
            resend=resend,
            epoch=place.epoch,
            position=place.position,
            last_event_id=place.last_event_id,
        )
        self._requests.send(request_queue(source), msgspec.json.encode(request))

    def wake(self) -> None:
        with self._changed:
            self._is_woken = True
            self._changed.notify_all()

    def close(self) -> None:
        self._connection.remove(self)

    def _consuming(self) -> None:
        super()._consuming()
        self.connection_generation += 1
        self.is_open = True
        self.wake()

    def _take(self, channel: Channel, tag: int, body: bytes) -> None:
        with self._changed:
            self._messages.append((tag, body))
            self._changed.notify_all()

    def _is_idle(self) -> bool:
        return not self._messages and self._received is None

    def _gone(self) -> None:
        self.is_open = False
        # What was not acknowledged the broker delivers again.
        with self._changed:
            self._messages.clear()
            self._received = None


def _acknowledge(channel: Channel, tag: int) -> None:
    # Acknowledged after the commit: a crash between the two repeats events instead of losing them.
    if channel.is_open:
        channel.basic_ack(tag, multiple=True)
