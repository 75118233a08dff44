"""Signing up, in and out in a browser."""

from collections.abc import Callable
from typing import Annotated, Any

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.exceptions import TooManyRequestsException
from litestar.params import QueryParameter, SkipValidation
from litestar.response import Redirect

from modules.accounts.bodies import Credentials, NewAccount
from modules.accounts.domain import Account, NameTaken, WrongCredentials
from modules.accounts.service import Accounts
from web.flash import FlashWords
from web.forms import Form, SentForm
from web.injection import provided
from web.pages import local, page
from web.session import GUEST, Sessions, User, Visitor
from web.throttling import client_of

AccountsService = SkipValidation[NamedDependency[Accounts]]
TheseSessions = SkipValidation[NamedDependency[Sessions]]
ThisVisitor = SkipValidation[NamedDependency[Visitor]]

Next = Annotated[str, QueryParameter(name="next", max_length=2000)]


@get("/sign-in", sync_to_thread=False)
def show_sign_in(
    request: Request[Any, Any, Any], sessions: TheseSessions, next_: Next = "/"
) -> Response[Any]:
    """The form; `next` is where one came from and will be again: at once who has signed in."""
    return _led_on(request, sessions, next_) or _sign_in_page(Form({"_next": local(next_)}))


@post("/sign-in", sync_to_thread=True)
def sign_in(
    request: Request[Any, Any, Any],
    accounts: AccountsService,
    sessions: TheseSessions,
    flash: FlashWords,
    form: SentForm,
) -> Response[Any]:
    """Sign in to an account."""
    given = form.read(Credentials)
    if given is None:
        return _sign_in_page(form, 422)
    try:
        account = accounts.sign_in(
            given.name, given.password.get_secret_value(), client=client_of(request)
        )
    except WrongCredentials as error:
        form.errors["name"] = str(error)
        return _sign_in_page(form, 422)
    except TooManyRequestsException as error:
        return _later(_sign_in_page(form, 429), form, error)
    _begin(request, sessions, account)
    return flash.redirect(local(form["_next"]), f"Welcome back, {account.name}.")


@get("/sign-up", sync_to_thread=True)
def show_sign_up(
    request: Request[Any, Any, Any], sessions: TheseSessions, next_: Next = "/"
) -> Response[Any]:
    """The form for a new account; who has signed in is led on."""
    return _led_on(request, sessions, next_) or _sign_up_page(Form({"_next": local(next_)}))


@post("/sign-up", sync_to_thread=True)
def sign_up(
    request: Request[Any, Any, Any],
    accounts: AccountsService,
    sessions: TheseSessions,
    visitor: ThisVisitor,
    flash: FlashWords,
    form: SentForm,
) -> Response[Any]:
    """Open an account and sign in to it; a guest keeps its likes."""
    given = form.read(NewAccount)
    if given is None:
        return _sign_up_page(form, 422)
    try:
        account = accounts.sign_up(
            given.name,
            given.password.get_secret_value(),
            client=client_of(request),
            user_id=visitor.id if visitor.role == GUEST else None,
        )
    except NameTaken as error:
        form.errors["name"] = str(error)
        return _sign_up_page(form, 422)
    except TooManyRequestsException as error:
        return _later(_sign_up_page(form, 429), form, error)
    _begin(request, sessions, account)
    return flash.redirect(local(form["_next"]), f"Welcome, {account.name}.")


@post("/sign-out", sync_to_thread=False)
def sign_out(
    request: Request[Any, Any, Any], sessions: TheseSessions, flash: FlashWords
) -> Response[Any]:
    """Forget who this browser is."""
    sessions.sign_out(request)
    return flash.redirect("/", "You are signed out.")


def _led_on(request: Request[Any, Any, Any], sessions: Sessions, to: str) -> Redirect | None:
    """The way on for who has signed in already."""
    visitor = sessions.known(request)
    if visitor and visitor.role != GUEST:
        return Redirect(local(to), status_code=303)
    return None


def _sign_in_page(form: Form, status: int = 200) -> Response[Any]:
    return page("accounts/sign_in.html", status=status, form=form)


def _sign_up_page(form: Form, status: int = 200) -> Response[Any]:
    return page("accounts/sign_up.html", status=status, form=form)


def _later(answer: Response[Any], form: Form, error: TooManyRequestsException) -> Response[Any]:
    form.errors["name"] = error.detail
    answer.headers.update(error.headers or {})
    return answer


def _begin(request: Request[Any, Any, Any], sessions: Sessions, account: Account) -> None:
    sessions.sign_in(request, User(id=account.user_id, name=account.name, role=account.role))


def routes(accounts: Callable[[], Accounts]) -> Router:
    """The module's pages, working on the service that `accounts` gives."""
    return Router(
        "/",
        route_handlers=[show_sign_in, sign_in, show_sign_up, sign_up, sign_out],
        dependencies={"accounts": provided(accounts)},
    )
