"""The score as word of persons arrives, on both databases."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import pytest
from dependency_injector import providers
from sqlalchemy import text
from uuid_utils import uuid7

from bus import Database, Event, Trace, tracing
from bus.admin import logged_events
from modules.score.consumed import (
    AssetAdded,
    AssetRemoved,
    DebtAdded,
    DebtRemoved,
    IncomeAdded,
    IncomeRemoved,
    PersonErased,
    PersonRegistered,
)
from modules.score.domain import Kind, Points, UnknownPerson, points_of
from modules.score.module import MODULE, ScoreParts
from modules.score.reactions import REACTIONS
from modules.score.service import Scores

CPF = "00000011111"
OTHER_CPF = "00000022222"
ANN, BOB, ANN_AGAIN = (str(uuid7()) for _ in range(3))


class ScoreModule:
    """The module alone: what happens is told to it event by event."""

    def __init__(self, parts: ScoreParts) -> None:
        self.participant = parts.participant()
        self.scores: Scores = parts.scores()

    def hears(self, *events: Event) -> None:
        """React to each event and commit."""
        for event in events:
            with self.participant.unit_of_work() as work:
                REACTIONS[type(event)](event, work)

    def score(self, cpf: str = CPF) -> int:
        return self.scores.of(cpf).score

    def history(self) -> list[tuple[str, int, int]]:
        """Kind, points and score of Ann's changes, the latest last."""
        changes = self.scores.of(ANN).history
        return [(change.kind, change.points, change.score) for change in changes]

    def announced(self) -> list[Any]:
        """The data of the module's own events, oldest first."""
        with self.participant.database.snapshot() as connection:
            events = logged_events(connection, self.participant.tables)
        return [event.data for event in reversed(events)]

    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        with self.participant.database.snapshot() as connection:
            return {
                table: connection.execute(text(f"SELECT count(*) FROM score.{table}")).scalar_one()
                for table in ("people", "entries", "history")
            }


@pytest.fixture
def score(settings: Mapping[str, str]) -> Iterator[ScoreModule]:
    """The module with empty tables."""
    url = settings["APP_DATABASE_URL"].replace("{module}", "score")
    database = Database(url, "score")
    yield ScoreModule(MODULE.open("score", providers.Object(database)))
    database.dispose()


@pytest.fixture
def ann(score: ScoreModule) -> ScoreModule:
    """The module, after word of Ann."""
    score.hears(PersonRegistered(person_id=ANN, cpf=CPF))
    return score


def income(value: str, entry_id: int = 1, person: str = ANN) -> IncomeAdded:
    return IncomeAdded(person_id=person, entry_id=entry_id, value=value)


def asset(value: str, entry_id: int = 1, person: str = ANN) -> AssetAdded:
    return AssetAdded(person_id=person, entry_id=entry_id, value=value)


def debt(value: str, entry_id: int = 1, person: str = ANN) -> DebtAdded:
    return DebtAdded(person_id=person, entry_id=entry_id, value=value)


@pytest.mark.parametrize(
    ("kind", "value", "points"),
    [
        (Kind.INCOME, "0.01", 0),
        (Kind.INCOME, "49.99", 0),
        (Kind.INCOME, "50.00", 1),
        (Kind.INCOME, "99.99", 1),
        (Kind.INCOME, "999999999999.99", 19_999_999_999),
        (Kind.ASSET, "19.99", 0),
        (Kind.ASSET, "20.00", 1),
        (Kind.ASSET, "999999999999.99", 49_999_999_999),
        (Kind.DEBT, "19.99", 0),
        (Kind.DEBT, "20.00", -1),
        (Kind.DEBT, "39.99", -1),
        (Kind.DEBT, "999999999999.99", -49_999_999_999),
    ],
)
def test_only_whole_points_count(kind: Kind, value: str, points: int) -> None:
    assert points_of(kind, Decimal(value)) == points


