"""`app serve --migrate` as it is, or without some of it, to see what that costs."""

import sys
from typing import Any

from app.__main__ import main
from bus import Bus, UnitOfWork
from bus.signals.waker import Waker


def nothing(*_told: Any) -> None:
    """Does nothing."""


def itself(bus: Bus) -> Bus:
    """A bus that was not started."""
    return bus


WITHOUT = {
    "with-event": (),
    "without-event": ((UnitOfWork, "publish", nothing),),
    # Nobody is woken: a bus that is not started would connect anew for each notification.
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
