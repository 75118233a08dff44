"""The bus's tables as `Participant.create_tables` makes them, in a fraction of the time.

What that says to a database is written down the first time, and said again for each other schema.
"""

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event
from uuid_utils import uuid7

from bus import Participant

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CHANGES = re.compile(r"\s*(CREATE|ALTER|INSERT|UPDATE)\b")
_statements: dict[str, list[tuple[str, Any]]] = {}
"""Of each kind of database, with {schema} where the schema's name was."""


def create_tables(participant: Participant) -> None:
    """Make the tables of a participant that has none, with an epoch of its own."""
    database = participant.database
    kind = database.engine.dialect.name
    if kind not in _statements:
        with _written_down() as said:
            participant.create_tables()
        schema = re.compile(rf"\b{participant.name}\b(?=\.|$)")
        _statements[kind] = [(schema.sub("{schema}", text), values) for text, values in said]
        return
    epoch = str(uuid7())
    with database.transaction() as connection:
        for text, values in _statements[kind]:
            statement = text.replace("{schema}", participant.name)
            connection.exec_driver_sql(statement, _with_epoch(values, epoch))


@contextmanager
def _written_down() -> Iterator[list[tuple[str, Any]]]:
    """The statements of this thread that change something while the block lasts."""
    thread = threading.get_ident()
    said: list[tuple[str, Any]] = []

    def write_down(*arguments: Any) -> None:
        _connection, _cursor, statement, values, *_ = arguments
        if _CHANGES.match(statement) and threading.get_ident() == thread:
            said.append((statement, values))

    event.listen(Engine, "before_cursor_execute", write_down)
    yield said
    event.remove(Engine, "before_cursor_execute", write_down)


def _with_epoch(values: Any, epoch: str) -> Any:
    """The values with this epoch where another one was."""

    def renewed(value: Any) -> Any:
        return epoch if isinstance(value, str) and _UUID.fullmatch(value) else value

    if isinstance(values, Mapping):
        return {name: renewed(value) for name, value in values.items()}
    assert isinstance(values, Sequence)
    return tuple(map(renewed, values))
