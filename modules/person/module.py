"""The front door: all that the app mounts of person."""

from collections.abc import Mapping, Sequence

from dependency_injector import containers, providers
from litestar import Router

from bus import Database, Participant, Reactions
from modules.person import api, pages
from modules.person.domain import CpfTaken, UnknownEntry, UnknownPerson
from modules.person.published import PUBLISHES
from modules.person.service import Persons
from modules.person.tables import metadata
from web.pages import Link

__all__ = [
    "LINKS",
    "PROBLEMS",
    "PUBLISHES",
    "REACTIONS",
    "Container",
    "CpfTaken",
    "metadata",
    "page_routes",
    "routes",
]

PROBLEMS: Mapping[type[Exception], int] = {
    UnknownPerson: 404,
    UnknownEntry: 404,
    CpfTaken: 409,
}
"""Which HTTP status each domain error is."""

LINKS: Sequence[Link] = (Link("People", "/people", role="admin"),)
"""What the navigation shows of it."""

REACTIONS: Reactions = {}
"""It listens to nobody."""


class Container(containers.DeclarativeContainer):
    """The parts of the module, made once each when first asked for."""

    database: providers.Dependency[Database] = providers.Dependency(instance_of=Database)
    check_digits: providers.Dependency[bool] = providers.Dependency(instance_of=bool, default=False)
    participant = providers.ThreadSafeSingleton(
        Participant, "person", database, REACTIONS, PUBLISHES
    )
    persons = providers.ThreadSafeSingleton(Persons, participant, check_digits=check_digits)


def routes(container: Container) -> Sequence[Router]:
    """The JSON that the module serves."""
    return api.routes(container.persons, container.participant)


def page_routes(container: Container) -> Sequence[Router]:
    """The pages that the module serves."""
    return [pages.routes(container.persons, container.participant)]
