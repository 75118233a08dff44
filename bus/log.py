"""The outbox as a log: stamped with positions, read by position, never by id or time.

Where transactions write at once, ids commit out of order and rolled-back ones leave holes; so
positions are given afterwards, to committed rows only, by the one relay, without holes. On SQLite
they write by turns: there each event gets its position as it is logged. What a subscriber has seen
is one number.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import (
    Connection,
    Row,
    bindparam,
    case,
    func,
    insert,
    select,
    update,
)
from uuid_utils import uuid7

from bus.contract import contract_of
from bus.envelope import DIVERGED, EPOCH, FORGOTTEN, HEAD, Envelope, encode, padded
from bus.event import Event
from bus.log_statements import (
    appending_numbered,
    beyond,
    following,
    numbering,
    tail,
    unconfirmed,
)
from bus.tables import BusTables, now


class Diverged(Exception):
    """The reader's last event is not in this log: it was restored from an older state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a subscriber stands in a source's log; all empty before its first event."""

    epoch: str | None = None
    position: int = 0
    last_event_id: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A logged event ready to travel."""

    position: int
    type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class _Epoch:
    previous: str | None
    start: int


@dataclass(frozen=True, slots=True)
class Tail:
    """Where a log ends, how many of its events wait: for a position, to be sent, since when."""

    head: int
    unstamped: int
    unsent: int
    oldest: str | None


