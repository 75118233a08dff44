"""A durable event bus between modules that never import one another and share no table.

`from bus import …` is all that a module or a small program needs. The other public interfaces are
`bus.storage` (the two databases), `bus.transports` (what a transport does) and `bus.admin` (what an
operator sees and does). Everything else is private.

One event's walk, from `publish` to its effect in memory. Each file is understood from those before
it:

 1. `events/event`  the base class of what an author declares: a frozen fact
 2. `events/envelope`  the form of an event on the wire
 3. `outbox/log`  the outbox of a source, read in the order of its positions
 4. `outbox/unit_of_work`  publishes an event with the change that it tells of
 5. `participant`  a module as the bus sees it: its database, its reactions, its events
 6. `transport`  the two sides of a transport, outlet and inlet
 7. `relay`  assigns positions to what is committed, and has the outlet publish it
 8. `transports/memory`  hands a log's events to the subscribers of this process
 9. `subscription/cursor`  tells the next event from duplicates and gaps
10. `subscription/reaction_runner`  runs a reaction in the trace of its event
11. `subscription/batch`  applies events and moves the cursors in one transaction
12. `subscription/subscriber`  takes batch after batch, and halves one that fails

Beside the walk, when it is needed: `storage` the databases, locks, tables and migrations; `signals`
wakes who has work to do, and `worker` is a thread; `events/declaration` refuses what cannot work;
`outbox/epochs` a log that was restored; `subscription/inbox` keeps what failed, `retrier` repeats
it, `crash_guard` finds an event that kills the process, `gaps` and `requests` ask a source again;
`transports/rabbitmq` publishes through a broker; `admin` is the operator's side; `bus` starts and
stops the threads of one process.
"""

from bus.backoff import RetrySchedule
from bus.bus import AnotherProcessServes, Bus, BusSettings
from bus.events.declaration import DeclarationError, check_declarations
from bus.events.event import Event, source_of
from bus.events.trace import Trace, current_correlation_id, current_trace, tracing
from bus.outbox.unit_of_work import UnitOfWork
from bus.participant import BatchReaction, Participant, PermanentError, Reaction, Reactions, on
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
    "DeclarationError",
    "Event",
    "MemoryTransport",
    "Participant",
    "PermanentError",
    "Reaction",
    "Reactions",
    "RetrySchedule",
    "Trace",
    "UnitOfWork",
    "check_declarations",
    "current_correlation_id",
    "current_trace",
    "on",
    "source_of",
    "tracing",
]
