"""A participant of the bus: its name, database, reactions and published events."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic

from sqlalchemy import Connection
from typing_extensions import TypeVar

from bus.events.declaration import check_declarations
from bus.events.event import Event, source_of
from bus.outbox.log import Log
from bus.outbox.unit_of_work import UnitOfWork
from bus.signals.topics import Topic
from bus.signals.waker import Waker
from bus.signals.watch import Watch
from bus.storage.database import Database
from bus.storage.history import BUS_TABLES, migrating
from bus.storage.tables import BusTables

Reaction = Callable[[Any, UnitOfWork], None]
"""A function that is called when an event arrives; its writes commit once, with the cursor."""


E = TypeVar("E", bound=Event)
E_contra = TypeVar("E_contra", bound=Event, contravariant=True, default=Any)


@dataclass(frozen=True, slots=True)
class BatchReaction(Generic[E_contra]):
    """A reaction that takes events which arrived together, to write them in few statements.

    `do` gets one or more events in the order in which they came; a subject may occur more than
    once. When it raises, all of it is undone, and it is called again with fewer of them. It
    publishes inside `with work.caused_by(event)`.
    """

    do: Callable[[Sequence[E_contra], UnitOfWork], None]

    def __call__(self, event: E_contra, work: UnitOfWork) -> None:
        """React to one event."""
        self.do([event], work)


Reactions = Mapping[type[Event], Reaction]
"""The routing table of a participant: which function takes which event.

Event types with the same BatchReaction come to it together, in their order. `on` makes one entry.
"""


def on(event: type[E], reaction: Callable[[E, UnitOfWork], None]) -> dict[type[Event], Reaction]:
    """The entry of one event in `Reactions`, as `{**on(ProductLiked, count_like)}`.

    A type checker then refuses a function that takes another event.
    """
    return {event: reaction}


class PermanentError(Exception):
    """Raised by a reaction that cannot succeed: the event becomes a dead letter at once."""


class Participant:
    """A module as the bus sees it: at once a source of events and a subscriber to others'.

    `publishes` is its contract with subscribers in other processes, which compare it with what they
    want; without it they compare nothing. Raises DeclarationError for events and reactions that
    cannot work.
    """

    def __init__(
        self,
        name: str,
        database: Database,
        reactions: Reactions | None = None,
        publishes: Sequence[type[Event]] = (),
    ) -> None:
        check_declarations(name, publishes, reactions or {})
        self.name = name
        self.publishes = publishes
        self.database = database
        self.reactions = {event.wire_name: (event, do) for event, do in (reactions or {}).items()}
        self.sources = sorted({source_of(event) for event in reactions or {}})
        self.tables = BusTables(database.schema)
        self.log = Log(name, self.tables, publishes)
        self.waker = Waker(database)
        self.watch = Watch(self.waker)
        self._open = threading.local()

    @contextmanager
    def unit_of_work(self) -> Iterator[UnitOfWork]:
        """One transaction for a change and its events; delivery starts when it has committed.

        Inside another one of this thread, or inside a reaction, it is a savepoint: it commits with
        the outer one, and when it raises it alone is undone.
        """
        outer: UnitOfWork | None = getattr(self._open, "work", None)
        if outer is not None:
            with outer.savepoint():
                yield outer
            return
        with (
            self.database.transaction(durable=False) as connection,
            self.unit_of_work_on(connection) as work,
        ):
            yield work
        if work.has_published:
            # While this waits for the disk, the event may be on its way up to where it is acted on.
            self.waker.wake(Topic.OUTBOX)
        self.database.flush()
        self.watch.committed()

    @contextmanager
    def unit_of_work_on(self, connection: Connection) -> Iterator[UnitOfWork]:
        """The unit of work of a transaction that the caller commits.

        Its events are logged when the block ends. When it raises they are not, so let the
        transaction roll back. No signal is sent: the relay finds them within LOOK_SECONDS. Raises
        RuntimeError for a connection that is not one of `Database.transaction`: its events would
        be lost.
        """
        if not self.database.is_transaction(connection):
            raise RuntimeError("a unit of work needs a connection of Database.transaction()")
        outer: UnitOfWork | None = getattr(self._open, "work", None)
        with UnitOfWork(connection, self.log) as work:
            self._open.work = work
            try:
                yield work
            finally:
                self._open.work = outer

    def create_tables(self) -> None:
        """Create the bus's tables and their schema, or bring them to this version's form.

        For programs that have no migrations of their own. Call it at each start.
        """
        with migrating(self.database) as connection:
            BUS_TABLES.upgrade(connection, self.database.schema)
