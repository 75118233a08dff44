"""The front door: all that the app mounts of score."""

from dependency_injector import providers

from modules import Module, Parts
from modules.score import api, pages
from modules.score.domain import UnknownPerson
from modules.score.published import PUBLISHES
from modules.score.reactions import REACTIONS
from modules.score.service import Scores
from modules.score.tables import metadata


class ScoreParts(Parts):
    """The service of the module."""

    scores = providers.ThreadSafeSingleton(Scores, Parts.participant)


MODULE = Module(
    tables=metadata,
    parts=ScoreParts,
    publishes=PUBLISHES,
    reactions=REACTIONS,
    optional_sources=["person"],
    problems={UnknownPerson: 404},
    routes=lambda parts: api.routes(parts.scores),
    pages=lambda parts: [pages.routes(parts.scores, parts.participant)],
)
