"""A durable event bus between modules that never import one another and share no table.

`from bus import …` is all that a module or a small program needs. The rest have faces of their own:
`bus.storage` (the two databases), `bus.transports` (what a transport does), `bus.admin` (what an
operator sees and does). What no face names is private.

One event's walk, from `publish` to its effect in memory. Each file is understood from those before
it:

 1. `events/event`            what an author declares: a frozen fact
 2. `events/envelope`         its form on the wire
 3. `outbox/epochs`           where a subscriber stands in a log, and a log that was restored
 4. `outbox/log`              the outbox: events in the order of their positions
 5. `outbox/unit_of_work`     publishes an event with the change that it tells of
 6. `participant`             a module as the bus sees it: its database, its reactions, its events
 7. `transport`               the two sides of a transport
 8. `relay`                   assigns positions and has what is committed published
 9. `transports/memory`       hands a log's events to the subscribers of this process
10. `subscription/cursor`     tells what is next, a duplicate or a gap
11. `subscription/batch`      applies events and moves the cursors in one transaction
12. `subscription/subscriber` takes batches, halves one that fails, asks for what is missing

Beside the walk: `storage` has the databases, locks and tables; `signals` wakes those who have
something to do; `subscription/inbox` keeps what failed, `retrier` repeats it, `crash_guard` finds
an event that kills the process, `gaps` decides when to ask a source again; `transports/rabbitmq`
publishes through a broker; `bus` starts and stops the threads of one process.
"""

from bus.bus import AnotherProcessServes, Bus, BusSettings
from bus.events.event import Event, source_of
from bus.events.trace import Trace, current_correlation_id, current_trace, tracing
from bus.outbox.unit_of_work import UnitOfWork
from bus.participant import BatchReaction, Participant, PermanentError, Reaction, Reactions
from bus.retry import RetrySchedule
from bus.storage.database import Database
from bus.subscription.subscriber import BatchLimits
from bus.transports.memory import MemoryTransport

__all__ = [
    "AnotherProcessServes",
    "BatchLimits",
    "BatchReaction",
    "Bus",
    "BusSettings",
    "Database",
    "Event",
    "MemoryTransport",
    "Participant",
    "PermanentError",
    "Reaction",
    "Reactions",
    "RetrySchedule",
    "Trace",
    "UnitOfWork",
    "current_correlation_id",
    "current_trace",
    "source_of",
    "tracing",
]
