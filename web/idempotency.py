"""Requests that may be repeated: the first answer is kept with what it did, and given again.

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

KEPT = timedelta(hours=24)
"""How long an answer is kept."""

USED_BEFORE = "This form was used before. Send it again to add this one, too."
"""What is wrong with a form that `IdempotentRequest.does` refuses."""

_DONE = 201
_DROPPED_AT_ONCE = 100

IdempotencyKey = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern="^[!-~]*$",
        description="Makes it safe to repeat the request: within 24 h it is done once.",
    ),
]


def idempotency_keys(metadata: MetaData) -> Table:
    """The table in which a module keeps its answers; `about` marks those to be deleted together."""
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
    """An open transaction."""

    @property
    def connection(self) -> Connection: ...


class Writer(Protocol):
    """Whose units of work join one that is open already, as the bus's participants' do."""

    def unit_of_work(self) -> AbstractContextManager[Work]: ...


class IdempotentRequest:
    """What one request does, done once for its key."""

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
        """What `do` answers, or what it has answered to the same request with the same key.

        What `do` changes and the answer are kept in one transaction; an error keeps neither. The
        same key with another body, or `about` another, is answered 422; by which path is the same.
        """
        if self._id is None:
            return do()
        asked = _digest(about or "", body.model_dump_json())
        with self._writer.unit_of_work() as work:
            while not self._claim(work.connection, self._id, asked, about):
                kept = self._kept(work.connection, self._id)
                # None where what it was about was erased in this instant: now the key is new.
                if kept is not None:
                    return _replay(kept, asked)
            response = do()
            self._keep(work.connection, self._id, response)
            return response

    def run_once(
        self, body: BaseModel, do: Callable[[], object], *, about: str | None = None
    ) -> bool:
        """Do what a form asks for, once; False when it has asked for something else before."""

        def answer() -> Response[None]:
            do()
            return Response(None, status_code=_DONE)

        return self.answer(body, answer, about=about).status_code == _DONE

    def _claim(self, connection: Connection, id_: str, asked: str, about: str | None) -> bool:
        """Whether the key is new; waits for another request with it that is being answered."""
        table, now = self._table, datetime.now(UTC)
        expired = table.c.kept_since < (now - KEPT).isoformat()
        connection.execute(delete(table).where(expired, table.c.id == id_))
        postgresql = connection.dialect.name == "postgresql"
        into = postgresql_insert(table) if postgresql else sqlite_insert(table)
        claimed = into.values(id=id_, request=asked, about=about, kept_since=now.isoformat())
        new = claimed.on_conflict_do_nothing().returning(table.c.id)
        return connection.execute(new).one_or_none() is not None

    def _keep(self, connection: Connection, id_: str, response: Response[Any]) -> None:
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
        self._drop_expired(connection)

    def _drop_expired(self, connection: Connection) -> None:
        # What others hold is left to them: waiting for it here could be a deadlock.
        table = self._table
        expired = table.c.kept_since < (datetime.now(UTC) - KEPT).isoformat()
        some = select(table.c.id).where(expired).limit(_DROPPED_AT_ONCE)
        dropped = table.c.id.in_(some.with_for_update(skip_locked=True))
        connection.execute(delete(table).where(dropped))

    def _kept(self, connection: Connection, id_: str) -> Row[Any] | None:
        kept = select(self._table).where(self._table.c.id == id_)
        return connection.execute(kept).one_or_none()


def _replay(kept: Row[Any], asked: str) -> Response[Any]:
    if kept.request != asked:
        return problem(
            422,
            "This Idempotency-Key was used for another request.",
            title="Idempotency key reused",
            type_="urn:problem-type:idempotency-key-reused",
        )
    return Response(
        msgspec.json.decode(kept.body),
        status_code=kept.status,
        headers=msgspec.json.decode(kept.headers),
    )


IdempotentOnly = SkipValidation[NamedDependency[IdempotentRequest]]


def once_in(writer: Callable[[], Writer], table: Table) -> Provide:
    """Give handlers a IdempotentRequest that keeps its answers in the module's table."""

    def once(
        request: Request[Any, Any, Any],
        visitor: SkipValidation[NamedDependency[Visitor]],
        idempotency_key: IdempotencyKey = None,
    ) -> IdempotentRequest:
        return IdempotentRequest(writer(), table, request, visitor, idempotency_key)

    return Provide(once, sync_to_thread=False)


def once_in_form(writer: Callable[[], Writer], table: Table) -> Provide:
    """The same for forms, which carry their key: `{{ forms.once() }}`."""

    def once(
        request: Request[Any, Any, Any],
        visitor: SkipValidation[NamedDependency[Visitor]],
        form: SentForm,
    ) -> IdempotentRequest:
        return IdempotentRequest(writer(), table, request, visitor, form["_once"] or None)

    return Provide(once, sync_to_thread=False)


def _id_of(key: str, request: Request[Any, Any, Any], visitor: Visitor) -> str:
    account = "" if visitor.role == GUEST else visitor.id
    return _digest(request.route_handler.handler_name, account, key)


def _digest(*parts: str) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()
