"""The use case of scores: reading one."""

from typing import Any

from sqlalchemy import Select, select

from bus import Participant
from modules.score.domain import CPF_LENGTH, Change, Points, Score, UnknownPerson
from modules.score.tables import history, people


class Scores:
    """The scores of all persons whose events were applied."""

    def __init__(self, participant: Participant) -> None:
        self._participant = participant

    def of(self, key: str, *, limit: int = 100) -> Score:
        """The score of a person with its latest changes, at most `limit`.

        `key` is the canonical CPF or the person's id. Raises UnknownPerson.
        """
        with self._participant.database.snapshot() as connection:
            rows = connection.execute(_latest_changes(key, limit)).all()
        if not rows:
            raise UnknownPerson
        points = Points(income=rows[0].income, asset=rows[0].asset, debt=rows[0].debt)
        changes = [
            Change(at=row.at, score=row.score, kind=row.kind, points=row.points)
            for row in reversed(rows)
        ]
        return Score(score=points.total, points=points, history=changes)


def _latest_changes(key: str, limit: int) -> Select[Any]:
    """The latest changes of one registered person, newest first, each with the present points.

    It is one statement, so that changes and points are of one moment. If several persons have one
    CPF, the last registered counts: ids are UUIDv7, which sort by time.
    """
    wanted = people.c.cpf if len(key) == CPF_LENGTH else people.c.person_id
    person = (
        select(people)
        .where(wanted == key, people.c.cpf.is_not(None))
        .order_by(people.c.person_id.desc())
        .limit(1)
        .subquery()
    )
    return (
        select(person.c.income, person.c.asset, person.c.debt, history)
        .join(history, history.c.person_id == person.c.person_id)
        .order_by(history.c.id.desc())
        .limit(limit)
    )
