"""One module alone in this process."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache

from dependency_injector import providers

from app.container import MODULE_NAMES, Application, assemble, dispose
from app.settings import settings_from


@contextmanager
def open_module(module: str, settings: Mapping[str, str]) -> Iterator[Application]:
    """The module alone on migrated databases, the same one for the same settings."""
    application = _alone(module, frozenset(settings.items()))
    yield application
    dispose(application)


@cache
def _alone(module: str, settings: frozenset[tuple[str, str]]) -> Application:
    # With a key, so that none is made and kept in the working directory.
    settled = settings_from({**dict(settings), "APP_SECRET_KEY": "k" * 32}, MODULE_NAMES)
    container = assemble(settled).hosted()[module]
    return Application(settings=settled, hosted=providers.Object({module: container}))
