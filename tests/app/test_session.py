"""Sessions: a signed cookie that only the holder of the key can make, and only for a while."""

from typing import Any

import pytest
from litestar import Request
from litestar.testing import RequestFactory

from web.session import COOKIE, LIFETIME_SECONDS, Sessions, Visitor

KEY = "k" * 32
NOW = 1_700_000_000.0


def asking(sessions: Sessions, cookie: str = "", scheme: str = "http") -> tuple[Visitor, str]:
    """Who a request with this cookie is, and the cookie that the answer sets."""
    factory = RequestFactory(scheme=scheme)
    request: Request[Any, Any, Any] = factory.get("/", headers={"Cookie": f"{COOKIE}={cookie}"})
    request.scope.setdefault("state", {})
    visitor = sessions.visitor(request)
    fresh = request.scope["state"].get("new_session")
    return visitor, fresh.to_header(header="") if fresh else ""


def cookie_value(header: str) -> str:
    return header.strip().removeprefix(f"{COOKIE}=").split(";")[0]


def at(moment: float, key: str = KEY) -> Sessions:
    return Sessions(key, clock=lambda: moment)


def test_a_new_visitor_gets_a_cookie_that_scripts_cannot_read() -> None:
    visitor, header = asking(at(NOW))

    assert (visitor.name, visitor.role) == ("guest", "guest")
    assert "HttpOnly" in header
    assert "SameSite=lax" in header
    assert "Path=/" in header
    assert "Secure" not in header


def test_over_https_the_cookie_stays_on_https() -> None:
    assert "Secure" in asking(at(NOW), scheme="https")[1]


def test_another_process_with_the_key_knows_the_visitor() -> None:
    visitor, header = asking(at(NOW))

    assert asking(at(NOW + 1), cookie_value(header)) == (visitor, "")


@pytest.mark.parametrize(
    "spoil",
    [
        # Not the last character: some of its bits mean nothing.
        lambda cookie: cookie[:-9] + ("A" if cookie[-9] != "A" else "B") + cookie[-8:],
        lambda cookie: "x" + cookie,
        lambda _cookie: "nonsense",
        lambda _cookie: "a.b",
    ],
)
def test_a_tampered_cookie_is_a_new_visitor(spoil: Any) -> None:
    visitor, header = asking(at(NOW))

    stranger, fresh = asking(at(NOW), spoil(cookie_value(header)))

    assert stranger.id != visitor.id
    assert fresh


def test_another_key_is_another_shop() -> None:
    visitor, header = asking(at(NOW))

    assert asking(at(NOW, key="o" * 32), cookie_value(header))[0].id != visitor.id


def test_an_expired_session_is_a_new_visitor() -> None:
    visitor, header = asking(at(NOW))

    assert asking(at(NOW + LIFETIME_SECONDS), cookie_value(header))[0].id != visitor.id


def test_a_session_in_use_is_renewed_and_stays_the_same_visitor() -> None:
    visitor, header = asking(at(NOW))

    later, fresh = asking(at(NOW + LIFETIME_SECONDS * 0.6), cookie_value(header))

    assert later.id == visitor.id
    assert later.expires > visitor.expires
    assert fresh
