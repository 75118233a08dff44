"""The tables of both web peers, in the style of SQLAlchemy's ORM quick start, and their engine.

Commits are as durable as ours: PostgreSQL by default, SQLite with WAL and `synchronous=FULL`.
"""

import os
from typing import Any

from sqlalchemy import Text, create_engine, event, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

DATABASE_URL = os.environ["PEER_DATABASE_URL"]
THREADS = 16


class Base(DeclarativeBase):
    pass


class Product(Base):
    __tablename__ = "products"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    description: Mapped[str] = mapped_column(Text)
    image: Mapped[str] = mapped_column(Text)
    state: Mapped[str]
    likes: Mapped[int] = mapped_column(default=0)


class Like(Base):
    __tablename__ = "likes"

    product_id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)


class OutboxEvent(Base):
    """An outbox row, written with each change. A relay for it is not part of the benchmark."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[str]
    type: Mapped[str]
    subject: Mapped[str]
    time: Mapped[str]
    correlation_id: Mapped[str]
    data: Mapped[str] = mapped_column(Text)


def engine_options() -> dict[str, Any]:
    """Options for a pool with a connection per server thread."""
    return {"pool_size": THREADS, "pool_pre_ping": True}


def keep_durable(engine: Any) -> None:
    """Set the safest mode on SQLite, as SQLAlchemy's page on that dialect shows."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA busy_timeout = 30000")


def make_engine() -> Any:
    engine = create_engine(DATABASE_URL, **engine_options())
    keep_durable(engine)
    return engine


def fill(session: Session, products: int) -> None:
    """Add products, each with a like."""
    for number in range(1, products + 1):
        session.add(
            Product(
                title=f"product {number}",
                description="d" * 300,
                image="i" * 500,
                state="active",
                likes=1,
            )
        )
        session.add(Like(product_id=number, user_id="somebody"))
    session.commit()


def storefront(session: Session, user_id: str, limit: int) -> tuple[list[dict[str, Any]], int]:
    """A page of the active products as this visitor sees them, and the number of all."""
    active = Product.state == "active"
    total = session.scalar(select(func.count()).select_from(Product).where(active)) or 0
    mine = (Like.product_id == Product.id) & (Like.user_id == user_id)
    page = (
        select(Product, Like.user_id.is_not(None))
        .outerjoin(Like, mine)
        .where(active)
        .order_by(Product.id)
        .limit(limit)
    )
    return [
        {
            "id": product.id,
            "title": product.title,
            "description": product.description,
            "image": product.image,
            "likes": product.likes,
            "liked": liked,
        }
        for product, liked in session.execute(page)
    ], total
