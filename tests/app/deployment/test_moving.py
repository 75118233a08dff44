"""From one process to one per module and back, on the same data, while people go on working."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from features.eventually import eventually
from features.shop import Shop, open_shop
from tests.services import wait_until

NEEDS = ["products", "likes"]

WORKERS = 4
ACTIONS_PER_SHAPE = 200


@dataclass
class Site:
    """Where people find the shop now, and what they have done there so far."""

    url: str = ""
    done: int = 0
    is_over: bool = False
    titles: dict[int, str] = field(default_factory=dict)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def ask(self, client: httpx.Client, method: str, path: str, **request: Any) -> httpx.Response:
        """The answer of the shop, asked again for as long as it is away."""
        while True:
            with self.changed:
                assert self.changed.wait_for(lambda: self.url, 60), "the shop does not come back"
                url = self.url
            try:
                answer = client.request(method, f"{url}{path}", timeout=30, **request)
            except httpx.TransportError:
                continue
            if answer.status_code not in (502, 503, 504):
                return answer

    def note(self) -> None:
        with self.changed:
            self.done += 1

    def moves_to(self, url: str) -> None:
        with self.changed:
            self.url = url
            self.changed.notify_all()


def work(site: Site, worker: int) -> None:
    """Add products, edit them and like them; each answer must be the one that is due."""
    number = 0
    while not site.is_over:
        number += 1
        name = f"{worker}-{number}"
        product = {"title": name, "description": "", "image": "image"}
        with httpx.Client() as client:
            key = {"Idempotency-Key": name}
            added = site.ask(client, "POST", "/api/products", json=product, headers=key)
            assert added.status_code == 201, added.text
            id_ = added.json()["id"]
            for edit in range(3):
                title = f"{name} edit {edit}"
                edited = site.ask(
                    client, "PUT", f"/api/products/{id_}", json={**product, "title": title}
                )
                assert edited.status_code == 200, edited.text
                site.titles[id_] = title
                site.note()
            like(site, client, id_)


def like(site: Site, client: httpx.Client, product: int) -> None:
    """Like it once; a like whose answer was lost is known by the 409 of its repetition."""
    site.ask(client, "GET", "/api/user")  # who likes it

    def has_come() -> None:
        answer = site.ask(client, "POST", f"/api/products/{product}/like")
        assert answer.status_code in (201, 409), answer.text

    eventually(has_come, within=60)  # a 404 until likes has heard of it
    site.note()


@contextmanager
def people_at_work(site: Site) -> Iterator[None]:
    """Several people work until the block ends, and finish what they have begun."""
    with ThreadPoolExecutor(WORKERS) as pool:
        at_work = [pool.submit(work, site, worker) for worker in range(WORKERS)]
        try:
            yield
        finally:
            site.is_over = True
    for each in at_work:
        each.result()


@pytest.mark.matrix
@pytest.mark.timeout(900)
def test_the_shop_moves_while_people_work_and_nothing_is_lost_or_repeated(
    tmp_path: Path, rabbitmq_url: str, postgres_url: str
) -> None:
    settings = {
        "APP_BUS": "rabbitmq",
        "APP_RABBITMQ_URL": rabbitmq_url,
        "APP_DATABASE_URL": postgres_url,
        "APP_SECRET_KEY": "k" * 32,
    }
    site = Site()
    with ExitStack() as last:
        with people_at_work(site):
            for split in (False, True):
                with open_shop(tmp_path, settings, split=split) as shop:
                    people_go_on(site, shop)
                # It ended in the middle of what they did.
                site.moves_to("")
            shop = last.enter_context(open_shop(tmp_path, settings))
            people_go_on(site, shop)
        eventually(lambda: shows_what_was_done(shop, site))


def people_go_on(site: Site, shop: Shop) -> None:
    """They find the shop where it is now, and do some more."""
    site.moves_to(shop.url)
    enough = site.done + ACTIONS_PER_SHAPE
    wait_until(lambda: site.done >= enough, what="people to go on", timeout=90)


def shows_what_was_done(shop: Shop, site: Site) -> None:
    """Both modules show each product once, as it was edited last, with its one like."""
    for path in ("/api/products", "/api/likes"):
        shown = httpx.get(f"{shop.url}{path}", params={"limit": 1000}).json()
        assert [each["id"] for each in shown] == sorted(site.titles)
        assert {each["id"]: each["title"] for each in shown} == site.titles
        assert {each["likes"] for each in shown} == {1}
    modules = httpx.get(f"{shop.url}/api/bus").json()["modules"]
    assert {each["dead"] for each in modules.values()} == {0}
