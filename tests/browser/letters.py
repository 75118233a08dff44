"""Dead letters of products, put there as somebody else's mistake."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import httpx
from sqlalchemy import insert, select, update
from uuid_utils import uuid7

from bus import Database
from bus.admin import State
from bus.storage import BusTables
from bus.storage.tables import now
from features.eventually import eventually
from features.shop import Shop
from tests.browser.windows import session_cookie
from web.session import COOKIE

_SCRIPT = '{"product_id":"<script>alert(1)</script>","user_id":"x"}'


class Letters:
    """What somebody else would ask about them."""

    def __init__(self, shop: Shop, client: httpx.Client) -> None:
        self._shop = shop
        self._client = client
        self._came: Sequence[str] = []
        """Those of this test, whatever became of them."""

    def ids(self) -> list[str]:
        """Their ids, oldest first."""
        answer = self._client.get("/api/bus/products/dead-letters").raise_for_status()
        return [each["id"] for each in answer.json()]

    def send(self) -> None:
        """Have likes log an event that products cannot read."""
        database = Database(self._shop.database_of("likes"), "likes")
        with database.transaction() as connection:
            connection.execute(
                insert(BusTables("likes").outbox).values(
                    event_id=str(uuid7()),
                    type="likes.product_liked",
                    version=1,
                    subject=str(uuid7()),
                    time=now(),
                    correlation_id=str(uuid7()),
                    data=_SCRIPT,
                )
            )
        database.dispose()

    def add(self) -> None:
        """Send such an event, and wait until it is a dead letter."""
        self.send()
        eventually(self._insist_on_another)

    def mend(self) -> None:
        """Let products read them, if they are tried again."""
        inbox = BusTables("products").inbox
        database = Database(self._shop.database_of("products"), "products")
        with database.transaction() as connection:
            for row in connection.execute(select(inbox).where(inbox.c.state == State.DEAD)).all():
                readable = row.message.replace(b'"<script>alert(1)</script>"', b"1000000000")
                connection.execute(
                    update(inbox).where(inbox.c.id == row.id).values(message=readable)
                )
        database.dispose()

    def discard(self) -> None:
        """Leave none to the next test."""
        address = "/api/bus/products/dead-letters/discard"
        self._client.post(address, json={"reason": "the test ends"}).raise_for_status()

    def insist_on_applied(self) -> None:
        """All that came were applied after all."""
        for id_ in self._came:
            answer = self._client.get(f"/api/bus/products/dead-letters/{id_}")
            assert answer.raise_for_status().json()["state"] == "applied"

    def _insist_on_another(self) -> None:
        ids = self.ids()
        assert len(ids) == len(self._came) + 1
        self._came = ids


@contextmanager
def open_letters(shop: Shop, secret_key: str) -> Iterator[Letters]:
    """None at first, and none at the end."""
    cookies = {COOKIE: session_cookie(secret_key, "keeper", "admin")}
    with httpx.Client(base_url=shop.url, cookies=cookies) as client:
        letters = Letters(shop, client)
        letters.discard()
        yield letters
        letters.discard()
