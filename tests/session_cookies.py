"""Session cookies as the server makes them, for tests of who may do what."""

from functools import cache
from typing import Any

from litestar import Request
from litestar.testing import RequestFactory

from web.session import COOKIE, Sessions, User, Visitor

KEY = "k" * 32
NOW = 1_700_000_000.0
BOSS = User(id="01890a5d-ac96-774b-bcce-b302099a8057", name="Boss", role="admin")


@cache
def requests_over(scheme: str) -> RequestFactory:
    """Makes requests; to make it takes a while."""
    return RequestFactory(scheme=scheme)


def request_with(cookie: str = "", scheme: str = "http") -> Request[Any, Any, Any]:
    """A request that brings this cookie."""
    headers = {"Cookie": f"{COOKIE}={cookie}"}
    request: Request[Any, Any, Any] = requests_over(scheme).get("/", headers=headers)
    request.scope["state"] = {}
    return request


def answered(request: Request[Any, Any, Any]) -> str:
    """The Set-Cookie header of its answer, or nothing."""
    fresh = request.scope["state"].get("new_session")
    return fresh.to_header(header="").strip() if fresh else ""


def asking(sessions: Sessions, cookie: str = "", scheme: str = "http") -> tuple[Visitor, str]:
    """Who a request with this cookie is, and the cookie that the answer sets."""
    request = request_with(cookie, scheme)
    return sessions.visitor(request), answered(request)


def signed_in(sessions: Sessions, user: User = BOSS) -> str:
    """The cookie header that somebody gets who signs in."""
    request = request_with()
    sessions.sign_in(request, user)
    return answered(request)


def cookie_value(header: str) -> str:
    return header.removeprefix(f"{COOKIE}=").split(";")[0]


def at(moment: float, key: str = KEY) -> Sessions:
    return Sessions(key, clock=lambda: moment)
