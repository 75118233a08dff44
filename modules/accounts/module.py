"""The front door: all that the app mounts of accounts."""

from collections.abc import Mapping, Sequence

from dependency_injector import containers, providers
from litestar import Router

from bus.database import Database
from bus.participant import Participant, Reactions
from modules.accounts import api
from modules.accounts.domain import NameTaken, WrongCredentials
from modules.accounts.service import Accounts, Passwords
from modules.accounts.tables import metadata

__all__ = ["PROBLEMS", "REACTIONS", "Container", "NameTaken", "metadata", "routes"]

REACTIONS: Reactions = {}

PROBLEMS: Mapping[type[Exception], int] = {NameTaken: 409, WrongCredentials: 401}
"""Which HTTP status each domain error is."""


class Container(containers.DeclarativeContainer):
    """The parts of the module, made once each when first asked for."""

    database: providers.Dependency[Database] = providers.Dependency(instance_of=Database)
    participant = providers.ThreadSafeSingleton(Participant, "accounts", database, REACTIONS)
    passwords = providers.ThreadSafeSingleton(Passwords)
    accounts = providers.ThreadSafeSingleton(Accounts, participant, passwords)


def routes(container: Container) -> Sequence[Router]:
    """What the module serves."""
    return [api.routes(container.accounts)]
