"""One module alone in this process."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from dependency_injector import providers

from app.container import MODULE_NAMES, Application, assemble, dispose
from app.migrations import upgrade
from app.settings import settings_from


@contextmanager
def open_module(module: str, settings: Mapping[str, str]) -> Iterator[Application]:
    """The module alone, migrated."""
    # With a key, so that none is made and kept in the working directory.
    settled = settings_from({**settings, "APP_SECRET_KEY": "k" * 32}, MODULE_NAMES)
    container = assemble(settled).hosted()[module]
    application = Application(settings=settled, hosted=providers.Object({module: container}))
    upgrade(application.databases()[module])
    yield application
    dispose(application)
