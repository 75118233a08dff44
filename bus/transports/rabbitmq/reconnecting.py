"""A connection that is opened again for ever, and the owners of channels on it."""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

import pika
from pika.channel import Channel
from pika.exceptions import ChannelClosedByBroker
from pika.frame import Method

from bus.backoff import pause_after
from bus.transports.rabbitmq.connection import Connection
from bus.transports.rabbitmq.faults import Faults, alarm, refusal
from bus.transports.rabbitmq.topology import EXCHANGE, declare_all

_SECONDS_TO_CLOSE = 0.5

_log = logging.getLogger(__name__)


class ReconnectingConnection:
    """A connection on a thread of its own, opened again for ever, whose owners have channels.

    The queues are declared before the owners get their channels. It is started once and stopped
    once.
    """

    def __init__(
        self,
        parameters: pika.URLParameters,
        name: str,
        faults: Faults,
        refusals: Faults,
        queues: Mapping[str, Sequence[str]],
    ) -> None:
        self._parameters = parameters
        self._name = name
        self._faults = faults
        self._faults.expect(name)
        self.refusals = refusals
        self.queues = queues
        self._guard = threading.Lock()
        self._owners: list[ChannelOwner] = []
        self._connection: Connection | None = None
        self._is_prepared = False
        self._stopping = threading.Event()
        self._failures = 0
        self.is_blocked = False
        self._thread = threading.Thread(target=self._run, name=f"rabbitmq-{name}", daemon=True)

    @property
    def fault(self) -> str:
        """The fault of the connection; empty when there is none."""
        return self._faults.of(self._name)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self.call(lambda: self._connection.close() if self._connection else None)
        if self._thread.is_alive():  # else it was perhaps never started
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

    def add(self, owner: "ChannelOwner") -> None:
        """Let `owner` have a channel, now if connected and after every reconnect."""
        with self._guard:
            self._owners.append(owner)
        self.call(lambda: self.open_channel(owner))

    def remove(self, owner: "ChannelOwner") -> None:
        """Let `owner` have no channel any more."""
        with self._guard:
            if owner in self._owners:
                self._owners.remove(owner)
        self.call(owner.close_channel)

    # From here on everything runs on the connection's thread.

    def open_channel(self, owner: "ChannelOwner") -> None:
        """Open a channel for an owner that wants one and has none."""
        connection = self._connection
        if connection is None or not (connection.is_open and self._is_prepared):
            return
        if owner in self._owners and owner.may_open():
            connection.channel(on_open_callback=owner.channel_opened)

    def open_channel_later(self, owner: "ChannelOwner", closings: int) -> None:
        """The same after a second or more: what closed the last one may take that long to pass."""
        if self._connection:
            pause = pause_after(closings, first=2.0, longest=4.0)
            self._connection.ioloop.call_later(pause, lambda: self.open_channel(owner))

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._serve_one_connection()
            except Exception as error:
                _log.exception("rabbitmq %s: a callback failed; reconnecting", self._name)
                self._faults.lost(self._name, error)
            self._failures += 1
            self._stopping.wait(pause_after(self._failures))

    def _serve_one_connection(self) -> None:
        connection = self._connect()
        try:
            connection.ioloop.start()
        finally:
            self._disconnected()
            _cut_off(connection)

    def _connect(self) -> Connection:
        connection = Connection(
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
            owners = list(self._owners)
        for owner in owners:
            owner.channel_lost()

    def _opened(self, connection: Connection) -> None:
        if self._stopping.is_set():
            connection.close()
            return
        with self._guard:
            self._connection = connection
        connection.channel(on_open_callback=self._prepare)

    def _prepare(self, channel: Channel) -> None:
        channel.add_on_close_callback(self._preparation_failed)
        connection, queues = channel.connection, self.queues

        def declare_queues(_frame: object) -> None:
            declare_all(connection, queues, self._prepared)

        channel.exchange_declare(EXCHANGE, "topic", durable=True, callback=declare_queues)

    def _prepared(self) -> None:
        self._faults.clear(self._name)
        self._failures = 0
        self._is_prepared = True
        with self._guard:
            owners = list(self._owners)
        for owner in owners:
            self.open_channel(owner)

    def _preparation_failed(self, channel: Channel, reason: Exception) -> None:
        if isinstance(reason, ChannelClosedByBroker):
            self._faults.tell(self._name, refusal(f"exchange {EXCHANGE}", reason))
            channel.connection.close()

    def _lost(self, connection: Connection, reason: Exception | str) -> None:
        if not self._stopping.is_set():
            self._faults.lost(self._name, reason)
        connection.ioloop.stop()

    def _blocked(self, _connection: object, frame: Method) -> None:
        self.is_blocked = True
        self._faults.tell(self._name, f"blocks publishers: {alarm(frame.method.reason)} alarm")

    def _unblocked(self, _connection: object, _frame: object) -> None:
        self.is_blocked = False
        self._faults.clear(self._name)


def _cut_off(connection: Connection) -> None:
    """Drop the connection if it is still there, and give its sockets back."""
    if not connection.is_closed:
        # It would remain the active consumer until it misses its heartbeats, half a minute. Closing
        # in good order waits for an answer that may not come, and pika has no public way to abort.
        connection._adapter_disconnect_stream()
        connection.ioloop.call_later(_SECONDS_TO_CLOSE, connection.ioloop.stop)
        with suppress(Exception):  # the callbacks of what is lost anyway
            connection.ioloop.start()
    connection.ioloop.close()


class ChannelOwner:
    """Has one channel at a time on a connection, and another one when it is lost.

    Its purpose names it, in faults too.
    """

    def __init__(self, connection: ReconnectingConnection, purpose: str) -> None:
        self._connection = connection
        self._purpose = purpose
        self._closings = 0
        self._has_told = False
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
        self.channel_lost()
        if channel is not None and channel.is_open:
            channel.close()

    def channel_lost(self) -> None:
        """Forget the channel: it is gone."""
        self._is_opening = False
        self._channel = None
        self._gone()

    def _closed(self, channel: Channel, reason: Exception) -> None:
        is_connected = channel.connection.is_open
        if channel is not self._channel:
            return
        if isinstance(reason, ChannelClosedByBroker):
            self._tell(refusal(self._purpose, reason))
        self.channel_lost()
        if is_connected:
            self._closings += 1
            self._connection.open_channel_later(self, self._closings)

    def _tell(self, what: str) -> None:
        """Note what is wrong with the channel until it `_works`."""
        self._has_told = True
        self._connection.refusals.tell(self._purpose, what)

    def _works(self) -> None:
        """Note that the broker does what the channel is for."""
        self._closings = 0
        if self._has_told:
            self._has_told = False
            self._connection.refusals.clear(self._purpose)

    def _set_up(self, channel: Channel) -> None:
        """Make the channel ready for its purpose."""

    def _gone(self) -> None:
        """Give up what was under way on the channel."""
