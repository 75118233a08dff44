"""What is wrong with the links of one process to the broker, in plain words and told once."""

import logging
import re
import ssl
import threading
from collections.abc import Iterator, Sequence

import pika
from pika.exceptions import (
    AMQPHeartbeatTimeout,
    ConnectionClosedByBroker,
    ConnectionClosedByClient,
    ConnectionOpenAborted,
    IncompatibleProtocolError,
    ProbableAccessDeniedError,
    ProbableAuthenticationError,
)

_log = logging.getLogger(__name__)


class Faults:
    """The faults of several links to one broker; what they share is said once."""

    def __init__(self, parameters: pika.URLParameters) -> None:
        self._parameters = parameters
        self._guard = threading.Lock()
        self._sentences: dict[str, str] = {}

    def __iter__(self) -> Iterator[str]:
        with self._guard:
            return iter(dict.fromkeys(self._sentences.values()))

    def of(self, link: str) -> str:
        """What is wrong with this link; empty when nothing is."""
        return self._sentences.get(link, "")

    def expect(self, link: str) -> None:
        """Note that a link is not there yet, which is nothing to log."""
        self._sentences[link] = f"RabbitMQ at {self._address()} is not connected to yet"

    def tell(self, link: str, what: str) -> None:
        """Note what is wrong with a link, and log it unless it is known already."""
        sentence = f"RabbitMQ at {self._address()} {what}"
        with self._guard:
            known = sentence in self._sentences.values()
            self._sentences[link] = sentence
        if not known:
            _log.warning("%s", sentence)

    def lost(self, link: str, reason: Exception | str) -> None:
        """Tell why a link's connection is closed, or cannot be opened."""
        if isinstance(reason, ConnectionClosedByClient):
            return  # for a reason that was told
        self.tell(link, _what_ended(reason, self._parameters.virtual_host))

    def clear(self, link: str) -> None:
        """Note that nothing is wrong with a link."""
        with self._guard:
            self._sentences.pop(link, None)

    def _address(self) -> str:
        return f"{self._parameters.host}:{self._parameters.port}"


_PLAIN = {
    AMQPHeartbeatTimeout: "was silent for too long",
    ConnectionOpenAborted: "does not answer in time",
    IncompatibleProtocolError: "closes connections before they are open, or speaks no AMQP 0-9-1",
    ProbableAuthenticationError: "refuses the user name or password",
}


def _what_ended(reason: Exception | str, virtual_host: str) -> str:
    cause = _cause(reason)
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
    """What lies under pika's report of a connection that could not be opened."""
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


def alarm(reason: str) -> str:
    """What the broker says of its alarms, as `memory` from `low on memory`."""
    return " and ".join(re.findall("memory|disk", reason)) or reason


def plain(reason: object) -> str:
    """An exception in one line."""
    text = str(reason) or repr(reason)
    return f"{type(reason).__name__}: {text}" if isinstance(reason, Exception) else text
