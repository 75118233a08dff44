"""Waiting for what has to happen, and no longer."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

DEADLINE_SECONDS = 15.0


def eventually(look: Callable[[], T], within: float = DEADLINE_SECONDS) -> T:
    """What `look` returns once it no longer fails an assertion; at the deadline it may fail."""
    deadline = time.monotonic() + within
    while True:
        try:
            return look()
        except AssertionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
