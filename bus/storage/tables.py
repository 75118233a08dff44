"""The bus's tables, which every participant has in its own schema.

Times are text in UTC with microseconds (`2026-01-31T12:00:00.000000Z`): they sort, they are the
form that CloudEvents wants, and both databases keep them alike.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

# SQLite counts rows up without reuse only in a column it calls INTEGER.
ROW_ID = BigInteger().with_variant(Integer, "sqlite")
TIME = String(27)
UUID_TEXT = String(36)
NAME = String(200)


def now() -> str:
    """The present time as the tables keep it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def time_from(text: str) -> str:
    """A time in ISO 8601 as the tables keep it, in UTC; one without a zone is taken as UTC.

    A date means its first moment. Raises ValueError.
    """
    try:
        time = datetime.fromisoformat(text)
        utc = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{text} is beyond all times") from error
    return utc.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def as_time(moment: float) -> str:
    """Seconds since 1970 as the tables keep times."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def seconds_since(time: str) -> float:
    """The seconds that have passed since a time of the tables."""
    return (datetime.now(UTC) - datetime.fromisoformat(time)).total_seconds()


class BusTables:
    """The tables of one participant.

    outbox: the event log; an event that no other one caused has an origin. `log`: one row
    with the epoch that is being written and the position up to which a broker has confirmed (null
    where no broker was used since). `epochs`: the epoch before each, and its start. `cursors`: how
    far this subscriber has read each source. `moves`: where its cursors stood at the end of each
    second in which they moved. `inbox`: messages that failed, and those that wait behind them.
    """

    def __init__(self, schema: str) -> None:
        self.metadata = MetaData(schema=schema)
        self.outbox = _outbox(self.metadata)
        self.log = _log(self.metadata)
        self.epochs = _epochs(self.metadata)
        self.cursors = _cursors(self.metadata)
        self.moves = _moves(self.metadata)
        self.inbox = _inbox(self.metadata)


def _outbox(metadata: MetaData) -> Table:
    table = Table(
        "outbox",
        metadata,
        Column("id", ROW_ID, primary_key=True, autoincrement=True),
        Column("position", BigInteger, nullable=True),
        Column("epoch", UUID_TEXT, nullable=True),
        Column("event_id", UUID_TEXT, nullable=False),
        Column("type", NAME, nullable=False),
        Column("version", Integer, nullable=False),
        Column("subject", NAME, nullable=False),
        Column("time", TIME, nullable=False),
        Column("correlation_id", NAME, nullable=False),
        Column("causation_id", NAME, nullable=True),
        Column("traceparent", NAME, nullable=True),
        Column("data", Text, nullable=False),
        Column("origin", NAME, nullable=True),
        sqlite_autoincrement=True,
    )
    Index("outbox_position", table.c.position, unique=True)
    unstamped = text("position IS NULL")
    Index("outbox_unstamped", table.c.id, postgresql_where=unstamped, sqlite_where=unstamped)
    # Partial, so that the relay pays for them and not the request.
    stamped = text("position IS NOT NULL")
    for name, column in (
        ("outbox_correlation", table.c.correlation_id),
        ("outbox_time", table.c.time),
    ):
        Index(name, column, postgresql_where=stamped, sqlite_where=stamped)
    return table


def _log(metadata: MetaData) -> Table:
    return Table(
        "log",
        metadata,
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("epoch", UUID_TEXT, nullable=False),
        Column("confirmed", BigInteger, nullable=True),
    )


def _epochs(metadata: MetaData) -> Table:
    return Table(
        "epochs",
        metadata,
        Column("epoch", UUID_TEXT, primary_key=True),
        Column("previous", UUID_TEXT, nullable=True),
        Column("start", BigInteger, nullable=False),
    )


def _cursors(metadata: MetaData) -> Table:
    return Table(
        "cursors",
        metadata,
        Column("source", NAME, primary_key=True),
        Column("epoch", UUID_TEXT, primary_key=True),
        Column("position", BigInteger, nullable=False),
        Column("last_event_id", UUID_TEXT, nullable=True),
        Column("parked", Integer, nullable=False),
        Column("trial", Boolean, nullable=False),
        Column("resend", Boolean, nullable=False),
        Column("fault", Text, nullable=True),
        Column("moved", TIME, nullable=True),
    )


def _moves(metadata: MetaData) -> Table:
    table = Table(
        "moves",
        metadata,
        Column("id", ROW_ID, primary_key=True, autoincrement=True),
        Column("source", NAME, nullable=False),
        Column("epoch", UUID_TEXT, nullable=False),
        Column("position", BigInteger, nullable=False),
        Column("time", TIME, nullable=False),
        sqlite_autoincrement=True,
    )
    Index("moves_position", table.c.source, table.c.epoch, table.c.position)
    return table


def _inbox(metadata: MetaData) -> Table:
    table = Table(
        "inbox",
        metadata,
        Column("id", String(12), primary_key=True),
        Column("state", String(10), nullable=False),
        Column("source", NAME, nullable=False),
        Column("epoch", UUID_TEXT, nullable=False),
        Column("position", BigInteger, nullable=False),
        Column("subject", NAME, nullable=False),
        Column("type", NAME, nullable=False),
        Column("event_id", UUID_TEXT, nullable=True),
        Column("correlation_id", NAME, nullable=True),
        Column("message", LargeBinary, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("causes", Text, nullable=False),
        Column("next_attempt", Float, nullable=True),
        Column("stored", TIME, nullable=False),
        Column("settled", TIME, nullable=True),
        Column("reason", Text, nullable=True),
    )
    Index("inbox_subject", table.c.source, table.c.subject, table.c.epoch, table.c.position)
    Index("inbox_due", table.c.state, table.c.next_attempt)
    return table
