"""The operator's side of the bus: status, log, deliveries, dead letters and resending."""

from bus.admin.dead_letters import (
    DeadLetters,
    Group,
    MustErase,
    NotDead,
    NotSettled,
    StoredMessage,
    UnknownDeadLetter,
)
from bus.admin.deliveries import Deliveries, Delivery, Sent
from bus.admin.log_query import LoggedEvent, logged_events, span_of
from bus.admin.resend import ask_resend
from bus.admin.status import (
    OVERDUE_SECONDS,
    Diagnosis,
    Finding,
    Health,
    SourceReport,
    diagnose,
    with_findings,
)
from bus.relay import RelayLocation
from bus.subscription.inbox import State

__all__ = [
    "OVERDUE_SECONDS",
    "DeadLetters",
    "Deliveries",
    "Delivery",
    "Diagnosis",
    "Finding",
    "Group",
    "Health",
    "LoggedEvent",
    "MustErase",
    "NotDead",
    "NotSettled",
    "RelayLocation",
    "Sent",
    "SourceReport",
    "State",
    "StoredMessage",
    "UnknownDeadLetter",
    "ask_resend",
    "diagnose",
    "logged_events",
    "span_of",
    "with_findings",
]
