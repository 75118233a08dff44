"""Where an injector's providers become Litestar's dependencies."""

from collections.abc import Callable
from typing import Any

from litestar.di import Provide


def provided(provider: Callable[[], Any]) -> Provide:
    """Give handlers what `provider` gives.

    The closure is needed: Litestar reads the signature of what it is given, and an injector's
    provider has none that it can read.
    """
    return Provide(lambda: provider(), sync_to_thread=False)
