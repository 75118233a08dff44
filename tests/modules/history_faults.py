"""What histories of the modules have in common: faults on the way, and whether all has arrived."""

from dataclasses import dataclass

from sqlalchemy import func, select

from bus import Participant


@dataclass(frozen=True)
class Disturb:
    """From now on messages are lost, repeated, delayed and reordered."""

    seed: int


@dataclass(frozen=True)
class Restart:
    """The bus stops, where it does not stand still already, and starts again."""


def behind(receiver: Participant, source: Participant) -> int:
    """How many events of its source one has not applied, be they sent yet or not."""
    outbox, cursors = source.tables.outbox, receiver.tables.cursors
    with source.database.snapshot() as connection:
        published = connection.scalar(select(func.count(outbox.c.id))) or 0
    with receiver.database.snapshot() as connection:
        return published - (connection.scalar(select(func.max(cursors.c.position))) or 0)
