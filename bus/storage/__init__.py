"""The two databases: connections, transactions, locks, what errors mean, and the bus's tables."""

from bus.storage.database import Database
from bus.storage.errors import is_transient, reason
from bus.storage.locks import ExclusiveLock
from bus.storage.tables import ROW_ID, BusTables, time_from

__all__ = [
    "ROW_ID",
    "BusTables",
    "Database",
    "ExclusiveLock",
    "is_transient",
    "reason",
    "time_from",
]
