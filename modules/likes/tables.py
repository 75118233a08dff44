"""The tables of the likes module."""

from sqlalchemy import BigInteger, Boolean, Column, Index, MetaData, String, Table, Text, text

metadata = MetaData(schema="likes")

product_user = Table(
    "product_user",
    metadata,
    Column("product_id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", String(36), primary_key=True),
)

# A stored number, since counting the rows of a popular product at each read is slow.
like_tallies = Table(
    "like_tallies",
    metadata,
    Column("product_id", BigInteger, primary_key=True, autoincrement=False),
    Column("likes", BigInteger, nullable=False),
)

# Databases differ in how they ignore case, so searches use the folded text.
product_copies = Table(
    "product_copies",
    metadata,
    Column("product_id", BigInteger, primary_key=True, autoincrement=False),
    Column("title", String(200), nullable=False),
    Column("description", Text, nullable=False),
    Column("image", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("folded", Text, nullable=False, server_default=""),
)
Index("product_copies_shown", product_copies.c.state, product_copies.c.product_id)

# As text, since SQLAlchemy needs a different upsert for each database; these run on both.
INCREMENT_TALLY = text(
    "INSERT INTO likes.like_tallies (product_id, likes) VALUES (:product_id, 1) "
    "ON CONFLICT (product_id) DO UPDATE SET likes = like_tallies.likes + 1 RETURNING likes"
)
COPY_PRODUCT = text(
    "INSERT INTO likes.product_copies "
    "(product_id, title, description, image, state, deleted, folded) "
    "VALUES (:product_id, :title, :description, :image, :state, FALSE, :folded) "
    "ON CONFLICT (product_id) DO UPDATE SET title = excluded.title, "
    "description = excluded.description, image = excluded.image, state = excluded.state, "
    "folded = excluded.folded "
    "WHERE NOT product_copies.deleted"
)
LEAVE_TOMBSTONE = text(
    "INSERT INTO likes.product_copies (product_id, title, description, image, state, deleted) "
    "VALUES (:product_id, '', '', '', '', TRUE) "
    "ON CONFLICT (product_id) DO UPDATE SET title = '', description = '', image = '', "
    "state = '', deleted = TRUE, folded = ''"
)
