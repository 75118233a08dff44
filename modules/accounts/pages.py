"""The HTML pages for signing up, in and out."""

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
    """Show the form. `next` is the page to go to afterwards, at once if already signed in."""
    return _redirect_signed_in(request, sessions, next_) or _sign_in_page(
        Form({"_next": local(next_)})
    )


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
        return _with_retry_after(_sign_in_page(form, 429), form, error)
    _start_session(request, sessions, account)
    return flash.redirect(local(form["_next"]), f"Welcome back, {account.name}.")


@get("/sign-up", sync_to_thread=True)
def show_sign_up(
    request: Request[Any, Any, Any], sessions: TheseSessions, next_: Next = "/"
) -> Response[Any]:
    """Show the form for a new account, or redirect if already signed in."""
    return _redirect_signed_in(request, sessions, next_) or _sign_up_page(
        Form({"_next": local(next_)})
    )


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
        return _with_retry_after(_sign_up_page(form, 429), form, error)
    _start_session(request, sessions, account)
    return flash.redirect(local(form["_next"]), f"Welcome, {account.name}.")


@post("/sign-out", sync_to_thread=False)
def sign_out(
    request: Request[Any, Any, Any], sessions: TheseSessions, flash: FlashWords
) -> Response[Any]:
    """Sign out: remove the session cookie."""
    sessions.sign_out(request)
    return flash.redirect("/", "You are signed out.")


def _redirect_signed_in(
    request: Request[Any, Any, Any], sessions: Sessions, to: str
) -> Redirect | None:
    """A redirect if the visitor is already signed in."""
    visitor = sessions.known(request)
    if visitor and visitor.role != GUEST:
        return Redirect(local(to), status_code=303)
    return None


def _sign_in_page(form: Form, status: int = 200) -> Response[Any]:
    return page("accounts/sign_in.html", status=status, form=form)


def _sign_up_page(form: Form, status: int = 200) -> Response[Any]:
    return page("accounts/sign_up.html", status=status, form=form)


def _with_retry_after(
    answer: Response[Any], form: Form, error: TooManyRequestsException
) -> Response[Any]:
    form.errors["name"] = error.detail
    answer.headers.update(error.headers or {})
    return answer


def _start_session(request: Request[Any, Any, Any], sessions: Sessions, account: Account) -> None:
    sessions.sign_in(request, User(id=account.user_id, name=account.name, role=account.role))


def routes(accounts: Callable[[], Accounts]) -> Router:
    """The pages of the module, for the service that `accounts` provides."""
    return Router(
        "/",
        route_handlers=[show_sign_in, sign_in, show_sign_up, sign_up, sign_out],
        dependencies={"accounts": provided(accounts)},
    )
