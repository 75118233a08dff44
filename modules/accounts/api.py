"""The JSON API for signing up, in and out."""

from collections.abc import Callable
from typing import Any

from litestar import Request, Response, Router, delete, post
from litestar.di import NamedDependency
from litestar.exceptions import TooManyRequestsException
from litestar.params import JSONBody, SkipValidation

from modules.accounts.bodies import Credentials, NewAccount
from modules.accounts.domain import Account, NameTaken, WrongCredentials
from modules.accounts.service import Accounts
from web.answers import created
from web.injection import provided
from web.session import GUEST, Sessions, User, Visitor
from web.throttling import client_of

AccountsService = SkipValidation[NamedDependency[Accounts]]
TheseSessions = SkipValidation[NamedDependency[Sessions]]
ThisVisitor = SkipValidation[NamedDependency[Visitor]]


@post("/api/accounts", sync_to_thread=True, problems=[NameTaken, TooManyRequestsException])
def sign_up(
    request: Request[Any, Any, Any],
    accounts: AccountsService,
    sessions: TheseSessions,
    visitor: ThisVisitor,
    data: JSONBody[NewAccount],
) -> Response[User]:
    """Open an account and sign in to it. A guest keeps its id, and so its likes."""
    account = accounts.sign_up(
        data.name,
        data.password.get_secret_value(),
        client=client_of(request),
        user_id=visitor.id if visitor.role == GUEST else None,
    )
    return _signed_in(request, sessions, account)


@post("/api/session", sync_to_thread=True, problems=[WrongCredentials, TooManyRequestsException])
def sign_in(
    request: Request[Any, Any, Any],
    accounts: AccountsService,
    sessions: TheseSessions,
    data: JSONBody[Credentials],
) -> Response[User]:
    """Sign in to an account. It replaces the present session."""
    account = accounts.sign_in(
        data.name, data.password.get_secret_value(), client=client_of(request)
    )
    return _signed_in(request, sessions, account)


@delete("/api/session", sync_to_thread=False)
def sign_out(request: Request[Any, Any, Any], sessions: TheseSessions) -> None:
    """Sign out: remove the session cookie, if there is one."""
    sessions.sign_out(request)


def _signed_in(
    request: Request[Any, Any, Any], sessions: Sessions, account: Account
) -> Response[User]:
    user = User(id=account.user_id, name=account.name, role=account.role)
    sessions.sign_in(request, user)
    return created(user, at="/api/user")


def routes(accounts: Callable[[], Accounts]) -> Router:
    """The JSON routes of the module, for the service that `accounts` provides."""
    return Router(
        "/",
        route_handlers=[sign_up, sign_in, sign_out],
        dependencies={"accounts": provided(accounts)},
        tags=["accounts"],
    )
