"""The products module's own tables."""

from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table, Text, text

from web.idempotency import idempotency_keys as _idempotency_keys

metadata = MetaData(schema="products")
idempotency_keys = _idempotency_keys(metadata)

# SQLite counts rows up without reuse only in a column it calls INTEGER.
_ROW_ID = BigInteger().with_variant(Integer, "sqlite")

products = Table(
    "products",
    metadata,
    Column("id", _ROW_ID, primary_key=True, autoincrement=True),
    Column("title", String(200), nullable=False),
    Column("description", Text, nullable=False),
    Column("image", Text, nullable=False),
    Column("state", String(10), nullable=False),
    sqlite_autoincrement=True,
)

like_counts = Table(
    "like_counts",
    metadata,
    Column("product_id", BigInteger, primary_key=True, autoincrement=False),
    Column("likes", BigInteger, nullable=False),
)

# Both databases read this alike; SQLAlchemy would want a statement for each.
COUNT_ONE_MORE = text(
    "INSERT INTO products.like_counts (product_id, likes) VALUES (:product_id, 1) "
    "ON CONFLICT (product_id) DO UPDATE SET likes = like_counts.likes + 1"
)
