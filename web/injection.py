"""Turns the providers of an injector into Litestar dependencies."""

from collections.abc import Callable
from typing import Any

from litestar.di import Provide


def provided(provider: Callable[[], Any]) -> Provide:
    """A Litestar dependency with the value of `provider`.

    The closure is needed: Litestar inspects the signature, and that of an injector's provider
    cannot be inspected.
    """
    return Provide(lambda: provider(), sync_to_thread=False)
