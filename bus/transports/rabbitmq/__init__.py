"""The transport over RabbitMQ: the only folder that knows pika.

A durable topic exchange `events`; a quorum queue `events.<subscriber>` per subscriber, with one
active consumer, bound to `<source>.#` of each of its sources; a quorum queue `requests.<source>`
for what subscribers ask of a source. Publishing and consuming have a connection each, on a thread
of its own, so that heartbeats go on while reactions run and a blocked publisher blocks no consumer.

`topology` is what is declared on the broker; `reconnecting` keeps a `connection` open, and `faults`
says why it cannot; `publisher` and `consumer` use it; `outlet` sends a source's log.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence

import pika

from bus.participant import Participant
from bus.transport import Inlet, Outlet
from bus.transports.rabbitmq.consumer import (
    SECONDS_BETWEEN_CHECKS,
    RabbitMQInlet,
    RequestConsumer,
    consuming_from,
)
from bus.transports.rabbitmq.faults import Faults
from bus.transports.rabbitmq.outlet import BrokerOutlet
from bus.transports.rabbitmq.publisher import Publisher, RequestSender, publishing_of
from bus.transports.rabbitmq.reconnecting import ReconnectingConnection
from bus.transports.rabbitmq.topology import request_queue, subscriber_queue

# A silent link is noticed after at most twice this and ten seconds: so pika counts.
HEARTBEAT_SECONDS = 5


class RabbitMQTransport:
    """Delivery through a broker; `topology` names every known subscriber and its sources.

    Also those that other processes host: their queues must exist before events are sent.
    """

    name = "rabbitmq"
    one_process_only = False

    def __init__(
        self,
        url: str,
        topology: Mapping[str, Sequence[str]],
        *,
        seconds_between_checks: float = SECONDS_BETWEEN_CHECKS,
    ) -> None:
        self._topology = topology
        self._seconds_between_checks = seconds_between_checks
        # What it says of a lost connection in ten lines, we say in one.
        logging.getLogger("pika").setLevel(logging.CRITICAL)
        self._parameters = pika.URLParameters(url)
        self._parameters.heartbeat = HEARTBEAT_SECONDS
        self._parameters.socket_timeout = 5
        self._faults = Faults(self._parameters)
        self._publishing, self._consuming = self._new_connections()

    @property
    def findings(self) -> Sequence[str]:
        """A sentence for each thing that is wrong with the connections to the broker."""
        return list(self._faults)

    def findings_of(self, participant: str) -> Sequence[str]:
        queues = (subscriber_queue(participant), request_queue(participant))
        channels = (*map(consuming_from, queues), publishing_of(participant))
        return [fault for channel in channels if (fault := self._refusals.of(channel))]

    @property
    def is_blocked(self) -> bool:
        """True while the broker's memory or disk alarm keeps publishers waiting."""
        return self._publishing.is_blocked

    def start(self, participants: Sequence[Participant]) -> None:
        # New ones, that share nothing with threads of before which could not be ended in time.
        self._publishing, self._consuming = self._new_connections()
        self._publishing.start()
        self._consuming.start()
        self._asking = RequestSender(self._publishing)

    def outlet(self, participant: Participant) -> Outlet:
        source = participant.name
        heard = any(source in sources for sources in self._topology.values())
        requests = RequestConsumer(
            self._consuming, self._asking, source, self._seconds_between_checks
        )
        publisher = Publisher(self._publishing, source, requests.hear, is_heard=heard)
        return BrokerOutlet(participant, publisher)

    def inlet(self, participant: Participant) -> Inlet:
        return RabbitMQInlet(
            self._consuming,
            self._asking,
            participant.name,
            participant.sources,
            self._seconds_between_checks,
        )

    def stop(self) -> None:
        self._consuming.stop()
        self._publishing.stop()

    def _new_connections(self) -> tuple[ReconnectingConnection, ReconnectingConnection]:
        self._refusals = Faults(self._parameters)
        shared = (self._faults, self._refusals)
        publishing = ReconnectingConnection(
            self._parameters, "publishing", *shared, dict(self._queues())
        )
        return publishing, ReconnectingConnection(self._parameters, "consuming", *shared, {})

    def _queues(self) -> Iterator[tuple[str, Sequence[str]]]:
        """Every queue that there must be before events are sent, and what comes into it."""
        for subscriber, sources in self._topology.items():
            yield subscriber_queue(subscriber), sources
            for source in sources:
                yield request_queue(source), ()
