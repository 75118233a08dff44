"""The JSON API of scores: under the person and, as in the prototype, under the CPF alone."""

from collections.abc import Callable

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from modules.score.domain import Score, canonical_cpf, person_key
from modules.score.service import Scores
from web.injection import provided
from web.paging import Limit

PREFIXES = ("/api/person", "/person")

ScoresService = SkipValidation[NamedDependency[Scores]]


@get("/{cpf:str}/score", sync_to_thread=True)
def show_score(scores: ScoresService, cpf: FromPath[str], limit: Limit = 100) -> Score:
    """Show a person's score by CPF or id, with its points and its latest changes."""
    return scores.of(person_key(cpf), limit=limit)


@get("/{cpf:str}/score", sync_to_thread=True)
def show_score_of_cpf(scores: ScoresService, cpf: FromPath[str], limit: Limit = 100) -> Score:
    """Show a person's score by CPF, with its points and its latest changes."""
    return scores.of(canonical_cpf(cpf), limit=limit)


def routes(scores: Callable[[], Scores]) -> list[Router]:
    """The JSON routes of the module, for the service that `scores` provides."""
    dependencies = {"scores": provided(scores)}
    # One router per prefix: a handler with several paths breaks when it runs in a thread.
    handlers = {**dict.fromkeys(PREFIXES, show_score), "/": show_score_of_cpf}
    return [
        Router(
            prefix,
            route_handlers=[handler],
            dependencies=dependencies,
            tags=["score"],
        )
        for prefix, handler in handlers.items()
    ]
