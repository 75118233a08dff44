"""The tables of the products module."""

from sqlalchemy import BigInteger, Column, MetaData, String, Table, Text, text

from bus.storage import ROW_ID
from web.idempotency import idempotency_keys as _idempotency_keys

metadata = MetaData(schema="products")
idempotency_keys = _idempotency_keys(metadata)

# Databases differ in how they ignore case, so searches use the folded text.
products = Table(
    "products",
    metadata,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("title", String(200), nullable=False),
    Column("description", Text, nullable=False),
    Column("image", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("folded", Text, nullable=False, server_default=""),
    sqlite_autoincrement=True,
)

like_counts = Table(
    "like_counts",
    metadata,
    Column("product_id", BigInteger, primary_key=True, autoincrement=False),
    Column("likes", BigInteger, nullable=False),
)

# As text, since SQLAlchemy needs a different upsert for each database; these run on both.
ADD_LIKES = text(
    "INSERT INTO products.like_counts (product_id, likes) VALUES (:product_id, :likes) "
    "ON CONFLICT (product_id) DO UPDATE SET likes = like_counts.likes + excluded.likes"
)
SUBTRACT_LIKES = text(
    "UPDATE products.like_counts SET likes = likes - :likes WHERE product_id = :product_id"
)
