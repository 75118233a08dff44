"""A subscriber's requests to its sources: where a log ends, and what to send again."""

import time

from sqlalchemy import select, update

from bus.outbox.epochs import LogPosition
from bus.participant import Participant
from bus.signals.topics import LOOK_SECONDS
from bus.subscription.cursor import Cursors
from bus.subscription.gaps import Gaps
from bus.transport import Inlet


class SourceRequests:
    """Asks after each opening of the inlet, for each gap, and when an operator wants it."""

    def __init__(self, participant: Participant, inlet: Inlet, gaps: Gaps) -> None:
        self._participant = participant
        self._inlet = inlet
        self._gaps = gaps
        self._generation = 0
        self._looked = 0.0

    def look_now(self) -> None:
        """Look at the next `send_due` whether an operator wants something sent again."""
        self._looked = 0.0

    @property
    def is_reconnected(self) -> bool:
        """True if the inlet was opened since the sources were asked: messages may be lost."""
        return self._inlet.connection_generation != self._generation

    def ask_all(self) -> None:
        """Ask every source where its log ends."""
        generation = self._inlet.connection_generation
        for source in self._participant.sources:
            self._ask_and_suspect(source, resend=False)
        self._generation = generation

    def send_due(self) -> None:
        """Ask what an operator wants asked, and again for the gaps that have not closed."""
        if time.monotonic() - self._looked >= LOOK_SECONDS:
            self._ask_as_operator_wants()
            self._looked = time.monotonic()
        for source in self._gaps.due():
            self._ask(source, resend=True)
            self._gaps.asked(source)

    def _ask_as_operator_wants(self) -> None:
        cursors = self._participant.tables.cursors
        wanted = cursors.c.resend.is_(True)
        with self._participant.database.snapshot() as connection:
            sources = connection.scalars(select(cursors.c.source).where(wanted).distinct()).all()
        for source in sources:
            self._ask_and_suspect(source, resend=True)
        if sources:
            asked = wanted & cursors.c.source.in_(sources)
            with self._participant.database.transaction() as connection:
                connection.execute(update(cursors).where(asked).values(resend=False))

    def _ask_and_suspect(self, source: str, *, resend: bool) -> None:
        place = self._ask(source, resend=resend)
        self._gaps.suspect(source, place.position + 1)

    def _ask(self, source: str, *, resend: bool) -> LogPosition:
        with self._participant.database.transaction() as connection:
            newest = Cursors.lock(connection, self._participant.tables, [source]).newest(source)
        place = newest.place if newest else LogPosition()
        self._inlet.ask(source, place, resend=resend)
        return place
