"""The front door: all that the app mounts of accounts."""

from collections.abc import Mapping, Sequence

from dependency_injector import containers, providers
from litestar import Router

from bus import Database, Event, Participant, Reactions
from modules.accounts import api, pages
from modules.accounts.domain import NameTaken, WrongCredentials
from modules.accounts.service import Accounts, Passwords
from modules.accounts.tables import metadata
from web.pages import Link

__all__ = [
    "LINKS",
    "PROBLEMS",
    "PUBLISHES",
    "REACTIONS",
    "Container",
    "NameTaken",
    "metadata",
    "page_routes",
    "routes",
]

PUBLISHES: Sequence[type[Event]] = ()
REACTIONS: Reactions = {}

PROBLEMS: Mapping[type[Exception], int] = {NameTaken: 409, WrongCredentials: 401}
"""Which HTTP status each domain error is."""

LINKS: Sequence[Link] = ()
"""What the navigation shows of it."""


class Container(containers.DeclarativeContainer):
    """The parts of the module, made once each when first asked for."""

    database: providers.Dependency[Database] = providers.Dependency(instance_of=Database)
    participant = providers.ThreadSafeSingleton(Participant, "accounts", database, REACTIONS)
    passwords = providers.ThreadSafeSingleton(Passwords)
    accounts = providers.ThreadSafeSingleton(Accounts, participant, passwords)


def routes(container: Container) -> Sequence[Router]:
    """The JSON that the module serves."""
    return [api.routes(container.accounts)]


def page_routes(container: Container) -> Sequence[Router]:
    """The pages that the module serves."""
    return [pages.routes(container.accounts)]
