"""Runs `app serve --migrate`, complete or without a part whose cost is to be measured."""

import sys
from typing import Any

from app.__main__ import main
from bus import Bus, UnitOfWork
from bus.signals.waker import Waker


def nothing(*_told: Any) -> None:
    """Do nothing."""


def itself(bus: Bus) -> Bus:
    """Return the bus without starting it."""
    return bus


WITHOUT = {
    "with-event": (),
    "without-event": ((UnitOfWork, "publish", nothing),),
    # No signals: a bus that is not started would open a connection for each.
    "logged-only": (
        (Bus, "__enter__", itself),
        (Bus, "__exit__", nothing),
        (Waker, "wake", nothing),
    ),
}

if __name__ == "__main__":
    for owner, name, other in WITHOUT[sys.argv[1]]:
        setattr(owner, name, other)
    sys.argv = ["app", "serve", "--migrate"]
    main()
