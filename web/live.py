"""Live pages: streams of server-sent events that say that something changed, but not what.

A page opens the stream of its module, and loads a part of itself again at each event `changed`:

    <section sse-connect="/live/likes">
      <div hx-get="/" hx-trigger="sse:changed">…</div>
    </section>

The module has the route, and passes what to watch to `Live.stream`:

    @get("/live/likes", sync_to_thread=False)
    def stream_changes(live: LiveStreams, participant: ThisParticipant) -> Stream:
        return live.stream(participant.watch)

A waiting stream holds neither a thread nor a database connection. Browsers close the stream of a
hidden page (web/static/site.js). Each stream begins with `changed`, so that no change is missed.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, ExitStack
from typing import Protocol

from litestar.di import NamedDependency
from litestar.exceptions import ServiceUnavailableException
from litestar.params import SkipValidation
from litestar.response import Stream

STREAMS_AT_ONCE = 500
"""The most streams of one process. Further requests get 503; their pages work without updates."""

KEEP_ALIVE_SECONDS = 15.0
"""The longest silence of a stream, so that proxies do not close it."""

QUIET_SECONDS = 0.5
"""The pause after an event `changed`. All changes in it become one event."""

_CHANGED = b"event: changed\ndata:\n\n"
_KEEP_ALIVE = b":\n\n"


class Watched(Protocol):
    """Something that reports its changes, such as the `watch` of a participant of the bus."""

    def watching(self, tell: Callable[[], None]) -> AbstractContextManager[None]:
        """Call `tell`, from any thread, at each possible change while the block runs."""

    def renew(self) -> None:
        """Called every KEEP_ALIVE_SECONDS while it is still watched."""


class Live:
    """All live streams of one process."""

    def __init__(self, most: int = STREAMS_AT_ONCE) -> None:
        self._most = most
        self._guard = threading.Lock()
        self._streams: set[_Signal] = set()
        self._closed = False

    def stream(self, *watched: Watched) -> Stream:
        """An answer that streams the changes of `watched`. Raises a 503 error beyond the limit."""
        if self._closed or len(self._streams) >= self._most:
            raise ServiceUnavailableException("Too many pages are open for live updates.")
        headers = {"X-Accel-Buffering": "no"}
        return Stream(self._events(watched), media_type="text/event-stream", headers=headers)

    def close(self) -> None:
        """End all streams, also those to come. May be called from any thread."""
        with self._guard:
            self._closed = True
            signals = list(self._streams)
        for signal in signals:
            signal.set()

    async def _events(self, watched: tuple[Watched, ...]) -> AsyncIterator[bytes]:
        signal = _Signal()
        with ExitStack() as stack:
            self._add(signal)
            stack.callback(self._remove, signal)
            for each in watched:
                stack.enter_context(each.watching(signal.set))
            while True:
                if self._closed:
                    return
                yield _CHANGED
                await self._pause()
                while not await signal.wait(KEEP_ALIVE_SECONDS):
                    for each in watched:
                        each.renew()
                    yield _KEEP_ALIVE

    async def _pause(self) -> None:
        # In steps, so that the process can end without waiting for it.
        for _ in range(10):
            if not self._closed:
                await asyncio.sleep(QUIET_SECONDS / 10)

    def _add(self, signal: "_Signal") -> None:
        with self._guard:
            self._streams.add(signal)

    def _remove(self, signal: "_Signal") -> None:
        with self._guard:
            self._streams.discard(signal)


LiveStreams = SkipValidation[NamedDependency[Live]]


class _Signal:
    """An event set from any thread and awaited in the event loop that created it.

    Several settings before a wait count as one.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._event = asyncio.Event()
        self._is_set = False

    def set(self) -> None:
        if not self._is_set:
            self._is_set = True
            self._loop.call_soon_threadsafe(self._event.set)

    async def wait(self, seconds: float) -> bool:
        """True if it was set within these seconds; it is cleared then."""
        try:
            await asyncio.wait_for(self._event.wait(), seconds)
        except TimeoutError:
            return False
        # This first: a setting from now on counts for the next wait.
        self._is_set = False
        self._event.clear()
        return True
