"""Streams that say that something changed: when, how often, for how long and how many."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar.exceptions import ServiceUnavailableException

from features.shop import open_shop
from web.live import QUIET_SECONDS, Live

CHANGED = b"event: changed\ndata:\n\n"


class Thing:
    """Something that is watched."""

    def __init__(self) -> None:
        self.watchers: list[Callable[[], None]] = []
        self.renewed = 0

    @contextmanager
    def watching(self, tell: Callable[[], None]) -> Iterator[None]:
        self.watchers.append(tell)
        try:
            yield
        finally:
            self.watchers.remove(tell)

    def renew(self) -> None:
        self.renewed += 1

    def change(self) -> None:
        for tell in self.watchers:
            tell()


def events(live: Live, thing: Thing) -> AsyncIterator[bytes]:
    """The events of one stream as they come."""
    iterator: Any = live.stream(thing).iterator
    return aiter(iterator)


def test_a_stream_says_it_at_first_and_after_each_change() -> None:
    async def look() -> list[bytes]:
        thing = Thing()
        stream = events(Live(), thing)
        first = await anext(stream)
        asyncio.get_running_loop().call_later(0.05, thing.change)
        return [first, await asyncio.wait_for(anext(stream), 10)]

    assert asyncio.run(look()) == [CHANGED, CHANGED]


def test_changes_in_quick_succession_are_said_once() -> None:
    async def look() -> float:
        thing = Thing()
        stream = events(Live(), thing)
        await anext(stream)
        began = time.monotonic()
        for _ in range(1000):
            thing.change()
        await anext(stream)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(stream), QUIET_SECONDS * 2)
        return time.monotonic() - began

    assert asyncio.run(look()) >= QUIET_SECONDS * 2


def test_a_silent_stream_stays_alive_and_renews(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.live.KEEP_ALIVE_SECONDS", 0.01)
    thing = Thing()

    async def look() -> bytes:
        stream = events(Live(), thing)
        await anext(stream)
        return await asyncio.wait_for(anext(stream), 10)

    assert asyncio.run(look()) == b":\n\n"
    assert thing.renewed


def test_who_has_gone_watches_no_more() -> None:
    thing = Thing()

    async def look() -> None:
        stream: Any = events(Live(), thing)
        await anext(stream)
        assert len(thing.watchers) == 1
        await stream.aclose()

    asyncio.run(look())
    assert thing.watchers == []


def test_there_are_not_too_many_streams() -> None:
    async def look() -> None:
        live, thing = Live(most=1), Thing()
        stream: Any = events(live, thing)
        await anext(stream)
        with pytest.raises(ServiceUnavailableException):
            live.stream(thing)
        await stream.aclose()
        live.stream(thing)

    asyncio.run(look())


def test_all_streams_end_when_they_are_closed_and_none_begins() -> None:
    async def look() -> None:
        live, thing = Live(), Thing()
        stream = events(live, thing)
        await anext(stream)
        asyncio.get_running_loop().call_later(0.05, live.close)
        with pytest.raises(StopAsyncIteration):
            await asyncio.wait_for(anext(stream), 10)
        with pytest.raises(ServiceUnavailableException):
            live.stream(thing)

    asyncio.run(look())


@pytest.mark.needs("products")
def test_a_served_stream_tells_of_a_like_and_ends_with_the_server(tmp_path: Path) -> None:
    settings = {"APP_DATABASE_URL": f"sqlite:///{tmp_path}/{{module}}.db"}
    product = {"title": "mug", "image": "image"}

    with open_shop(tmp_path, settings) as shop, httpx.Client(base_url=shop.url, timeout=10) as web:
        head = web.head("/live/products")
        with web.stream("GET", "/live/products") as stream:
            lines = stream.iter_lines()
            first = next(line for line in lines if line)
            httpx.post(f"{shop.url}/api/products", json=product).raise_for_status()
            second = next(line for line in lines if line.startswith("event"))
            shop.server.terminate()
            rest = list(lines)
            status = shop.server.wait(10)

    assert head.status_code == 200
    assert head.headers["Content-Type"].startswith("text/event-stream")
    assert [first, second] == ["event: changed"] * 2
    assert "event" not in "".join(rest).replace("event: changed", "")
    assert status == 0
