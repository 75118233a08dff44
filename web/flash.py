"""Flash messages: a text that the next page shows once, carried in a signed cookie."""

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
_TAKEN = "flash_taken"


class Flash:
    """Signs and reads flash messages."""

    def __init__(self, secret_key: str) -> None:
        self._serializer = URLSafeTimedSerializer(
            secret_key, salt="flash", signer_kwargs={"digest_method": sha256}
        )

    def redirect(self, to: str, say: str = "") -> Redirect:
        """A redirect (303) to a page of this site, which shows the message `say`."""
        cookie = Cookie(
            key=COOKIE,
            value=self._serializer.dumps(say),
            max_age=SECONDS_KEPT,
            httponly=True,
            samesite="lax",
        )
        return Redirect(to, status_code=303, cookies=[cookie] if say else [])

    def take(self, request: Request[Any, Any, Any]) -> str:
        """The message to show, or an empty text. The answer removes the cookie."""
        text = request.cookies.get(COOKIE)
        if not text:
            return ""
        request.scope["state"][_TAKEN] = True
        try:
            return str(self._serializer.loads(text, max_age=SECONDS_KEPT))
        except BadData:
            return ""


FlashWords = SkipValidation[NamedDependency[Flash]]


async def clear_flash(message: Message, scope: Scope) -> None:
    """Remove the cookie of a message that was shown."""
    if message["type"] == "http.response.start" and scope["state"].get(_TAKEN):
        cookie = Cookie(key=COOKIE, value="", max_age=0, httponly=True, samesite="lax")
        MutableScopeHeaders.from_message(message).add("Set-Cookie", cookie.to_header(header=""))
