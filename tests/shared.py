"""Applications that the tests of a worker have one after another, since making one takes long.

What a test changes in the databases is gone with their files or rows. Whatever else it changes of
an application it puts back, as `monkeypatch` does.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache, lru_cache

from litestar.types import ASGIApp

from app.container import MODULE_NAMES, Application, assemble, dispose
from app.server.application import web_application
from app.settings import settings_from


@contextmanager
def shared_application(settings: Mapping[str, str]) -> Iterator[Application]:
    """All modules with these settings; its connections are closed at the end."""
    application = _made(frozenset(settings.items()))
    yield application
    dispose(application)


@cache
def _made(settings: frozenset[tuple[str, str]]) -> Application:
    return assemble(settings_from(dict(settings), MODULE_NAMES))


@lru_cache(maxsize=16)
def routes_of(application: Application) -> ASGIApp:
    """All its routes, built once."""
    return web_application(application)
