"""The crash guard: notices a message that kills the process.

The first window of messages that a process applies after its start is a trial, marked on the cursor
until it is done. A process that finds such a mark knows that its predecessor did not survive the
window: it hands these messages to the retrier, which counts an attempt before it makes it and tries
every message alone. So the message that kills the process runs out of attempts, and becomes a dead
letter.
"""

from collections.abc import Iterable
from dataclasses import asdict

from sqlalchemy import Connection, insert, update

from bus.participant import Participant
from bus.subscription.cursor import Cursor, Cursors


class CrashGuard:
    """The first window of each source after the start of this process."""

    def __init__(self, participant: Participant, window: int) -> None:
        self._participant = participant
        self._remaining = dict.fromkeys(participant.sources, window)
        self._begun: set[str] = set()
        self._isolated: set[str] = set()

    def begin(self, sources: Iterable[str]) -> None:
        """Mark the cursors of sources whose first messages are about to be applied."""
        new = sorted(set(sources) & self._remaining.keys() - self._begun)
        if not new:
            return
        isolated = set()
        with self._participant.database.transaction() as connection:
            cursors = Cursors.lock(connection, self._participant.tables, new)
            for source in new:
                cursor = cursors.newest(source)
                if cursor is None:
                    self._mark_before_first_event(connection, source)
                elif cursor.trial:
                    isolated.add(source)
                else:
                    cursor.trial = True
            cursors.save()
        self._isolated |= isolated
        self._begun.update(new)

    def runs(self, source: str) -> bool:
        """True while the source's window is open."""
        return self._remaining.get(source, 0) > 0

    def isolates(self, source: str) -> bool:
        """True if the messages of this window are to be tried one by one."""
        return self.runs(source) and source in self._isolated

    def count(self, source: str, messages: int) -> None:
        """Count messages of the window as done."""
        self._remaining[source] -= messages

    def end(self) -> None:
        """Take back the marks: the process stops in good order."""
        # The marks of others are theirs: a standby ends while another process is at work.
        if not self._begun:
            return
        table = self._participant.tables.cursors
        ours = table.c.trial.is_(True) & table.c.source.in_(sorted(self._begun))
        with self._participant.database.transaction() as connection:
            connection.execute(update(table).where(ours).values(trial=False))

    def _mark_before_first_event(self, connection: Connection, source: str) -> None:
        connection.execute(
            insert(self._participant.tables.cursors).values(asdict(Cursor(source, trial=True)))
        )
