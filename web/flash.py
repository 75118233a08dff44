"""A word to the visitor that the next page says, once: it travels in a signed cookie."""

from hashlib import sha256
from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer
from litestar import Request
from litestar.datastructures import Cookie, MutableScopeHeaders
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.response import Redirect
from litestar.types import Message, Scope

COOKIE = "flash"
SECONDS_KEPT = 60
_SAID = "flash_said"


class Flash:
    """Signs and reads such words."""

    def __init__(self, secret_key: str) -> None:
        self._serializer = URLSafeTimedSerializer(
            secret_key, salt="flash", signer_kwargs={"digest_method": sha256}
        )

    def redirect(self, to: str, say: str = "") -> Redirect:
        """Go on to this page of ours with a GET, which says this."""
        cookie = Cookie(
            key=COOKIE,
            value=self._serializer.dumps(say),
            max_age=SECONDS_KEPT,
            httponly=True,
            samesite="lax",
        )
        return Redirect(to, status_code=303, cookies=[cookie] if say else [])

    def take(self, request: Request[Any, Any, Any]) -> str:
        """What this page is to say, or nothing; the answer makes the browser forget it."""
        text = request.cookies.get(COOKIE)
        if not text:
            return ""
        request.scope["state"][_SAID] = True
        try:
            return str(self._serializer.loads(text, max_age=SECONDS_KEPT))
        except BadData:
            return ""


FlashWords = SkipValidation[NamedDependency[Flash]]


async def forget_flash(message: Message, scope: Scope) -> None:
    """Take back the cookie of what was said."""
    if message["type"] == "http.response.start" and scope["state"].get(_SAID):
        cookie = Cookie(key=COOKIE, value="", max_age=0, httponly=True, samesite="lax")
        MutableScopeHeaders.from_message(message).add("Set-Cookie", cookie.to_header(header=""))
