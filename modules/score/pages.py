"""The HTML of a person's score: a page, and a part of the person's page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from litestar.response import Stream

from bus import Participant
from modules.score.domain import REGISTRATION, Change, Kind, UnknownPerson, person_key
from modules.score.service import Scores
from web.injection import provided
from web.live import LiveStreams
from web.pages import page

ScoresService = SkipValidation[NamedDependency[Scores]]
ThisParticipant = SkipValidation[NamedDependency[Participant]]

CHANGES_SHOWN = 100

WIDTH, HEIGHT = 1000, 200
"""Size of the chart, in units of its viewBox; the page scales it."""

_MARGIN = 8
_MIN_SPREAD = 0.05
"""Part of the chart's width; a history narrower than this would look like one change."""
_MIN_STEP = 0.01
"""Part of the chart's width; two changes closer than this would look like one."""


@get("/people/{cpf:str}/score", sync_to_thread=True)
def show_score(
    request: Request[Any, Any, Any], scores: ScoresService, cpf: FromPath[str]
) -> Response[Any]:
    """Show a score, its points and its history; to htmx without the page's frame."""
    key = person_key(cpf)
    is_part = "hx-request" in request.headers
    template = "score/_score.html" if is_part else "score/score.html"
    try:
        score = scores.of(key, limit=CHANGES_SHOWN)
    except UnknownPerson:
        # For a part this is no failure: the registration may not be applied yet.
        return page(template, status=200 if is_part else 404, who=key, score=None, changes=[])
    return page(
        template,
        who=key,
        score=score,
        chart=chart_of(score.history, until=datetime.now(UTC)),
        changes=[_row(change) for change in reversed(score.history)],
        is_whole=score.history[0].kind == REGISTRATION,
    )


@get("/live/score", sync_to_thread=False)
def stream_changes(live: LiveStreams, participant: ThisParticipant) -> Stream:
    """Stream an event whenever a score may have changed."""
    return live.stream(participant.watch)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the chart: its place, the score, and the time at which it began."""

    left: float
    width: float
    score: int
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A line of steps over time, with its labels."""

    line: str
    """An SVG path: time goes right, the score goes up."""
    steps: Sequence[Step]
    zero: float
    """Height of score 0, counted down from the top."""
    low: int
    high: int
    begins: str
    ends: str
    is_by_order: bool
    """True if the changes have equal distances, because by time they would overlap."""


def chart_of(history: Sequence[Change], *, until: datetime) -> Chart:
    """The chart of these changes up to `until`; its range always includes 0."""
    scores = [change.score for change in history]
    low, high = min(0, *scores), max(0, *scores)
    times = [datetime.fromisoformat(change.at) for change in history]
    # The clock of another machine may be ahead.
    whole = max(until, times[-1]) - times[0]
    is_by_order = _overlap(times, whole)

    def x_of(index: int) -> float:
        part = index / len(times) if is_by_order else (times[index] - times[0]) / whole
        return round(part * WIDTH, 1)

    def y_of(score: int) -> float:
        part = (high - score) / max(1, high - low)
        return round(_MARGIN + part * (HEIGHT - 2 * _MARGIN), 1)

    at = [*(x_of(index) for index in range(len(scores))), WIDTH]
    line = "".join(f"H{x}V{y_of(score)}" for x, score in zip(at, scores, strict=False))
    return Chart(
        line=f"M0 {y_of(scores[0])}{line}H{WIDTH}",
        steps=[
            Step(left=x, width=round(end - x, 1), score=score, since=_moment(time))
            for (x, end), score, time in zip(pairwise(at), scores, times, strict=True)
        ],
        zero=y_of(0),
        low=low,
        high=high,
        begins=_moment(times[0]),
        ends=_moment(until),
        is_by_order=is_by_order,
    )


def _overlap(times: Sequence[datetime], whole: timedelta) -> bool:
    """True if most changes would overlap on a line of the whole time."""
    near = [after - before < whole * _MIN_STEP for before, after in pairwise(times)]
    return times[-1] - times[0] <= whole * _MIN_SPREAD or sum(near) * 2 > len(near)


def _row(change: Change) -> dict[str, Any]:
    return {
        "at": change.at,
        "moment": _moment(datetime.fromisoformat(change.at)),
        "what": _description(change),
        "points": change.points,
        "score": change.score,
    }


def _description(change: Change) -> str:
    if change.kind == REGISTRATION:
        return "Registered"
    is_added = (change.points > 0) != (change.kind == Kind.DEBT)
    return f"{change.kind.capitalize()} {'added' if is_added else 'removed'}"


def _moment(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S}"


def routes(scores: Callable[[], Scores], participant: Callable[[], Participant]) -> Router:
    """The pages of the module, for the service that `scores` provides."""
    return Router(
        "/",
        route_handlers=[show_score, stream_changes],
        dependencies={
            "scores": provided(scores),
            "participant": provided(participant),
        },
    )
