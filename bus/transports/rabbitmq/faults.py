"""Faults between one process and the broker, in plain words and logged once."""

import logging
import re
import ssl
import threading
from collections.abc import Iterator, Sequence

import pika
from pika.exceptions import (
    AMQPHeartbeatTimeout,
    ChannelClosedByBroker,
    ConnectionClosedByBroker,
    ConnectionClosedByClient,
    ConnectionOpenAborted,
    IncompatibleProtocolError,
    ProbableAccessDeniedError,
    ProbableAuthenticationError,
    StreamLostError,
)

_OUTAGE = "outage"
_NOT_PERMITTED = 403
_log = logging.getLogger(__name__)


class Faults:
    """The faults of several connections to one broker, or of channels; a shared one counts once."""

    def __init__(self, parameters: pika.URLParameters) -> None:
        self._parameters = parameters
        self._guard = threading.Lock()
        self._sentences: dict[str, str] = {}
        self._logged: set[str] = set()

    def __iter__(self) -> Iterator[str]:
        with self._guard:
            return iter(dict.fromkeys(self._sentences.values()))

    def of(self, name: str) -> str:
        """The fault of this connection or channel; empty when there is none."""
        return self._sentences.get(name, "")

    def expect(self, name: str) -> None:
        """Note that a connection is not there yet, which is not logged."""
        self._sentences[name] = f"RabbitMQ at {self._address()} is not connected to yet"

    def tell(self, name: str, what: str, *, is_outage: bool = False) -> None:
        """Note what is wrong, and log it once until all is well.

        Of an outage only the first fault is logged.
        """
        sentence = f"RabbitMQ at {self._address()} {what}"
        news = _OUTAGE if is_outage else sentence
        with self._guard:
            self._sentences[name] = sentence
            is_known = news in self._logged
            self._logged.add(news)
        if not is_known:
            _log.warning("%s", sentence)

    def lost(self, link: str, reason: Exception | str) -> None:
        """Note why a connection is closed, or cannot be opened."""
        if isinstance(reason, ConnectionClosedByClient):
            return  # for a reason that was told
        cause = _cause(reason)
        words = _what_ended(cause, self._parameters.virtual_host)
        self.tell(link, words, is_outage=isinstance(cause, _OUTAGES))

    def clear(self, name: str) -> None:
        """Note that it works, and log it when that is the end of all faults."""
        with self._guard:
            self._sentences.pop(name, None)
            is_over = bool(self._logged) and not self._sentences
            if is_over:
                self._logged.clear()
        if is_over:
            _log.info("RabbitMQ at %s is well again", self._address())

    def _address(self) -> str:
        return f"{self._parameters.host}:{self._parameters.port}"


_PLAIN = {
    AMQPHeartbeatTimeout: "was silent for too long",
    ConnectionOpenAborted: "does not answer in time",
    IncompatibleProtocolError: "closes connections before they are open, or speaks no AMQP 0-9-1",
    ProbableAuthenticationError: "refuses the user name or password",
    StreamLostError: "broke off the connection",
}
_OUTAGES = (
    AMQPHeartbeatTimeout,
    ConnectionClosedByBroker,
    ConnectionOpenAborted,
    IncompatibleProtocolError,
    OSError,
    StreamLostError,
)


def _what_ended(cause: object, virtual_host: str) -> str:
    for kind, words in _PLAIN.items():
        if isinstance(cause, kind):
            return words
    if isinstance(cause, ProbableAccessDeniedError):
        absent = "not found" in str(cause)
        fault = "has no virtual host" if absent else "refuses this user the virtual host"
        return f"{fault} {virtual_host}"
    if isinstance(cause, ConnectionClosedByBroker):
        return f"closed the connection ({cause.reply_text})"
    if isinstance(cause, ssl.SSLError):
        return f"is not to be reached by TLS ({cause.strerror or cause.reason})"
    if isinstance(cause, OSError):
        return f"does not answer ({(cause.strerror or str(cause)).lower()})"
    return f"lost the connection ({plain(cause)})"


def _cause(reason: object) -> object:
    """The cause inside pika's report of a connection that could not be opened."""
    while (inner := _inner(reason)) is not None:
        reason = inner
    return reason


def _inner(reason: object) -> object:
    attempts: Sequence[object] = getattr(reason, "exceptions", ())
    if attempts:
        return attempts[-1]
    arguments = getattr(reason, "args", ())
    nested = arguments[0] if arguments and isinstance(arguments[0], Exception) else None
    return getattr(reason, "exception", nested)


def refusal(what: str, reason: ChannelClosedByBroker) -> str:
    """The reason for which the broker closed the channel of `what`."""
    said = reason.reply_text.partition(" - ")[2] or reason.reply_text
    if said.startswith("inequivalent arg"):
        return f"has another {what} than ours: delete it, and it is made anew"
    if reason.reply_code == _NOT_PERMITTED:
        return f"refuses this user the {what}"
    return f"closed the channel of the {what} ({said})"


def alarm(reason: str) -> str:
    """The broker's alarms in short, as `memory` from `low on memory`."""
    return " and ".join(re.findall("memory|disk", reason)) or reason


def plain(reason: object) -> str:
    """An exception in one line."""
    text = str(reason) or repr(reason)
    return f"{type(reason).__name__}: {text}" if isinstance(reason, Exception) else text
