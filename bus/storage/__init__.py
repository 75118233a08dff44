"""The two databases: connections, transactions, locks, what errors mean, and the bus's tables."""

from bus.storage.database import Database
from bus.storage.errors import is_transient, reason
from bus.storage.history import BUS_TABLES, History, migrating
from bus.storage.tables import ROW_ID, BusTables, time_from

__all__ = [
    "BUS_TABLES",
    "ROW_ID",
    "BusTables",
    "Database",
    "History",
    "is_transient",
    "migrating",
    "reason",
    "time_from",
]
