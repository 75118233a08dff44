"""Gaps: the events that a subscriber misses, and the times at which to ask its sources for them."""

import time
from dataclasses import dataclass

from bus.signals.topics import LOOK_SECONDS

_LONGEST_PAUSE = 300.0


@dataclass(slots=True)
class _Gap:
    until: int
    ask_at: float
    pause: float
    is_certain: bool


class Gaps:
    """One outstanding request per source, repeated with growing pauses while nothing comes.

    A gap is given `patience` seconds to close by itself before the first request.
    """

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._gaps: dict[str, _Gap] = {}

    def ahead(self, source: str, position: int) -> None:
        """Note that a message further on has come, so that events between are missing."""
        soon = time.monotonic() + self._patience
        gap = self._gaps.get(source)
        if gap is None:
            self._gaps[source] = _Gap(position, soon, 5 * self._patience, is_certain=True)
            return
        gap.until = max(gap.until, position)
        if not gap.is_certain:
            gap.is_certain = True
            gap.ask_at = min(gap.ask_at, soon)
        # The source is heard again: what was asked in vain for long is asked again soon.
        gap.pause = 5 * self._patience
        gap.ask_at = min(gap.ask_at, time.monotonic() + gap.pause)

    def suspect(self, source: str, position: int) -> None:
        """Note that the next event may be lost; the source was asked where its log ends."""
        if source not in self._gaps:
            pause = 5 * self._patience
            at = time.monotonic() + pause
            self._gaps[source] = _Gap(position, at, 2 * pause, is_certain=False)

    def moved(self, source: str, position: int) -> None:
        """Note that the cursor has moved: the gap may be closed, or is being filled."""
        gap = self._gaps.get(source)
        if gap is None:
            return
        if position >= gap.until:
            del self._gaps[source]
        else:
            gap.pause = 5 * self._patience
            gap.ask_at = time.monotonic() + gap.pause

    def ends(self, source: str, position: int) -> None:
        """Note that the source's log ends at `position`, where the cursor stands.

        A head before the gap's end does not close it.
        """
        gap = self._gaps.get(source)
        if gap and gap.until <= position + 1:
            del self._gaps[source]

    def due(self) -> list[str]:
        """The sources to ask now."""
        now = time.monotonic()
        return [source for source, gap in self._gaps.items() if gap.ask_at <= now]

    def asked(self, source: str) -> None:
        """Note that the source was asked; the next pause is longer."""
        gap = self._gaps[source]
        gap.ask_at = time.monotonic() + gap.pause
        gap.pause = min(2 * gap.pause, _LONGEST_PAUSE)

    def seconds_until_due(self) -> float:
        """The seconds to wait for messages at most before the gaps are due again."""
        now = time.monotonic()
        due = min((gap.ask_at for gap in self._gaps.values()), default=now + LOOK_SECONDS)
        return min(max(due - now, 0.0), LOOK_SECONDS)
