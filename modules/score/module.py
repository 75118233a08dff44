"""The front door: all that the app mounts of score."""

from collections.abc import Mapping, Sequence

from dependency_injector import containers, providers
from litestar import Router

from bus import Database, Participant
from modules.score import api, pages
from modules.score.domain import UnknownPerson
from modules.score.published import PUBLISHES
from modules.score.reactions import REACTIONS
from modules.score.service import Scores
from modules.score.tables import metadata
from web.pages import Link

__all__ = [
    "LINKS",
    "PROBLEMS",
    "PUBLISHES",
    "REACTIONS",
    "Container",
    "metadata",
    "page_routes",
    "routes",
]

PROBLEMS: Mapping[type[Exception], int] = {UnknownPerson: 404}
"""Which HTTP status each domain error is."""

LINKS: Sequence[Link] = ()
"""What the navigation shows of it."""


class Container(containers.DeclarativeContainer):
    """The parts of the module, made once each when first asked for."""

    database: providers.Dependency[Database] = providers.Dependency(instance_of=Database)
    participant = providers.ThreadSafeSingleton(
        Participant, "score", database, REACTIONS, PUBLISHES
    )
    scores = providers.ThreadSafeSingleton(Scores, participant)


def routes(container: Container) -> Sequence[Router]:
    """The JSON that the module serves."""
    return api.routes(container.scores)


def page_routes(container: Container) -> Sequence[Router]:
    """The pages that the module serves."""
    return [pages.routes(container.scores, container.participant)]