def test_the_worked_example(ann: ScoreModule) -> None:
    ann.hears(income("1000.00"), asset("100000.00"), debt("1000.00"))

    found = ann.scores.of(CPF)

    assert found.score == 4970
    assert found.points == Points(income=20, asset=5000, debt=-50)
    assert ann.history() == [
        ("registration", 0, 0),
        ("income", 20, 20),
        ("asset", 5000, 5020),
        ("debt", -50, 4970),
    ]


def test_a_removed_entry_takes_its_points_back(ann: ScoreModule) -> None:
    ann.hears(income("1000.00"), asset("100000.00"), debt("1000.00"))

    ann.hears(DebtRemoved(person_id=ANN, entry_id=1))
    assert ann.score() == 5020
    ann.hears(AssetRemoved(person_id=ANN, entry_id=1))
    assert ann.score() == 20
    ann.hears(IncomeRemoved(person_id=ANN, entry_id=1))

    assert ann.scores.of(CPF).points == Points(income=0, asset=0, debt=0)
    assert ann.history()[-3:] == [("debt", 50, 5020), ("asset", -5000, 20), ("income", -20, 0)]
    assert ann.rows()["entries"] == 0


def test_a_person_without_entries_scores_nothing(ann: ScoreModule) -> None:
    found = ann.scores.of(CPF)

    assert (found.score, found.points) == (0, Points(income=0, asset=0, debt=0))
    assert ann.history() == [("registration", 0, 0)]
    assert ann.announced() == []


def test_a_score_below_nothing_is_shown_as_it_is(ann: ScoreModule) -> None:
    ann.hears(debt("1000.00"))

    assert ann.score() == -50


def test_the_largest_amounts_fit(ann: ScoreModule) -> None:
    ann.hears(*(asset("999999999999.99", number) for number in range(1, 4)))

    assert ann.score() == 3 * 49_999_999_999


def test_entries_of_one_number_and_several_kinds_are_several(ann: ScoreModule) -> None:
    ann.hears(income("50.00", 7), asset("20.00", 7), IncomeRemoved(person_id=ANN, entry_id=7))

    assert ann.scores.of(CPF).points == Points(income=0, asset=1, debt=0)


def test_another_persons_entries_do_not_touch_it(ann: ScoreModule) -> None:
    ann.hears(income("1000.00"), PersonRegistered(person_id=BOB, cpf=OTHER_CPF))
    ann.hears(asset("100000.00", person=BOB), IncomeRemoved(person_id=BOB, entry_id=1))

    assert (ann.score(CPF), ann.score(OTHER_CPF)) == (20, 5000)
    assert ann.history() == [("registration", 0, 0), ("income", 20, 20)]


def test_each_change_is_announced_with_the_score_and_without_the_cpf(ann: ScoreModule) -> None:
    ann.hears(income("1000.00"), debt("1000.00"), DebtRemoved(person_id=ANN, entry_id=1))

    assert ann.announced() == [{"person_id": ANN, "score": score} for score in (20, -30, 20)]


def test_an_entry_without_a_whole_point_changes_nothing(ann: ScoreModule) -> None:
    ann.hears(income("49.99"), debt("0.01"))
    assert ann.rows()["entries"] == 2
    ann.hears(IncomeRemoved(person_id=ANN, entry_id=1))

    assert ann.history() == [("registration", 0, 0)]
    assert ann.announced() == []
    assert ann.rows()["entries"] == 1


def test_removing_an_entry_that_was_never_heard_of_changes_nothing(ann: ScoreModule) -> None:
    ann.hears(income("1000.00"))
    ann.hears(
        IncomeRemoved(person_id=ANN, entry_id=2),
        AssetRemoved(person_id=ANN, entry_id=1),
        DebtRemoved(person_id=BOB, entry_id=1),
    )

    assert ann.history() == [("registration", 0, 0), ("income", 20, 20)]
    assert ann.announced() == [{"person_id": ANN, "score": 20}]


