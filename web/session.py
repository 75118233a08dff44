"""Who is asking: a signed cookie that every process can verify with the secret key alone."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import Any

from itsdangerous import BadData, URLSafeSerializer
from litestar import Request
from litestar.datastructures import Cookie, MutableScopeHeaders
from litestar.types import Message, Scope
from uuid_utils import uuid7

COOKIE = "session"
LIFETIME_SECONDS = 30 * 24 * 3600
"""How long a session lasts; it is renewed when half of that has passed."""

_NEW = "new_session"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Whoever a session belongs to; an anonymous one is a guest."""

    id: str
    name: str
    role: str
    expires: int
    """Seconds since 1970."""


class Sessions:
    """Reads and writes the cookie."""

    def __init__(self, secret_key: str, clock: Callable[[], float] = time.time) -> None:
        self._serializer = URLSafeSerializer(
            secret_key, salt="session", signer_kwargs={"digest_method": sha256}
        )
        self._clock = clock

    def visitor(self, request: Request[Any, Any, Any]) -> Visitor:
        """Who is asking; a new guest if the cookie is missing, expired or not of our making."""
        known = self.read(request.cookies.get(COOKIE, ""))
        if known and known.expires - self._clock() > LIFETIME_SECONDS / 2:
            return known
        visitor = replace(known, expires=self._expiry()) if known else self.new_guest()
        request.scope["state"][_NEW] = self.cookie(visitor, secure=request.url.scheme == "https")
        return visitor

    def new_guest(self) -> Visitor:
        """An anonymous visitor, never seen before."""
        return Visitor(id=str(uuid7()), name="guest", role="guest", expires=self._expiry())

    def read(self, text: str) -> Visitor | None:
        """The visitor that the cookie's text names, if we signed it and it is still good."""
        try:
            visitor = Visitor(**self._serializer.loads(text))
        except (BadData, TypeError):
            return None
        return visitor if visitor.expires > self._clock() else None

    def cookie(self, visitor: Visitor, *, secure: bool) -> Cookie:
        """The cookie that makes a browser this visitor."""
        return Cookie(
            key=COOKIE,
            value=self._serializer.dumps(asdict(visitor)),
            path="/",
            max_age=LIFETIME_SECONDS,
            httponly=True,
            samesite="lax",
            secure=secure,
        )

    def _expiry(self) -> int:
        return int(self._clock()) + LIFETIME_SECONDS


async def keep_session(message: Message, scope: Scope) -> None:
    """Hand out the cookie of a session that began or was renewed while this was answered."""
    cookie: Cookie | None = scope["state"].get(_NEW)
    if cookie and message["type"] == "http.response.start":
        headers = MutableScopeHeaders.from_message(message)
        headers.add("Set-Cookie", cookie.to_header(header=""))
