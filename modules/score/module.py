"""The front door: all that the app mounts of score."""

from collections.abc import Mapping, Sequence

from dependency_injector import containers, providers
from litestar import Router

from bus.database import Database
from bus.participant import Participant
from modules.score import api
from modules.score.domain import UnknownPerson
from modules.score.published import PUBLISHES
from modules.score.reactions import REACTIONS
from modules.score.service import Scores
from modules.score.tables import metadata

__all__ = ["PROBLEMS", "REACTIONS", "Container", "metadata", "routes"]

PROBLEMS: Mapping[type[Exception], int] = {UnknownPerson: 404}
"""Which HTTP status each domain error is."""


class Container(containers.DeclarativeContainer):
    """The parts of the module, made once each when first asked for."""

    database: providers.Dependency[Database] = providers.Dependency(instance_of=Database)
    participant = providers.ThreadSafeSingleton(
        Participant, "score", database, REACTIONS, PUBLISHES
    )
    scores = providers.ThreadSafeSingleton(Scores, participant)


def routes(container: Container) -> Sequence[Router]:
    """What the module serves."""
    return api.routes(container.scores)
