"""The tables of the score module."""

from sqlalchemy import BigInteger, Column, Index, MetaData, String, Table, text

from bus.storage import ROW_ID

metadata = MetaData(schema="score")

# `cpf` is null if an operator discarded the registration but entries were applied.
people = Table(
    "people",
    metadata,
    Column("person_id", String(36), primary_key=True),
    Column("cpf", String(11), nullable=True),
    Column("income", BigInteger, nullable=False),
    Column("asset", BigInteger, nullable=False),
    Column("debt", BigInteger, nullable=False),
)
# Not unique: a CPF may be registered again before the erasure is applied.
Index("people_cpf", people.c.cpf, people.c.person_id)

entries = Table(
    "entries",
    metadata,
    Column("person_id", String(36), primary_key=True),
    Column("kind", String(12), primary_key=True),
    Column("entry_id", BigInteger, primary_key=True, autoincrement=False),
    Column("points", BigInteger, nullable=False),
)

history = Table(
    "history",
    metadata,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("person_id", String(36), nullable=False),
    Column("at", String(27), nullable=False),
    Column("score", BigInteger, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("points", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)
Index("history_person", history.c.person_id, history.c.id)

# As text, since SQLAlchemy needs a different upsert for each database; these run on both.
REGISTER = text(
    "INSERT INTO score.people (person_id, cpf, income, asset, debt) "
    "VALUES (:person_id, :cpf, 0, 0, 0) "
    "ON CONFLICT (person_id) DO UPDATE SET cpf = excluded.cpf "
    "RETURNING income + asset + debt"
)
ADD_POINTS = text(
    "INSERT INTO score.people (person_id, income, asset, debt) "
    "VALUES (:person_id, :income, :asset, :debt) "
    "ON CONFLICT (person_id) DO UPDATE SET income = people.income + excluded.income, "
    "asset = people.asset + excluded.asset, debt = people.debt + excluded.debt "
    "RETURNING income + asset + debt"
)
