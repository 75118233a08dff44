"""A score's page, and the part of it that a person's page shows, of what score knows."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, insert

from app.container import Application
from modules.score.domain import Change
from modules.score.pages import chart_of
from modules.score.tables import metadata
from tests.modules.page_reader import Reader

ANN = "01890a5d-ac96-774b-bcce-b302099a8057"
CPF = "52998224725"
SCRIPT = {"HX-Request": "true"}

Know = Callable[..., None]


@pytest.fixture
def know_ann(alone: Application) -> Know:
    """Let score know Ann by these changes alone: of which kind, and by how many points."""
    people, history = metadata.tables["score.people"], metadata.tables["score.history"]

    def know(*changes: tuple[str, int]) -> None:
        points = {"income": 0, "asset": 0, "debt": 0}
        with alone.databases()["score"].transaction() as connection:
            for table in (people, history):
                connection.execute(delete(table))
            for kind, change in [("registration", 0), *changes]:
                points[kind] = points.get(kind, 0) + change
                row = {"person_id": ANN, "kind": kind, "points": change}
                row |= {"at": "2026-01-31T12:00:00.000000Z", "score": sum(points.values())}
                connection.execute(insert(history).values(row))
            points.pop("registration")
            connection.execute(insert(people).values(person_id=ANN, cpf=CPF, **points))

    return know


def test_a_score_is_shown_with_its_make_up_and_how_it_came_about(
    reader: Reader, know_ann: Know
) -> None:
    know_ann(("income", 84), ("asset", 1800), ("debt", -125), ("asset", -1800), ("debt", 125))

    shown = reader.go(f"/people/{ANN}/score")

    assert shown.status == 200
    assert "The score is 84." in shown.text
    assert "Incomes 84" in shown.text
    assert "Assets 0" in shown.text
    for change in (
        "2026-01-31 12:00:00 Debt removed +125 84",
        "2026-01-31 12:00:00 Asset removed -1,800 -41",
        "2026-01-31 12:00:00 Debt added -125 1,759",
        "2026-01-31 12:00:00 Income added +84 84",
        "2026-01-31 12:00:00 Registered +0 0",
    ):
        assert change in shown.text


def test_a_script_gets_the_part_without_the_frame_of_a_page(reader: Reader, know_ann: Know) -> None:
    know_ann(("income", 84))

    page = reader.go(f"/people/{ANN}/score")
    part = reader.go(f"/people/{ANN}/score", headers=SCRIPT)

    assert page.html.startswith("<!doctype html>")
    assert "<h1" in page.html
    assert f"/people/{ANN}" in page.links
    assert "<html" not in part.html
    assert "<h1" not in part.html
    assert "The score is 84." in part.text
    assert CPF not in part.html


def test_who_has_no_entries_scores_0_and_is_told_what_to_do(reader: Reader, know_ann: Know) -> None:
    know_ann()

    shown = reader.go(f"/people/{ANN}/score")

    assert "The score is 0." in shown.text
    assert "Add an income, an asset or a debt" in shown.text
    assert "<svg" not in shown.html


def test_somebody_erased_or_unknown_has_no_score_and_the_part_says_so(
    reader: Reader, know_ann: Know
) -> None:
    know_ann()
    nobody = "/people/01890a5d-ac96-774b-bcce-b302099a8058/score"

    page, part = reader.go(nobody), reader.go(nobody, headers=SCRIPT)

    assert (page.status, part.status) == (404, 200)
    for shown in (page, part):
        assert "There is no score of this person" in shown.text


def test_a_score_is_found_by_cpf_too(reader: Reader, know_ann: Know) -> None:
    know_ann(("income", 7))

    assert "The score is 7." in reader.go(f"/people/{CPF}/score").text
    assert reader.go("/people/nobody/score").status == 404


def change(at: str, score: int) -> Change:
    return Change(at=f"2026-01-31T{at}.000000Z", score=score, kind="income", points=0)


NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def test_a_chart_has_a_step_for_each_change_in_its_time() -> None:
    chart = chart_of([change("11:00:00", 0), change("11:15:00", 100)], until=NOON)

    assert chart.line == "M0 192.0H0.0V192.0H250.0V8.0H1000"
    assert (chart.low, chart.high, chart.zero) == (0, 100, 192.0)
    assert chart.begins == "2026-01-31 11:00:00"


def test_a_chart_below_zero_has_zero_in_sight() -> None:
    chart = chart_of([change("11:00:00", 0), change("11:30:00", -100)], until=NOON)

    assert chart.line == "M0 8.0H0.0V8.0H500.0V192.0H1000"
    assert (chart.low, chart.high, chart.zero) == (-100, 0, 8.0)


def test_a_chart_of_one_instant_that_never_left_0_is_a_line() -> None:
    chart = chart_of([change("12:00:00", 0)], until=NOON)

    assert chart.line == "M0 8.0H0.0V8.0H1000"


def test_changes_that_time_would_put_together_stand_at_equal_distances() -> None:
    together = [change("11:00:00", 0), change("11:00:01", 100), change("11:00:02", 50)]

    chart = chart_of([*together, change("11:00:03", 0)], until=NOON)

    assert chart.is_by_order
    assert chart.line == "M0 192.0H0.0V192.0H250.0V8.0H500.0V100.0H750.0V192.0H1000"


def test_bursts_with_a_pause_between_stand_at_equal_distances_too() -> None:
    first = [change(f"11:00:0{second}", second) for second in range(5)]
    second = [change(f"11:05:0{second}", second) for second in range(4)]

    chart = chart_of([*first, *second], until=datetime(2026, 1, 31, 11, 5, 4, tzinfo=UTC))

    assert chart.is_by_order
    assert [round(step.width) for step in chart.steps] == [111] * 9


def test_a_chart_tells_of_each_step_since_when_it_lasted(reader: Reader, know_ann: Know) -> None:
    know_ann(("income", 84))

    told = "2026-01-31 12:00:00: "
    shown = reader.go(f"/people/{ANN}/score").html

    assert f"<title>{told}0</title>" in shown
    assert f"<title>{told}84</title>" in shown


def test_who_has_many_changes_is_told_that_only_the_newest_are_shown(
    reader: Reader, know_ann: Know
) -> None:
    told = "the newest 100 are shown, here and in the chart"

    know_ann(*[("income", 1)] * 99)
    all_of_them = reader.go(f"/people/{ANN}/score")
    know_ann(*[("income", 1)] * 100)
    some = reader.go(f"/people/{ANN}/score")

    assert told not in all_of_them.text
    assert told in some.text


def test_a_chart_reaches_a_change_that_a_faster_clock_made() -> None:
    chart = chart_of([change("11:00:00", 0), change("13:00:00", 5)], until=NOON)

    assert chart.line.endswith("H1000.0V8.0H1000")
