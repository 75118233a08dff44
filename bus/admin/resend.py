"""Resending: a subscriber asks its sources again for what follows on its cursors."""

from dataclasses import asdict

from sqlalchemy import insert, select, update

from bus.participant import Participant
from bus.signals.topics import Topic
from bus.subscription.cursor import Cursor


class UnknownSource(Exception):
    """The participant does not listen to this source, or to none at all."""


def ask_resend(participant: Participant, source: str | None = None) -> list[str]:
    """Have its sources, or the one named, send again what follows on what was applied.

    Returns the sources. Raises UnknownSource.
    """
    if not participant.sources:
        raise UnknownSource(f"{participant.name} listens to no module")
    if source is not None and source not in participant.sources:
        raise UnknownSource(f"{participant.name} does not listen to {source}")
    sources = [source] if source else participant.sources
    cursors = participant.tables.cursors
    with participant.database.transaction() as connection:
        wanted = cursors.c.source.in_(sources)
        known = set(connection.scalars(select(cursors.c.source).where(wanted)))
        connection.execute(update(cursors).where(wanted).values(resend=True))
        for unheard in set(sources) - known:
            connection.execute(insert(cursors).values(asdict(Cursor(unheard, resend=True))))
    participant.waker.wake(Topic.CURSORS)
    return sources
