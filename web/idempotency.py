"""Idempotent requests: the first answer is stored with its changes, and repeats get it again.

Source: https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Annotated, Any, Protocol, TypeVar

import msgspec
from litestar import Request, Response
from litestar.di import NamedDependency, Provide
from litestar.params import HeaderParameter, SkipValidation
from pydantic import BaseModel
from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    Row,
    String,
    Table,
    Text,
    delete,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from web.forms import SentForm
from web.problems import problem
from web.session import GUEST, Visitor

T = TypeVar("T")

RETENTION = timedelta(hours=24)
"""The time for which an answer is stored."""

USED_BEFORE = "This form was used before. Send it again to add this one, too."
"""The error message for a form that `IdempotentRequest.run_once` refuses."""

_DONE = 201
_MAX_DELETED = 100

IdempotencyKey = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern="^[!-~]*$",
        description="Makes the request safe to repeat: within 24 h it is done only once.",
    ),
]


def idempotency_keys(metadata: MetaData) -> Table:
    """A module's table of stored answers. Those with the same `about` can be deleted together."""
    return Table(
        "idempotency_keys",
        metadata,
        Column("id", String(64), primary_key=True),
        Column("request", String(64), nullable=False),
        Column("status", Integer, nullable=True),
        Column("headers", Text, nullable=True),
        Column("body", Text, nullable=True),
        Column("about", String(200), nullable=True, index=True),
        Column("kept_since", String(32), nullable=False, index=True),
    )


class Work(Protocol):
    """An open transaction, such as a unit of work of the bus."""

    @property
    def connection(self) -> Connection: ...


class Writer(Protocol):
    """A source of transactions, such as a participant of the bus. An inner one joins the outer."""

    def unit_of_work(self) -> AbstractContextManager[Work]: ...


class IdempotentRequest:
    """One request with its idempotency key. Without a key it runs each time."""

    def __init__(
        self,
        writer: Writer,
        table: Table,
        request: Request[Any, Any, Any],
        visitor: Visitor,
        key: str | None,
    ) -> None:
        self._writer = writer
        self._table = table
        self._id = key and _id_of(key, request, visitor)

    def answer(
        self, body: BaseModel, do: Callable[[], Response[T]], *, about: str | None = None
    ) -> Response[Any]:
        """Call `do` and store its answer; for a repeated key, return the stored answer.

        The changes of `do` and the answer are committed in one transaction, or neither on an error.
        The same key with another body or another `about` is answered 422. The path does not matter.
        """
        if self._id is None:
            return do()
        request = _digest(about or "", body.model_dump_json())
        with self._writer.unit_of_work() as work:
            while not self._claim(work.connection, self._id, request, about):
                stored = self._find(work.connection, self._id)
                # None if the answer was erased just now. Then the next claim succeeds.
                if stored is not None:
                    return _replay(stored, request)
            response = do()
            self._store(work.connection, self._id, response)
            return response

    def run_once(
        self, body: BaseModel, do: Callable[[], object], *, about: str | None = None
    ) -> bool:
        """Call `do`, once per key. False if the key was used before for another body."""

        def answer() -> Response[None]:
            do()
            return Response(None, status_code=_DONE)

        return self.answer(body, answer, about=about).status_code == _DONE

    def _claim(self, connection: Connection, id_: str, request: str, about: str | None) -> bool:
        """True if the key is new. Waits while another request with the same key is running."""
        table, now = self._table, datetime.now(UTC)
        expired = table.c.kept_since < (now - RETENTION).isoformat()
        connection.execute(delete(table).where(expired, table.c.id == id_))
        postgresql = connection.dialect.name == "postgresql"
        into = postgresql_insert(table) if postgresql else sqlite_insert(table)
        claimed = into.values(id=id_, request=request, about=about, kept_since=now.isoformat())
        new = claimed.on_conflict_do_nothing().returning(table.c.id)
        return connection.execute(new).one_or_none() is not None

    def _store(self, connection: Connection, id_: str, response: Response[Any]) -> None:
        table = self._table
        connection.execute(
            update(table)
            .where(table.c.id == id_)
            .values(
                status=response.status_code,
                headers=msgspec.json.encode(dict(response.headers)).decode(),
                body=msgspec.json.encode(response.content).decode(),
            )
        )
        self._delete_expired(connection)

    def _delete_expired(self, connection: Connection) -> None:
        # Rows that others have locked are skipped: waiting for them could be a deadlock.
        table = self._table
        expired = table.c.kept_since < (datetime.now(UTC) - RETENTION).isoformat()
        some = select(table.c.id).where(expired).limit(_MAX_DELETED)
        deleted = table.c.id.in_(some.with_for_update(skip_locked=True))
        connection.execute(delete(table).where(deleted))

    def _find(self, connection: Connection, id_: str) -> Row[Any] | None:
        stored = select(self._table).where(self._table.c.id == id_)
        return connection.execute(stored).one_or_none()


def _replay(stored: Row[Any], request: str) -> Response[Any]:
    if stored.request != request:
        return problem(
            422,
            "This Idempotency-Key was used for another request.",
            title="Idempotency key reused",
            type_="urn:problem-type:idempotency-key-reused",
        )
    return Response(
        msgspec.json.decode(stored.body),
        status_code=stored.status,
        headers=msgspec.json.decode(stored.headers),
    )


ThisIdempotentRequest = SkipValidation[NamedDependency[IdempotentRequest]]


def idempotent_by_header(writer: Callable[[], Writer], table: Table) -> Provide:
    """A dependency for an IdempotentRequest with the key of the header, stored in `table`."""

    def idempotent(
        request: Request[Any, Any, Any],
        visitor: SkipValidation[NamedDependency[Visitor]],
        idempotency_key: IdempotencyKey = None,
    ) -> IdempotentRequest:
        return IdempotentRequest(writer(), table, request, visitor, idempotency_key)

    return Provide(idempotent, sync_to_thread=False)


def idempotent_by_form(writer: Callable[[], Writer], table: Table) -> Provide:
    """A dependency for an IdempotentRequest with the key of `{{ forms.idempotency_key() }}`."""

    def idempotent(
        request: Request[Any, Any, Any],
        visitor: SkipValidation[NamedDependency[Visitor]],
        form: SentForm,
    ) -> IdempotentRequest:
        return IdempotentRequest(writer(), table, request, visitor, form["_once"] or None)

    return Provide(idempotent, sync_to_thread=False)


def _id_of(key: str, request: Request[Any, Any, Any], visitor: Visitor) -> str:
    account = "" if visitor.role == GUEST else visitor.id
    return _digest(request.route_handler.handler_name, account, key)


def _digest(*parts: str) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()
