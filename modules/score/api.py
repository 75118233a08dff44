"""The scores over HTTP: under the person, and under the CPF alone, as the prototype had them."""

from collections.abc import Callable

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from modules.score.domain import Score
from modules.score.service import Scores
from web.cpf import Who, who_by_cpf, who_by_cpf_or_id
from web.guards import ADMINS
from web.injection import provided
from web.paging import Limit

PREFIXES = ("/api/person", "/person")

ScoresService = SkipValidation[NamedDependency[Scores]]


@get("/{cpf:str}/score", sync_to_thread=True)
def show_score(scores: ScoresService, who: Who, limit: Limit = 100) -> Score:
    """A person's score by CPF or id, the points that make it, and its latest changes."""
    return scores.of(who, limit=limit)


@get("/{cpf:str}/score", sync_to_thread=True, dependencies={"who": who_by_cpf})
def show_score_of_cpf(scores: ScoresService, who: Who, limit: Limit = 100) -> Score:
    """The same, by CPF alone: whatever else stands there is no address of ours."""
    return scores.of(who, limit=limit)


def routes(scores: Callable[[], Scores]) -> list[Router]:
    """The module's JSON routes, working on the service that `scores` gives."""
    dependencies = {"scores": provided(scores), "who": who_by_cpf_or_id}
    # A router each: handlers with several paths of their own break when they run in threads.
    handlers = {**dict.fromkeys(PREFIXES, show_score), "/": show_score_of_cpf}
    return [
        Router(
            prefix,
            route_handlers=[handler],
            dependencies=dependencies,
            opt=ADMINS,
            tags=["score"],
        )
        for prefix, handler in handlers.items()
    ]
