"""Drains the shop's log into the store: `drain TRANSPORT EFFECT [LOGGED]`.

TRANSPORT is memory or rabbitmq. EFFECT is copy (a batch reaction) or count (one event at a time,
which reads back what it writes). LOGGED events are logged and applied before. It reports the rate
from the start of the bus to the last effect, and the growth of the process after the first tenth in
MB.
"""

import sys
import threading
import time
from pathlib import Path

from benchmarks.ours.world import World
from benchmarks.task import COUNT, report


def main(transport: str, effect: str, logged: str = "0") -> None:
    """Fill the log, then drain it."""
    world, before = World(transport, effect), min(int(logged), 100 * COUNT)
    if before:
        world.log(0, before)
        world.assign_positions()
    world.log(before, COUNT)
    began = time.perf_counter()
    with world.bus:
        world.wait_for_position(before + COUNT // 10)
        growth = Growth()
        world.wait_for_position(before + COUNT)
        seconds = time.perf_counter() - began
    report(rate=COUNT / seconds, grown=growth.end())


class Growth:
    """Measures the growth of this process, ten times a second."""

    def __init__(self) -> None:
        self._first = self._most = resident_mb()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def end(self) -> float:
        """The largest growth in MB."""
        self._ended.set()
        self._thread.join()
        return self._most - self._first

    def _watch(self) -> None:
        while not self._ended.wait(0.1):
            self._most = max(self._most, resident_mb())


def resident_mb() -> float:
    """The resident memory of this process in MB; 0 on systems other than Linux."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