class Log:
    """The event log of one source."""

    def __init__(
        self, source: str, tables: BusTables, publishes: Sequence[type[Event]] = ()
    ) -> None:
        self.source = source
        self._contract = msgspec.json.encode(contract_of(publishes))
        self._outbox = tables.outbox
        self._log = tables.log
        self._epochs = tables.epochs
        self._known_epochs: dict[str, _Epoch] = {}
        # Built once: making a statement costs more than running it does, where one event waits.
        self._appending = insert(self._outbox).inline()
        self._appending_numbered = appending_numbered(self._outbox, self._log)
        self._numbering = numbering(self._outbox, self._log)
        self._unconfirmed = unconfirmed(self._outbox, self._log)
        self._following = following(self._outbox)
        self._head = select(func.max(self._outbox.c.position))
        self._tail = tail(self._outbox, self._log)
        self._beyond = beyond(self._outbox)

    def begin(self, connection: Connection) -> None:
        """Draw the first epoch of a fresh schema; does nothing where one is drawn already."""
        if connection.scalar(select(self._log.c.id)) is None:
            epoch = str(uuid7())
            connection.execute(insert(self._epochs).values(epoch=epoch, start=0))
            connection.execute(insert(self._log).values(id=1, epoch=epoch))

    def append(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Log events; the last statement of their transaction.

        On SQLite, where one transaction writes after another, they get their positions here.
        """
        one_writer = connection.dialect.name == "sqlite"
        connection.execute(self._appending_numbered if one_writer else self._appending, rows)

    def forget(self, connection: Connection, subjects: Collection[str]) -> None:
        """Empty the data of all that is logged about the subjects."""
        outbox = self._outbox
        theirs = outbox.c.subject.in_(sorted(subjects)) & (outbox.c.data != FORGOTTEN)
        # Found first, because reading the whole log may take longer than the relay should wait.
        ids = connection.scalars(select(outbox.c.id).where(theirs).order_by(outbox.c.id)).all()
        if ids:
            # The relay locks it to stamp: without it each might wait for a row that the other has.
            connection.execute(select(self._log.c.id).with_for_update(read=True))
            emptied = update(outbox).where(outbox.c.id == bindparam("logged"))
            connection.execute(emptied.values(data=FORGOTTEN), [{"logged": id} for id in ids])

    def stamp(self, connection: Connection, head: int, limit: int) -> int:
        """Give positions after `head` to committed rows, in the order of their ids; how many.

        Only the holder of the relay's lock may call it.
        """
        return connection.execute(self._numbering, {"head": head, "limit": limit}).rowcount

    def head(self, connection: Connection) -> int:
        """The highest position given, 0 for an empty log."""
        return connection.scalar(self._head) or 0

    def confirmed(self, connection: Connection) -> int | None:
        """Up to which position a broker has confirmed; nothing when none was used since."""
        return connection.scalar(select(self._log.c.confirmed))

    def confirm(self, connection: Connection, position: int | None) -> None:
        """Remember that the broker has everything up to `position`.

        A crash of the database server may forget it: then some is sent again.
        """
        confirming = update(self._log).values(confirmed=position)
        if connection.dialect.name == "postgresql":
            # No reason to have it on the disk before going on.
            soon = func.set_config("synchronous_commit", "off", True)
            confirming = confirming.where(soon == "off")
        connection.execute(confirming)

    def read(self, connection: Connection, after: int, limit: int) -> list[Message]:
        """The next events after a position, in order, at most `limit`."""
        found = connection.execute(self._following, {"after": after, "limit": limit + 1}).all()
        return self._messages(connection, found, after, limit)

    def unconfirmed(self, connection: Connection, limit: int) -> tuple[int, list[Message]]:
        """Up to which position a broker has confirmed, and the next events, at most `limit`."""
        found = connection.execute(self._unconfirmed, {"limit": limit + 1}).all()
        confirmed = found[0].confirmed or 0 if found else 0
        return confirmed, self._messages(connection, found, confirmed, limit)

    def _messages(
        self, connection: Connection, rows: Sequence[Row[Any]], after: int, limit: int
    ) -> list[Message]:
        previous_id = rows[0].event_id if rows and rows[0].position == after else None
        if previous_id is not None:
            rows = rows[1:]
        messages = []
        for row in rows[:limit]:
            messages.append(self._message(connection, row, previous_id))
            previous_id = row.event_id
        return messages

    def head_message(self, connection: Connection, position: int) -> Message:
        """Tells subscribers how far they were sent to, so that a lost tail is noticed.

        Its data is what the source publishes.
        """
        epoch = connection.execute(select(self._log.c.epoch)).scalar_one()
        start = self._epoch(connection, epoch)
        return self._control(
            HEAD, position, epoch, start.previous, start.start, data=self._contract
        )

    def diverged_message(self, place: Place) -> Message:
        """Tells one subscriber that this log does not lead to where it stands."""
        return self._control(DIVERGED, place.position, place.epoch or "")

    def entry_message(self, connection: Connection, place: Place, after: int) -> Message | None:
        """Tells a subscriber at `place`, in an ended epoch, in which one it goes on `after`."""
        epochs = self._all_epochs(connection)
        entered = max(name for name, epoch in epochs.items() if epoch.start <= after)
        if place.epoch not in epochs or entered <= place.epoch:
            return None
        return self._control(
            EPOCH, after, entered, place.epoch, after, previous_id=place.last_event_id
        )

    def resume(self, connection: Connection, place: Place) -> int:
        """After which position to send to a reader at `place`; raises Diverged.

        A place in an epoch this log never had starts from the beginning, unless it is of a later
        time than this log. One beyond the end of its epoch goes on where the next one starts, or
        further where the reader already has what has moved into that.
        """
        epochs = self._all_epochs(connection)
        if place.epoch is None or place.epoch not in epochs:
            if place.epoch is not None and place.epoch > max(epochs):
                raise Diverged(f"{self.source}'s log is from before epoch {place.epoch}")
            return 0
        if place.last_event_id is None or self._event_id(connection, place) == place.last_event_id:
            return place.position
        later = [epoch.start for name, epoch in epochs.items() if name > place.epoch]
        if later and place.position > min(later):
            return min(later)
        raise Diverged(f"position {place.position} of {self.source}'s log is another event")

    def _event_id(self, connection: Connection, place: Place) -> str | None:
        outbox = self._outbox
        return connection.scalar(
            select(outbox.c.event_id).where(outbox.c.position == place.position)
        )

    def new_epoch(self, connection: Connection, after: int | None = None) -> str:
        """Begin a new epoch behind the log's head, or behind `after` for what was logged since.

        For a log restored from an old dump: subscribers that were further follow on from here.
        Raises ValueError for a position beyond the head or inside an earlier epoch.
        """
        current = connection.execute(select(self._log.c.epoch).with_for_update()).scalar_one()
        head = self.head(connection)
        start = head if after is None else after
        replaced = self._all_epochs(connection)[current]
        if not replaced.start <= start <= head:
            raise ValueError(f"after takes a position from {replaced.start} to {head}, not {start}")
        # Nobody reaches the end of an epoch without events, so none may wait for that.
        previous = current if start > replaced.start else replaced.previous
        epoch = max(str(uuid7()), _next_uuid(current))
        outbox = self._outbox
        connection.execute(update(outbox).where(outbox.c.position > start).values(epoch=epoch))
        connection.execute(insert(self._epochs).values(epoch=epoch, previous=previous, start=start))
        # What moved into the new epoch travels again, under its new name.
        resent = case((self._log.c.confirmed > start, start), else_=self._log.c.confirmed)
        connection.execute(update(self._log).values(epoch=epoch, confirmed=resent))
        return epoch

    def tail(self, connection: Connection) -> Tail:
        """Where it ends, and what is still to be sent."""
        row = connection.execute(self._tail).one()
        head, unstamped = row.head or 0, row.unstamped
        unconfirmed = 0 if row.confirmed is None else head - row.confirmed
        if unconfirmed > 0:
            return Tail(head, unstamped, unstamped + unconfirmed, row.unconfirmed_time)
        return Tail(head, unstamped, unstamped, row.unstamped_time)

    def beyond(self, connection: Connection, position: int) -> tuple[int, str | None]:
        """How many events follow this position, and when the next of them was published."""
        head, time = connection.execute(self._beyond, {"position": position}).one()
        return max(0, (head or 0) - position), time

    def _message(
        self, connection: Connection, row: Sequence[Any], previous_id: str | None
    ) -> Message:
        # Unpacked, for asking the row by name takes longer than all the rest.
        position, epoch, id, type, version, subject, time, correlation, cause, trace, data, *_ = row
        of_epoch = self._epoch(connection, epoch)
        envelope = Envelope(
            specversion="1.0",
            id=id,
            source=self.source,
            type=type,
            subject=subject,
            time=time,
            datacontenttype="application/json",
            dataversion=version,
            epoch=epoch,
            sequence=padded(position),
            previousid=previous_id,
            previousepoch=of_epoch.previous,
            epochstart=padded(of_epoch.start) if of_epoch.previous else None,
            correlationid=correlation,
            causationid=cause,
            traceparent=trace,
            data=msgspec.Raw(data.encode()),
        )
        return Message(position, type, encode(envelope))

    def _control(
        self,
        kind: str,
        position: int,
        epoch: str,
        previous: str | None = None,
        start: int = 0,
        *,
        previous_id: str | None = None,
        data: bytes = b"{}",
    ) -> Message:
        envelope = Envelope(
            specversion="1.0",
            id=str(uuid7()),
            source=self.source,
            type=kind,
            subject=self.source,
            time=now(),
            datacontenttype="application/json",
            dataversion=1,
            epoch=epoch,
            sequence=padded(position),
            previousid=previous_id,
            previousepoch=previous,
            epochstart=padded(start) if previous else None,
            data=msgspec.Raw(data),
        )
        return Message(position, kind, encode(envelope))

    def _epoch(self, connection: Connection, epoch: str) -> _Epoch:
        if epoch not in self._known_epochs:
            self._known_epochs = self._all_epochs(connection)
        return self._known_epochs[epoch]

    def _all_epochs(self, connection: Connection) -> dict[str, _Epoch]:
        rows = connection.execute(select(self._epochs)).all()
        return {row.epoch: _Epoch(row.previous, row.start) for row in rows}


def _next_uuid(uuid: str) -> str:
    # Epochs are compared as text; a clock set back must not make a new one look older.
    digits = uuid.replace("-", "")
    following = f"{int(digits, 16) + 1:032x}"
    return "-".join(
        (following[:8], following[8:12], following[12:16], following[16:20], following[20:])
    )
