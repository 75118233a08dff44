"""Epochs: a log's generations, by which subscribers notice that it was restored from an old dump.

A fresh schema draws an epoch, and every event keeps the one in which it was logged. A new epoch
names the one before it and the last position of that, so that subscribers know where to go on.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, case, func, insert, select, update
from uuid_utils import uuid7

from bus.storage.tables import BusTables


class Diverged(Exception):
    """The subscriber's last event is not in this log: the log was restored from an older state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPosition:
    """A subscriber's place in a source's log; all empty before its first event."""

    epoch: str | None = None
    position: int = 0
    last_event_id: str | None = None


@dataclass(frozen=True, slots=True)
class Epoch:
    """The epoch before this one, and the position after which this one starts."""

    previous: str | None
    start: int


class Epochs:
    """The epochs of one source's log."""

    def __init__(self, source: str, tables: BusTables) -> None:
        self._source = source
        self._outbox = tables.outbox
        self._log = tables.log
        self._epochs = tables.epochs
        self._known: dict[str, Epoch] = {}

    def current(self, connection: Connection) -> str:
        """The epoch that is being written."""
        epoch: str = connection.execute(select(self._log.c.epoch)).scalar_one()
        return epoch

    def of(self, connection: Connection, epoch: str) -> Epoch:
        """One of the log's epochs, read once: an epoch never changes."""
        if epoch not in self._known:
            self._known = self._all(connection)
        return self._known[epoch]

    def entered_after(self, connection: Connection, place: LogPosition, after: int) -> str | None:
        """The epoch that a subscriber at `place`, in an ended epoch, enters `after` a position."""
        epochs = self._all(connection)
        entered = max(name for name, epoch in epochs.items() if epoch.start <= after)
        return None if place.epoch not in epochs or entered <= place.epoch else entered

    def position_after(self, connection: Connection, place: LogPosition) -> int:
        """The position after which to send to a subscriber at `place`; raises Diverged.

        A place in an epoch that this log never had starts from the beginning, unless it is of a
        later time than this log. One beyond the end of its epoch goes on where the next one starts,
        or further where the reader already has what has moved into that.
        """
        epochs = self._all(connection)
        if place.epoch is None or place.epoch not in epochs:
            if place.epoch is not None and place.epoch > max(epochs):
                raise Diverged(f"{self._source}'s log is from before epoch {place.epoch}")
            return 0
        if place.last_event_id in (None, self._event_id(connection, place)):
            return place.position
        later = [epoch.start for name, epoch in epochs.items() if name > place.epoch]
        if later and place.position > min(later):
            return min(later)
        raise Diverged(f"position {place.position} of {self._source}'s log is another event")

    def begin_new(self, connection: Connection, after: int | None = None) -> str:
        """Begin a new epoch behind the log's head, or behind `after` for what was logged since.

        For a log restored from an old dump: subscribers that were further follow on from here.
        Raises ValueError for a position beyond the head or inside an earlier epoch.
        """
        current = connection.execute(select(self._log.c.epoch).with_for_update()).scalar_one()
        outbox = self._outbox
        head = connection.scalar(select(func.max(outbox.c.position))) or 0
        start = head if after is None else after
        replaced = self._all(connection)[current]
        if not replaced.start <= start <= head:
            raise ValueError(f"after takes a position from {replaced.start} to {head}, not {start}")
        # Nobody reaches the end of an epoch without events, so none may wait for that.
        previous = current if start > replaced.start else replaced.previous
        epoch = max(str(uuid7()), _next_uuid(current))
        connection.execute(update(outbox).where(outbox.c.position > start).values(epoch=epoch))
        connection.execute(insert(self._epochs).values(epoch=epoch, previous=previous, start=start))
        # What moved into the new epoch travels again, under its new name.
        resent = case((self._log.c.confirmed > start, start), else_=self._log.c.confirmed)
        connection.execute(update(self._log).values(epoch=epoch, confirmed=resent))
        return epoch

    def _event_id(self, connection: Connection, place: LogPosition) -> str | None:
        outbox = self._outbox
        at_place = select(outbox.c.event_id).where(outbox.c.position == place.position)
        return connection.scalar(at_place)

    def _all(self, connection: Connection) -> dict[str, Epoch]:
        rows = connection.execute(select(self._epochs)).all()
        return {row.epoch: Epoch(row.previous, row.start) for row in rows}


def _next_uuid(uuid: str) -> str:
    # Epochs are compared as text; a clock set back must not make a new one look older.
    digits = f"{int(uuid.replace('-', ''), 16) + 1:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
