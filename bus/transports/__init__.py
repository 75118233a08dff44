"""Transports: the ways for events to get from sources to subscribers.

`bus.transports.rabbitmq` is imported only where it is used: it alone needs a broker's client.
"""

from bus.transport import Inlet, Outlet, PublishFailed, Transport, TransportUnavailable
from bus.transports.memory import MemoryTransport

__all__ = [
    "Inlet",
    "MemoryTransport",
    "Outlet",
    "PublishFailed",
    "Transport",
    "TransportUnavailable",
]
