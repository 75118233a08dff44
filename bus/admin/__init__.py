"""The operator's side of the bus: status, log, deliveries, dead letters and resending."""

from bus.admin.dead_letters import (
    DeadLetterFilter,
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
from bus.admin.resend import UnknownSource, ask_resend
from bus.admin.status import (
    OVERDUE_SECONDS,
    ConsumerState,
    Finding,
    ModuleStatus,
    SourceStatus,
    module_status,
)
from bus.relay import RelayLocation
from bus.subscription.inbox import State

__all__ = [
    "OVERDUE_SECONDS",
    "ConsumerState",
    "DeadLetterFilter",
    "DeadLetters",
    "Deliveries",
    "Delivery",
    "Finding",
    "Group",
    "LoggedEvent",
    "ModuleStatus",
    "MustErase",
    "NotDead",
    "NotSettled",
    "RelayLocation",
    "Sent",
    "SourceStatus",
    "State",
    "StoredMessage",
    "UnknownDeadLetter",
    "UnknownSource",
    "ask_resend",
    "logged_events",
    "module_status",
    "span_of",
]
