"""Live pages: a stream of server-sent events that says that something changed, never what.

A page that shows what a module has asks its stream, and asks anew for a part of itself whenever the
stream says `changed`:

    <section sse-connect="/live/likes">
      <div hx-get="/" hx-trigger="sse:changed">…</div>
    </section>

The module has the route, and tells `Live.stream` whom to watch:

    @get("/live/likes", sync_to_thread=False)
    def stream_changes(live: LiveStreams, participant: ThisParticipant) -> Stream:
        return live.stream(participant.watch)

A stream that waits holds neither a thread nor a connection to a database. Browsers close theirs
while nobody looks at the page (web/static/site.js), and each begins with `changed`, so that nothing
is missed.
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
"""Of one process; whoever comes then is told to come again, and sees the page without them."""

KEEP_ALIVE_SECONDS = 15.0
"""How long a stream is silent at most, so that proxies see that it lives."""

QUIET_SECONDS = 0.5
"""How long it waits after it said `changed`: all that changes meanwhile is said once."""

_CHANGED = b"event: changed\ndata:\n\n"
_KEEP_ALIVE = b":\n\n"


class Watched(Protocol):
    """What can be watched, as the bus's participants can by their `watch`."""

    def watching(self, tell: Callable[[], None]) -> AbstractContextManager[None]:
        """Call `tell`, from any thread, whenever it may have changed while the block runs."""

    def renew(self) -> None:
        """Be told that it is still watched, every KEEP_ALIVE_SECONDS."""


class Live:
    """The streams of one process."""

    def __init__(self, most: int = STREAMS_AT_ONCE) -> None:
        self._most = most
        self._guard = threading.Lock()
        self._streams: set[_Bell] = set()
        self._closed = False

    def stream(self, *watched: Watched) -> Stream:
        """Answer with a stream of what changes there; raises 503 when there are too many."""
        if self._closed or len(self._streams) >= self._most:
            raise ServiceUnavailableException("Too many pages are open for live updates.")
        headers = {"X-Accel-Buffering": "no"}
        return Stream(self._events(watched), media_type="text/event-stream", headers=headers)

    def close(self) -> None:
        """End every stream, now and from now on; from any thread."""
        with self._guard:
            self._closed = True
            bells = list(self._streams)
        for bell in bells:
            bell.ring()

    async def _events(self, watched: tuple[Watched, ...]) -> AsyncIterator[bytes]:
        bell = _Bell()
        with ExitStack() as stack:
            self._enter(bell)
            stack.callback(self._leave, bell)
            for each in watched:
                stack.enter_context(each.watching(bell.ring))
            while True:
                if self._closed:
                    return
                yield _CHANGED
                await self._quiet()
                while not await bell.rings_within(KEEP_ALIVE_SECONDS):
                    for each in watched:
                        each.renew()
                    yield _KEEP_ALIVE

    async def _quiet(self) -> None:
        # In steps, so that the end of the process need not wait for it.
        for _ in range(10):
            if not self._closed:
                await asyncio.sleep(QUIET_SECONDS / 10)

    def _enter(self, bell: "_Bell") -> None:
        with self._guard:
            self._streams.add(bell)

    def _leave(self, bell: "_Bell") -> None:
        with self._guard:
            self._streams.discard(bell)


LiveStreams = SkipValidation[NamedDependency[Live]]


class _Bell:
    """Rung from any thread, heard in the event loop that made it; many rings are heard as one."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._rung = asyncio.Event()
        self._told = False

    def ring(self) -> None:
        if not self._told:
            self._told = True
            self._loop.call_soon_threadsafe(self._rung.set)

    async def rings_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._rung.wait(), seconds)
        except TimeoutError:
            return False
        # Forgotten first: what rings from now on is heard next time.
        self._told = False
        self._rung.clear()
        return True
