"""A person's score in a browser: a page of its own, and a part of the person's page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.response import Stream

from bus import Participant
from modules.score.domain import REGISTRATION, Change, Kind, UnknownPerson
from modules.score.service import Scores
from web.cpf import Who, who_by_cpf_or_id
from web.guards import ADMINS
from web.injection import provided
from web.live import LiveStreams
from web.pages import page

ScoresService = SkipValidation[NamedDependency[Scores]]
ThisParticipant = SkipValidation[NamedDependency[Participant]]

CHANGES_SHOWN = 100

WIDTH, HEIGHT = 1000, 200
"""Of the chart, in units that stretch with the page."""

_MARGIN = 8
_LEAST_PART = 0.05
"""Of the time that a chart shows: changes within less would look like one."""
_LEAST_STEP = 0.01
"""The same between two changes that follow each other."""


@get("/people/{cpf:str}/score", sync_to_thread=True)
def show_score(request: Request[Any, Any, Any], scores: ScoresService, who: Who) -> Response[Any]:
    """The score, its make-up and how it came about; scripts get it without the frame of a page."""
    is_part = "hx-request" in request.headers
    template = "score/_score.html" if is_part else "score/score.html"
    try:
        score = scores.of(who, limit=CHANGES_SHOWN)
    except UnknownPerson:
        # Of a part it is no failure: word of the person may be on its way.
        return page(template, status=200 if is_part else 404, who=who, score=None, changes=[])
    return page(
        template,
        who=who,
        score=score,
        chart=chart_of(score.history, until=datetime.now(UTC)),
        changes=[_row(change) for change in reversed(score.history)],
        is_whole=score.history[0].kind == REGISTRATION,
    )


@get("/live/score", sync_to_thread=False)
def stream_changes(live: LiveStreams, participant: ThisParticipant) -> Stream:
    """Says when some score may have changed."""
    return live.stream(participant.watch)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What the score was, where a chart shows it, and since when."""

    left: float
    width: float
    score: int
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A line of steps over time, and what stands beside it."""

    line: str
    """Points of an SVG path, the later the further right, the higher the further up."""
    steps: Sequence[Step]
    zero: float
    """How far down 0 is."""
    low: int
    high: int
    begins: str
    ends: str
    is_by_order: bool
    """Whether the changes stand at equal distances: in time they would fall together."""


def chart_of(history: Sequence[Change], *, until: datetime) -> Chart:
    """The score from the first of these changes on; 0 is always in sight."""
    scores = [change.score for change in history]
    low, high = min(0, *scores), max(0, *scores)
    times = [datetime.fromisoformat(change.at) for change in history]
    # Clocks of other machines may be ahead.
    whole = max(until, times[-1]) - times[0]
    is_by_order = _fall_buffer(times, whole)

    def right(number: int) -> float:
        part = number / len(times) if is_by_order else (times[number] - times[0]) / whole
        return round(part * WIDTH, 1)

    def down(score: int) -> float:
        part = (high - score) / max(1, high - low)
        return round(_MARGIN + part * (HEIGHT - 2 * _MARGIN), 1)

    at = [*(right(number) for number in range(len(scores))), WIDTH]
    line = "".join(f"H{x}V{down(score)}" for x, score in zip(at, scores, strict=False))
    return Chart(
        line=f"M0 {down(scores[0])}{line}H{WIDTH}",
        steps=[
            Step(left=x, width=round(end - x, 1), score=score, since=_moment(time))
            for (x, end), score, time in zip(pairwise(at), scores, times, strict=True)
        ],
        zero=down(0),
        low=low,
        high=high,
        begins=_moment(times[0]),
        ends=_moment(until),
        is_by_order=is_by_order,
    )


def _fall_buffer(times: Sequence[datetime], whole: timedelta) -> bool:
    """Whether few of these could be told apart on a line of the whole time."""
    near = [after - before < whole * _LEAST_STEP for before, after in pairwise(times)]
    return times[-1] - times[0] <= whole * _LEAST_PART or sum(near) * 2 > len(near)


def _row(change: Change) -> dict[str, Any]:
    return {
        "at": change.at,
        "moment": _moment(datetime.fromisoformat(change.at)),
        "what": _what(change),
        "points": change.points,
        "score": change.score,
    }


def _what(change: Change) -> str:
    if change.kind == REGISTRATION:
        return "Registered"
    is_added = (change.points > 0) != (change.kind == Kind.DEBT)
    return f"{change.kind.capitalize()} {'added' if is_added else 'removed'}"


def _moment(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S}"


def routes(scores: Callable[[], Scores], participant: Callable[[], Participant]) -> Router:
    """The module's pages, working on the service that `scores` gives."""
    return Router(
        "/",
        route_handlers=[show_score, stream_changes],
        dependencies={
            "scores": provided(scores),
            "participant": provided(participant),
            "who": who_by_cpf_or_id,
        },
        opt=ADMINS,
    )
