"""Waiting for what has to happen, and no longer."""

import time
from collections.abc import Callable
from typing import TypeVar

from tests.services.processes import PATIENCE_SECONDS

T = TypeVar("T")


def eventually(look: Callable[[], T], within: float = PATIENCE_SECONDS) -> T:
    """What `look` returns once it no longer fails an assertion; at the deadline it may fail."""
    deadline = time.monotonic() + within
    while True:
        began = time.monotonic()
        try:
            return look()
        except AssertionError:
            if time.monotonic() > deadline:
                raise
            # As long again as the look took: whoever is looked at gets on, on a slow machine, too.
            time.sleep(max(0.02, time.monotonic() - began))
