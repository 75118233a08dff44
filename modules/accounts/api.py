"""Signing up, in and out over HTTP."""

from collections.abc import Callable
from typing import Annotated, Any

from litestar import Request, Response, Router, delete, post
from litestar.di import NamedDependency
from litestar.exceptions import TooManyRequestsException
from litestar.params import JSONBody, SkipValidation
from pydantic import AfterValidator, Field, SecretStr

from modules.accounts.domain import (
    NAME_LENGTH,
    PASSWORD_LENGTH_LEAST,
    PASSWORD_LENGTH_MOST,
    Account,
    NameTaken,
    WrongCredentials,
    fit_name,
    fit_password,
)
from modules.accounts.service import Accounts
from web.answers import created
from web.bodies import Body
from web.injection import provided
from web.session import GUEST, Sessions, User, Visitor
from web.throttling import client_of

AccountsService = SkipValidation[NamedDependency[Accounts]]
TheseSessions = SkipValidation[NamedDependency[Sessions]]
ThisVisitor = SkipValidation[NamedDependency[Visitor]]


def _fit(password: SecretStr) -> SecretStr:
    return SecretStr(fit_password(password.get_secret_value()))


class NewAccount(Body):
    """The name that an account shall have, and the password that opens it."""

    name: Annotated[
        str,
        Field(
            min_length=1,
            max_length=NAME_LENGTH,
            description="With a character that can be seen and none that controls.",
        ),
        AfterValidator(fit_name),
    ]
    password: Annotated[
        SecretStr,
        AfterValidator(_fit),
        Field(min_length=PASSWORD_LENGTH_LEAST, max_length=PASSWORD_LENGTH_MOST),
    ]


class Credentials(Body):
    """What an account is opened with."""

    name: Annotated[str, Field(max_length=NAME_LENGTH)]
    password: Annotated[SecretStr, Field(max_length=PASSWORD_LENGTH_MOST)]


@post("/api/accounts", sync_to_thread=True, problems=[NameTaken, TooManyRequestsException])
def sign_up(
    request: Request[Any, Any, Any],
    accounts: AccountsService,
    sessions: TheseSessions,
    visitor: ThisVisitor,
    data: JSONBody[NewAccount],
) -> Response[User]:
    """Open an account and sign in to it; a guest keeps its id, and with it its likes."""
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
    """Sign in to an account; whoever the session was before, it is this account's now."""
    account = accounts.sign_in(
        data.name, data.password.get_secret_value(), client=client_of(request)
    )
    return _signed_in(request, sessions, account)


@delete("/api/session", sync_to_thread=False)
def sign_out(request: Request[Any, Any, Any], sessions: TheseSessions) -> None:
    """Forget who this browser is; where it was nobody that is well too."""
    sessions.sign_out(request)


def _signed_in(
    request: Request[Any, Any, Any], sessions: Sessions, account: Account
) -> Response[User]:
    user = User(id=account.user_id, name=account.name, role=account.role)
    sessions.sign_in(request, user)
    return created(user, at="/api/user")


def routes(accounts: Callable[[], Accounts]) -> Router:
    """The module's JSON routes, working on the service that `accounts` gives."""
    return Router(
        "/",
        route_handlers=[sign_up, sign_in, sign_out],
        dependencies={"accounts": provided(accounts)},
        tags=["accounts"],
    )
