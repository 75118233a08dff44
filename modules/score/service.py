"""What can be asked of the scores."""

from typing import Any

from sqlalchemy import Select, select

from bus import Participant
from modules.score.domain import Change, Points, Score, UnknownPerson
from modules.score.tables import history, people
from web.cpf import LENGTH as CPF_LENGTH


class Scores:
    """The scores of the persons, as far as word of them has arrived."""

    def __init__(self, participant: Participant) -> None:
        self._participant = participant

    def of(self, who: str, *, limit: int = 100) -> Score:
        """The score of a person with at most `limit` of its changes, the latest ones.

        `who` is the canonical CPF or the id. Raises UnknownPerson.
        """
        with self._participant.database.snapshot() as connection:
            rows = connection.execute(_latest_changes(who, limit)).all()
        if not rows:
            raise UnknownPerson
        points = Points(income=rows[0].income, asset=rows[0].asset, debt=rows[0].debt)
        changes = [
            Change(at=row.at, score=row.score, kind=row.kind, points=row.points)
            for row in reversed(rows)
        ]
        return Score(score=points.total, points=points, history=changes)


def _latest_changes(who: str, limit: int) -> Select[Any]:
    """The changes of one registered person, the latest first, each beside the points as they are.

    One statement, so that they fit together whatever is written meanwhile. Of several persons with
    one CPF the last registered counts: their ids are UUIDv7, which sort by time.
    """
    wanted = people.c.cpf if len(who) == CPF_LENGTH else people.c.person_id
    person = (
        select(people)
        .where(wanted == who, people.c.cpf.is_not(None))
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
