"""The outbox as a log: a source's events in the order of their positions.

Where transactions write at once, ids commit out of order and rolled-back ones leave holes; so
the one relay gives positions afterwards, to committed rows only, without holes. On SQLite they
write by turns: there each event gets its position as it is logged. A subscriber's progress is
one number per source.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, bindparam, func, select, update

from bus.events.contract import contract_of
from bus.events.envelope import DIVERGED, EPOCH, FORGOTTEN, HEAD
from bus.events.event import Event
from bus.outbox import statements
from bus.outbox.epochs import Epoch, Epochs, LogPosition
from bus.outbox.messages import Message, control_message, event_message
from bus.storage.tables import BusTables


@dataclass(frozen=True, slots=True)
class OutboxStatus:
    """The head of a log, and how many events wait for a position or to be sent, and since when."""

    head: int
    unpositioned: int
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
        self.epochs = Epochs(source, tables)

    def append(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Log events; the last statement of their transaction.

        On SQLite, where one transaction writes after another, they get their positions here.
        """
        one_writer = connection.dialect.name == "sqlite"
        if one_writer:
            connection.execute(statements.append_numbered(self._outbox, self._log), rows)
        else:
            connection.execute(statements.append(self._outbox), rows)

    def forget(self, connection: Connection, subjects: Collection[str]) -> None:
        """Empty the data of every logged event of these subjects."""
        outbox = self._outbox
        theirs = outbox.c.subject.in_(sorted(subjects)) & (outbox.c.data != FORGOTTEN)
        # Found first, because reading the whole log may take longer than the relay should wait.
        ids = connection.scalars(select(outbox.c.id).where(theirs).order_by(outbox.c.id)).all()
        if ids:
            # The relay locks it as well: else each might wait for a row that the other has.
            connection.execute(select(self._log.c.id).with_for_update(read=True))
            emptied = update(outbox).where(outbox.c.id == bindparam("logged"))
            connection.execute(emptied.values(data=FORGOTTEN), [{"logged": id} for id in ids])

    def assign_positions(self, connection: Connection, head: int, limit: int) -> int:
        """Give positions after `head` to committed rows, ordered by id; returns how many.

        Only the holder of the relay's lock may call it.
        """
        numbering = statements.number(self._outbox, self._log)
        return connection.execute(numbering, {"head": head, "limit": limit}).rowcount

    def head(self, connection: Connection) -> int:
        """The highest position given, 0 for an empty log."""
        return connection.scalar(statements.head(self._outbox)) or 0

    def confirmed(self, connection: Connection) -> int | None:
        """The position up to which a broker has confirmed; None when no broker was used since."""
        return connection.scalar(select(self._log.c.confirmed))

    def confirm(self, connection: Connection, position: int | None) -> None:
        """Remember that the broker has everything up to `position`.

        A crash of the database server may lose this: then some events are sent again.
        """
        confirming = update(self._log).values(confirmed=position)
        if connection.dialect.name == "postgresql":
            # No reason to have it on the disk before going on.
            soon = func.set_config("synchronous_commit", "off", True)
            confirming = confirming.where(soon == "off")
        connection.execute(confirming)

    def read(self, connection: Connection, after: int, limit: int) -> list[Message]:
        """The next events after a position, in order, at most `limit`."""
        following = statements.following(self._outbox)
        found = connection.execute(following, {"after": after, "limit": limit + 1}).all()
        return self._messages(connection, found, after, limit)

    def unconfirmed(self, connection: Connection, limit: int) -> tuple[int, list[Message]]:
        """The position up to which a broker has confirmed, and at most `limit` events after it."""
        unconfirmed = statements.unconfirmed(self._outbox, self._log)
        found = connection.execute(unconfirmed, {"limit": limit + 1}).all()
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
            in_epoch = self.epochs.of(connection, row.epoch)
            messages.append(event_message(self.source, row, previous_id, in_epoch))
            previous_id = row.event_id
        return messages

    def head_message(self, connection: Connection, position: int) -> Message:
        """The message that names the last position sent, so that lost events are noticed.

        Its data is the source's contract.
        """
        epoch = self.epochs.current(connection)
        in_epoch = self.epochs.of(connection, epoch)
        return control_message(self.source, HEAD, position, epoch, in_epoch, data=self._contract)

    def diverged_message(self, place: LogPosition) -> Message:
        """The message that this log does not lead to the subscriber's place."""
        nowhere = Epoch(previous=None, start=0)
        return control_message(self.source, DIVERGED, place.position, place.epoch or "", nowhere)

    def entry_message(
        self, connection: Connection, place: LogPosition, after: int
    ) -> Message | None:
        """The message that leads a subscriber from an ended epoch into the one it goes on in."""
        entered = self.epochs.entered_after(connection, place, after)
        if entered is None:
            return None
        in_epoch = Epoch(previous=place.epoch, start=after)
        last = place.last_event_id
        return control_message(self.source, EPOCH, after, entered, in_epoch, previous_id=last)

    def status(self, connection: Connection) -> OutboxStatus:
        """The head of the log, and the events that are still to be sent."""
        row = connection.execute(statements.status(self._outbox, self._log)).one()
        head, unpositioned = row.head or 0, row.unstamped
        unconfirmed = 0 if row.confirmed is None else head - row.confirmed
        if unconfirmed > 0:
            return OutboxStatus(
                head, unpositioned, unpositioned + unconfirmed, row.unconfirmed_time
            )
        return OutboxStatus(head, unpositioned, unpositioned, row.unstamped_time)

    def lag_after(self, connection: Connection, position: int) -> tuple[int, str | None]:
        """The number of events after this position, and the time of the next one."""
        lag = statements.lag(self._outbox)
        head, time = connection.execute(lag, {"position": position}).one()
        return max(0, (head or 0) - position), time
