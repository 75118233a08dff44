"""Database start-up: databases are prepared before use, one that is away in the background."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping

import structlog

from app.migrations import DatabaseAway
from app.settings import Settings, SettingsError
from bus import Database

_SECONDS_BETWEEN_TRIES = 1.0

_log = structlog.get_logger(__name__)

Prepare = Callable[[Mapping[str, Database], Settings], None]
"""Makes databases ready, or checks that they are; raises SettingsError and DatabaseAway."""


def prepare_all(databases: Mapping[str, Database], settings: Settings, prepare: Prepare) -> None:
    """Prepare those that answer, and the others in the background when they come.

    Raises SettingsError as `prepare` does, also for a file, which nothing but an operator mends.
    """
    absent = dict(_absent(databases, settings, prepare))
    if absent:
        meanwhile = threading.Thread(target=_await, args=(absent, settings, prepare), daemon=True)
        meanwhile.start()


def _absent(
    databases: Mapping[str, Database], settings: Settings, prepare: Prepare
) -> Iterator[tuple[str, Database]]:
    """The databases that do not answer; of several on one server only the first is logged."""
    away = set()
    for module, database in databases.items():
        if database.url in away:
            yield module, database
            continue
        try:
            prepare({module: database}, settings)
        except DatabaseAway as error:
            if database.is_sqlite:
                raise
            away.add(database.url)
            _log.warning("serving without a database until it comes", error=str(error))
            yield module, database


def _await(absent: Mapping[str, Database], settings: Settings, prepare: Prepare) -> None:
    for module, database in absent.items():
        while not _comes(module, database, settings, prepare):
            time.sleep(_SECONDS_BETWEEN_TRIES)


def _comes(module: str, database: Database, settings: Settings, prepare: Prepare) -> bool:
    try:
        prepare({module: database}, settings)
    except DatabaseAway:
        return False
    except SettingsError as error:
        # Readiness goes on saying so.
        _log.error("a database came that cannot be used", error=str(error))
    return True
