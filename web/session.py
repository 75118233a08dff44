"""Sessions: signed cookies that every process can verify with only the secret key."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from itsdangerous import BadData, URLSafeSerializer
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie, MutableScopeHeaders
from litestar.types import Message, Scope
from uuid_utils import uuid7

Role: TypeAlias = Literal["guest", "customer", "admin"]
Connection = ASGIConnection[Any, Any, Any, Any]

COOKIE = "session"
GUEST: Role = "guest"
LIFETIME_SECONDS = 30 * 24 * 3600
"""Lifetime of a guest's session. It is renewed by a request after half of that time."""

SIGNED_IN_SECONDS = 12 * 3600
"""Lifetime of an account's session. It is renewed by a request after half of that time."""

SIGN_IN_AGAIN_SECONDS = 7 * 24 * 3600
"""Longest time from signing in to the end of an account's session, with all renewals."""

_COOKIES_CACHED = 1_000
_LONGEST_COOKIE = 4_096  # the limit of browsers
_NEW = "new_session"
_UUID = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\Z"


class Visitor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The owner of a session, signed in or a guest. Times are seconds since 1970."""

    id: Annotated[str, msgspec.Meta(pattern=_UUID)]
    name: str
    role: Role
    expires: int
    since: int = 0
    """The time of signing in; 0 for a guest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """The part of a visitor that is sent to it."""

    id: str
    name: str
    role: Role


def user_of(visitor: Visitor) -> User:
    """The part of a visitor that is sent to it."""
    return User(id=visitor.id, name=visitor.name, role=visitor.role)


class Sessions:
    """Reads, begins, renews and ends sessions. A session is stored only in its cookie."""

    def __init__(self, secret_key: str, clock: Callable[[], float] = time.time) -> None:
        self._serializer = URLSafeSerializer(
            secret_key, salt="session", signer_kwargs={"digest_method": sha256}
        )
        self._clock = clock
        # Cached, as the content of a signed cookie never changes. The expiry is checked each time.
        self._signed = lru_cache(maxsize=_COOKIES_CACHED)(self._verify)

    def visitor(self, request: Request[Any, Any, Any]) -> Visitor:
        """The visitor of a request; a new guest if the cookie is missing, expired or not ours."""
        known = self.known(request)
        if known is None:
            known = Visitor(
                id=str(uuid7()), name="guest", role=GUEST, expires=self._now() + LIFETIME_SECONDS
            )
            self._set_cookie(request, known)
        return known

    def known(self, connection: Connection) -> Visitor | None:
        """The visitor of a valid session cookie, or None. Renews the session if it is time."""
        visitor = self._read(connection.cookies.get(COOKIE, ""))
        if visitor is None or visitor.expires - self._now() > _lifetime(visitor) / 2:
            return visitor
        renewed = msgspec.structs.replace(visitor, expires=self._renewed_expiry(visitor))
        if renewed.expires > visitor.expires:
            self._set_cookie(connection, renewed)
        return renewed

    def sign_in(self, connection: Connection, user: User) -> None:
        """Begin a session of this account: the answer sets its cookie."""
        now = self._now()
        visitor = Visitor(
            id=user.id, name=user.name, role=user.role, expires=now + SIGNED_IN_SECONDS, since=now
        )
        self._set_cookie(connection, visitor)

    def sign_out(self, connection: Connection) -> None:
        """End the session: the answer removes its cookie."""
        connection.scope["state"][_NEW] = self._cookie(connection, "", max_age=0)

    def _read(self, text: str) -> Visitor | None:
        """The visitor in a cookie's text, if the signature is ours and it has not expired."""
        visitor = self._signed(text) if len(text) <= _LONGEST_COOKIE else None
        is_valid = visitor is not None and self._now() < min(visitor.expires, _end(visitor))
        return visitor if is_valid else None

    def _verify(self, text: str) -> Visitor | None:
        """The visitor in a cookie's text, if the signature is ours."""
        try:
            content = self._serializer.loads(text)
            visitor = msgspec.convert(content, Visitor)
        except (BadData, msgspec.ValidationError):
            return None
        # Base64 has several spellings of the same bytes. Only ours is accepted.
        return visitor if self._serializer.dumps(content) == text else None

    def _renewed_expiry(self, visitor: Visitor) -> int:
        return int(min(self._now() + _lifetime(visitor), _end(visitor)))

    def _set_cookie(self, connection: Connection, visitor: Visitor) -> None:
        text = self._serializer.dumps(msgspec.to_builtins(visitor))
        max_age = visitor.expires - self._now()
        connection.scope["state"][_NEW] = self._cookie(connection, text, max_age)

    def _cookie(self, connection: Connection, text: str, max_age: int) -> Cookie:
        return Cookie(
            key=COOKIE,
            value=text,
            path="/",
            max_age=max_age,
            httponly=True,
            samesite="lax",
            secure=connection.url.scheme == "https",
        )

    def _now(self) -> int:
        return int(self._clock())


def _lifetime(visitor: Visitor) -> int:
    return LIFETIME_SECONDS if visitor.role == GUEST else SIGNED_IN_SECONDS


def _end(visitor: Visitor) -> float:
    return float("inf") if visitor.role == GUEST else visitor.since + SIGN_IN_AGAIN_SECONDS


async def set_session_cookie(message: Message, scope: Scope) -> None:
    """Add the cookie of a session that began, ended or was renewed during this request."""
    cookie: Cookie | None = scope["state"].get(_NEW)
    if cookie and message["type"] == "http.response.start":
        headers = MutableScopeHeaders.from_message(message)
        headers.add("Set-Cookie", cookie.to_header(header=""))