def test_nobody_is_found_under_an_unknown_cpf_nor_is_it_named(ann: ScoreModule) -> None:
    with pytest.raises(UnknownPerson) as refused:
        ann.scores.of(OTHER_CPF)
    with pytest.raises(UnknownPerson):
        ann.scores.of(BOB)

    assert str(refused.value) == "There is no score for this CPF."


def test_entries_of_a_person_not_heard_of_wait_for_the_registration(score: ScoreModule) -> None:
    score.hears(income("1000.00"), debt("1000.00"))
    with pytest.raises(UnknownPerson):
        score.scores.of(ANN)

    score.hears(PersonRegistered(person_id=ANN, cpf=CPF), income("50.00", 2))

    assert score.scores.of(CPF).points == Points(income=21, asset=0, debt=-50)
    assert score.history()[-2:] == [("registration", 0, -30), ("income", 1, -29)]


def test_an_erased_person_is_gone_without_a_trace(ann: ScoreModule) -> None:
    ann.hears(income("1000.00"), debt("1000.00"))
    ann.hears(PersonErased(person_id=ANN))

    with pytest.raises(UnknownPerson):
        ann.scores.of(CPF)
    assert ann.rows() == {"people": 0, "entries": 0, "history": 0}
    assert ann.announced() == [None, None]


def test_an_erasure_touches_nobody_else(ann: ScoreModule) -> None:
    ann.hears(PersonRegistered(person_id=BOB, cpf=OTHER_CPF), income("1000.00", person=BOB))
    ann.hears(PersonErased(person_id=ANN))

    assert ann.score(OTHER_CPF) == 20
    assert ann.announced() == [{"person_id": BOB, "score": 20}]


def test_erasing_a_person_not_heard_of_is_well(ann: ScoreModule) -> None:
    ann.hears(PersonErased(person_id=BOB))

    assert ann.score() == 0


def test_what_changes_and_erases_in_one_transaction_leaves_no_trace(ann: ScoreModule) -> None:
    events = [income("1000.00"), PersonErased(person_id=ANN)]
    with ann.participant.unit_of_work() as work:
        for event in events:
            REACTIONS[type(event)](event, work)

    assert ann.rows() == {"people": 0, "entries": 0, "history": 0}
    assert ann.announced() in ([], [None])


def test_a_cpf_registered_again_starts_anew(ann: ScoreModule) -> None:
    ann.hears(asset("100000.00"), PersonErased(person_id=ANN))
    ann.hears(PersonRegistered(person_id=ANN_AGAIN, cpf=CPF), income("1000.00", 2, ANN_AGAIN))

    assert ann.score() == 20
    assert len(ann.scores.of(CPF).history) == 2


def test_the_newest_bearer_of_a_cpf_counts_also_before_word_of_the_erasure(
    ann: ScoreModule,
) -> None:
    ann.hears(asset("100000.00"), PersonRegistered(person_id=ANN_AGAIN, cpf=CPF))
    assert ann.score() == 0
    ann.hears(income("1000.00", 2, ANN_AGAIN), asset("20.00", 3))

    assert ann.score() == 20
    ann.hears(PersonErased(person_id=ANN))
    assert ann.score() == 20


def test_only_so_many_of_the_latest_changes_are_shown(ann: ScoreModule) -> None:
    ann.hears(*(income("50.00", number) for number in range(1, 6)))

    shown = ann.scores.of(CPF, limit=2)

    assert [change.score for change in shown.history] == [4, 5]
    assert (shown.score, shown.points.income) == (5, 5)


def test_a_change_is_dated_by_its_cause_not_by_its_arrival(ann: ScoreModule) -> None:
    # Its first 48 bits are the milliseconds since 1970.
    event_id = "018bcfe5-6800-7000-8000-000000000000"
    with tracing(Trace(correlation_id="a request", causation_id=event_id)):
        ann.hears(income("1000.00"))

    changes = ann.scores.of(CPF).history

    assert changes[-1].at == "2023-11-14T22:13:20.000000Z"
    assert changes[0].at > changes[-1].at
