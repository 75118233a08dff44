"""Cursors: one position per source tells new events from duplicates and gaps."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import Enum, auto
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    Table,
    Update,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bus.events.envelope import DIVERGED, EPOCH, HEAD, Envelope
from bus.outbox.epochs import LogPosition
from bus.storage.tables import BusTables, now

KEPT_MOVES = 100_000
"""How many moves are remembered, at most one a second: of the busiest subscriber, a day."""

_MOVES_BETWEEN_LOOKS = 1000
TO_THE_SECOND = len("2026-01-31T12:00:00")


class Verdict(Enum):
    """A message seen from the cursor: next, a duplicate, beyond a gap, or of another log."""

    NEXT = auto()
    DUPLICATE = auto()
    GAP = auto()
    DIVERGED = auto()


@dataclass(slots=True)
class Cursor:
    """The position up to which one epoch of one source is applied or kept in the inbox.

    Without more than a source it is the start: older than any epoch, nothing has arrived yet.
    """

    source: str
    epoch: str = ""
    position: int = 0
    last_event_id: str | None = None
    parked: int = 0
    trial: bool = False
    resend: bool = False
    fault: str | None = None
    moved: str | None = None

    @property
    def place(self) -> LogPosition:
        """The place from which the source is asked to go on."""
        return LogPosition(
            epoch=self.epoch, position=self.position, last_event_id=self.last_event_id
        )

    def advance(self, envelope: Envelope) -> None:
        """Count the next event as taken."""
        self.position = envelope.position
        self.last_event_id = envelope.id
        self.fault = None


class Cursors:
    """The cursors of a subscriber, locked for the length of one transaction."""

    def __init__(
        self, connection: Connection, tables: BusTables, cursors: Sequence[Cursor]
    ) -> None:
        self._connection = connection
        self._table = tables.cursors
        self._moves = tables.moves
        self._cursors: dict[tuple[str, str], Cursor] = {}
        self._newest: dict[str, Cursor] = {}
        for cursor in cursors:
            self._add(cursor)
        self._before = {key: replace(cursor) for key, cursor in self._cursors.items()}

    @classmethod
    def lock(
        cls, connection: Connection, tables: BusTables, sources: list[str] | None = None
    ) -> "Cursors":
        """Lock and read the cursors of these sources, or all, until the transaction ends."""
        named = None if sources is None else {"sources": sources}
        rows = connection.execute(_locking(tables.cursors, some=named is not None), named)
        return cls(connection, tables, [Cursor(*row) for row in rows])

    def newest(self, source: str) -> Cursor | None:
        """The cursor of the source's newest epoch, nothing before the first event."""
        return self._newest.get(source)

    def of(self, envelope: Envelope) -> Cursor:
        """The cursor of a message's epoch."""
        return self._cursors[envelope.source, envelope.epoch]

    def unpark(self, source: str, epoch: str, messages: int) -> None:
        """Count messages of one epoch out of the inbox."""
        self._cursors[source, epoch].parked -= messages

    def any_parked(self, source: str) -> bool:
        """True if an event of this source may have to wait behind one in the inbox."""
        return any(c.parked for c in self._cursors.values() if c.source == source)

    def enter_epoch(self, envelope: Envelope) -> None:
        """Enter the epoch of the message, if it goes on where the cursor stands."""
        if (envelope.source, envelope.epoch) in self._cursors or self._is_older(envelope):
            return
        if self._may_enter(envelope):
            self._enter_epoch(envelope)

    def classify(self, envelope: Envelope) -> Verdict:
        """Classify the message; call `enter_epoch` before."""
        if self._is_older(envelope):
            # A source that says its log ends in an older epoch may have been restored.
            return Verdict.GAP if envelope.type == HEAD else Verdict.DUPLICATE
        cursor = self._cursors.get((envelope.source, envelope.epoch))
        if cursor is None:
            return Verdict.GAP
        return _CLASSIFIERS.get(envelope.type, _classify_event)(cursor, envelope)

    def _is_older(self, envelope: Envelope) -> bool:
        newest = self.newest(envelope.source)
        return newest is not None and envelope.epoch < newest.epoch

    def save(self) -> None:
        """Write back what changed."""
        for cursor in self._cursors.values():
            before = self._before[cursor.source, cursor.epoch]
            if cursor == before:
                continue
            if cursor.position != before.position:
                self._move(cursor, before.position)
            values = asdict(cursor)
            key = {"of_source": values.pop("source"), "of_epoch": values.pop("epoch")}
            self._connection.execute(_moving(self._table), {**key, **values})

    def _move(self, cursor: Cursor, left: int) -> None:
        """Keep the time of the move, and the position left at the end of each second."""
        last, cursor.moved = cursor.moved, now()
        if last is not None and last[:TO_THE_SECOND] != cursor.moved[:TO_THE_SECOND]:
            self._remember(cursor, left, last)

    def _remember(self, cursor: Cursor, position: int, time: str) -> None:
        table = self._moves
        result = self._connection.execute(
            insert(table).values(
                source=cursor.source, epoch=cursor.epoch, position=position, time=time
            )
        )
        [id_] = result.inserted_primary_key or [0]
        if id_ % _MOVES_BETWEEN_LOOKS == 0:
            self._connection.execute(delete(table).where(table.c.id <= id_ - KEPT_MOVES))

    def _may_enter(self, envelope: Envelope) -> bool:
        """True if this epoch goes on exactly at the cursor of the one before it.

        A cursor beyond the start has to ask the source, which answers with the right place.
        """
        if envelope.previousepoch is None:
            return envelope.type != DIVERGED
        previous = self._cursors.get((envelope.source, envelope.previousepoch))
        if previous is None:
            return False
        if envelope.type == EPOCH:
            return previous.last_event_id == envelope.previousid
        start = int(envelope.epochstart or 0)
        # By its first event alone, for that names the one before it: the log may have gone another
        # way up to where it starts.
        follows = previous.last_event_id in (None, envelope.previousid)
        return previous.position == start and envelope.position == start + 1 and follows

    def _enter_epoch(self, envelope: Envelope) -> None:
        table = self._table
        key = (envelope.source, envelope.epoch)
        # Another process may enter it at this moment: the later one waits here, then sees its row.
        postgresql = self._connection.dialect.name == "postgresql"
        into = postgresql_insert(table) if postgresql else sqlite_insert(table)
        start = Cursor(*key, position=int(envelope.epochstart or 0))
        self._connection.execute(into.values(asdict(start)).on_conflict_do_nothing())
        query = select(table).where(table.c.source == key[0], table.c.epoch == key[1])
        cursor = Cursor(*self._connection.execute(query.with_for_update()).one())
        self._add(cursor)
        # Where nothing was applied yet: what the cursor moves over is applied after this.
        self._remember(cursor, cursor.position, now())
        self._before[key] = replace(cursor)

    def _add(self, cursor: Cursor) -> None:
        self._cursors[cursor.source, cursor.epoch] = cursor
        newest = self._newest.get(cursor.source)
        if newest is None or cursor.epoch > newest.epoch:
            self._newest[cursor.source] = cursor


