"""The front door: all that the app mounts of accounts."""

from dependency_injector import providers

from modules import Module, Parts
from modules.accounts import api, pages
from modules.accounts.commands import create_admin
from modules.accounts.domain import NameTaken, WrongCredentials
from modules.accounts.service import Accounts, Passwords
from modules.accounts.tables import metadata


class AccountsParts(Parts):
    """The services of the module."""

    passwords = providers.ThreadSafeSingleton(Passwords)
    accounts = providers.ThreadSafeSingleton(Accounts, Parts.participant, passwords)


MODULE = Module(
    tables=metadata,
    parts=AccountsParts,
    problems={NameTaken: 409, WrongCredentials: 401},
    routes=lambda parts: [api.routes(parts.accounts)],
    pages=lambda parts: [pages.routes(parts.accounts)],
    public=[
        "POST /api/accounts",
        "POST /api/session",
        "DELETE /api/session",
        "GET /sign-in",
        "POST /sign-in",
        "GET /sign-up",
        "POST /sign-up",
        "POST /sign-out",
    ],
    commands=[create_admin],
)