# Built once for each subscriber: making a statement costs more than running it.


@cache
def _locking(table: Table, *, some: bool) -> Select[Any]:
    """All cursors, or those of `sources`, locked in one order."""
    query = select(table).order_by(table.c.source, table.c.epoch).with_for_update()
    wanted = table.c.source.in_(bindparam("sources", expanding=True))
    return query.where(wanted) if some else query


@cache
def _moving(table: Table) -> Update:
    """Updates the cursor `of_source` and `of_epoch` with the values that are given."""
    return update(table).where(
        table.c.source == bindparam("of_source"), table.c.epoch == bindparam("of_epoch")
    )


def change_parked(connection: Connection, table: Table, source: str, epoch: str, by: int) -> None:
    """Count messages into or out of the inbox; locks the cursor until the transaction ends."""
    connection.execute(
        update(table)
        .where(table.c.source == source, table.c.epoch == epoch)
        .values(parked=table.c.parked + by)
    )


def _classify_event(cursor: Cursor, envelope: Envelope) -> Verdict:
    if envelope.position <= cursor.position:
        return Verdict.DUPLICATE
    if envelope.position > cursor.position + 1:
        return Verdict.GAP
    follows = cursor.last_event_id in (None, envelope.previousid)
    return Verdict.NEXT if follows else Verdict.DIVERGED


def _classify_head(cursor: Cursor, envelope: Envelope) -> Verdict:
    # A head below the cursor is old news or a log gone back; asking the source tells.
    return Verdict.DUPLICATE if envelope.position == cursor.position else Verdict.GAP


def _classify_divergence(cursor: Cursor, envelope: Envelope) -> Verdict:
    same = cursor.position == envelope.position
    return Verdict.DIVERGED if same else Verdict.DUPLICATE


_CLASSIFIERS: Mapping[str, Callable[[Cursor, Envelope], Verdict]] = {
    HEAD: _classify_head,
    DIVERGED: _classify_divergence,
    EPOCH: lambda _cursor, _envelope: Verdict.DUPLICATE,  # entered before, if it had to be
}
