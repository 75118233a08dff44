"""What can be done with products: a method per use case."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from bus import Participant
from modules.products.domain import Product, State, UnknownProduct
from modules.products.published import ProductCreated, ProductDeleted, ProductUpdated
from modules.products.tables import like_counts, products
from web.paging import LIMIT, OFFSET, with_total
from web.text import folded

Expectation = Callable[[Product], None]
"""Raises when the product is not, or no longer, what the caller takes it for."""


def _anything(_present: Product) -> None:
    pass


class Products:
    """The products, and the announcements of what becomes of them."""

    def __init__(self, participant: Participant) -> None:
        self._participant = participant

    def create(
        self, *, title: str, description: str, image: str, state: State = State.ACTIVE
    ) -> Product:
        """Add a product and announce it."""
        fields: dict[str, Any] = {"title": title, "description": description, "image": image}
        fields["state"] = state.value
        with self._participant.unit_of_work() as work:
            row = {**fields, **_searched(title, description)}
            product_id = work.connection.execute(_ADD, row).scalar_one()
            work.publish(ProductCreated(product_id=product_id, **fields))
        return Product(id=product_id, likes=0, **{**fields, "state": state})

    def replace(
        self,
        product_id: int,
        *,
        title: str,
        description: str,
        image: str,
        state: State | None,
        expect: Expectation = _anything,
    ) -> Product:
        """Give a product new fields and announce them all; without a state it keeps its own.

        Raises UnknownProduct, and what `expect` raises at the sight of the present product.
        """
        fields: dict[str, Any] = {"title": title, "description": description, "image": image}
        with self._participant.unit_of_work() as work:
            present = _lock(work.connection, product_id)
            expect(present)
            state = state or present.state
            fields["state"] = state.value
            changed = update(products).where(products.c.id == product_id)
            work.connection.execute(changed.values(**fields, **_searched(title, description)))
            work.publish(ProductUpdated(product_id=product_id, **fields))
        return Product(id=product_id, likes=present.likes, **{**fields, "state": state})

    def put_into(self, state: State, product_id: int) -> Product:
        """Withdraw a product or take it back, and announce it; raises UnknownProduct."""
        with self._participant.unit_of_work() as work:
            present = _lock(work.connection, product_id)
            changed = update(products).where(products.c.id == product_id)
            work.connection.execute(changed.values(state=state.value))
            work.publish(
                ProductUpdated(
                    product_id=product_id,
                    title=present.title,
                    description=present.description,
                    image=present.image,
                    state=state.value,
                )
            )
        return replace(present, state=state)

    def delete(self, product_id: int, *, expect: Expectation = _anything) -> None:
        """Remove a product for good and announce it.

        Raises UnknownProduct, and what `expect` raises at the sight of the present product.
        """
        with self._participant.unit_of_work() as work:
            expect(_lock(work.connection, product_id))
            work.connection.execute(delete(products).where(products.c.id == product_id))
            work.connection.execute(
                delete(like_counts).where(like_counts.c.product_id == product_id)
            )
            work.publish(ProductDeleted(product_id=product_id))

    def find(self, product_id: int) -> Product:
        """One product; raises UnknownProduct."""
        found = self._participant.database.rows(_FIND, {"product_id": product_id})
        if not found:
            raise UnknownProduct(product_id)
        return _product(found[0])

    def search(
        self, *, containing: str = "", limit: int = 100, offset: int = 0
    ) -> tuple[list[Product], int]:
        """A page of the products by id, and how many there are in all.

        `containing` keeps those with this text in the title or the description.
        """
        page, count = _PAGE_WITH_TOTAL, _COUNT
        if containing:
            count = count.where(_has(containing))
            page = with_total(_PAGE.where(_has(containing)), count)
        database = self._participant.database
        rows = database.rows(page, {"limit": limit, "offset": offset})
        total = rows[0].total if rows else database.rows(count)[0][0]
        return [_product(row) for row in rows], total

    def titles_among(self, titles: Sequence[str]) -> set[str]:
        """Those of the titles that a product bears."""
        bearing = select(products.c.title).where(products.c.title.in_(titles))
        with self._participant.database.snapshot() as connection:
            return set(connection.execute(bearing).scalars())


def _lock(connection: Connection, product_id: int) -> Product:
    """Hold the product until the commit, so that its events are logged in that order."""
    present = connection.execute(_LOCK, {"product_id": product_id}).one_or_none()
    if present is None:
        raise UnknownProduct(product_id)
    return _product(present)


def _with_likes() -> Select[Any]:
    likes = func.coalesce(like_counts.c.likes, 0).label("likes")
    joined = products.outerjoin(like_counts, like_counts.c.product_id == products.c.id)
    shown = [column for column in products.c if column.name != "folded"]
    return select(*shown, likes).select_from(joined)


# Built once: building one takes longer than running it.
_ADD = insert(products).returning(products.c.id)
_FIND = _with_likes().where(products.c.id == bindparam("product_id"))
_PAGE = _with_likes().order_by(products.c.id).limit(LIMIT).offset(OFFSET)
_COUNT = select(func.count()).select_from(products)
_PAGE_WITH_TOTAL = with_total(_PAGE, _COUNT)
_LOCK = _FIND.with_for_update(of=products)


def _searched(title: str, description: str) -> dict[str, str]:
    return {"folded": folded(f"{title}\n{description}")}


def _has(text: str) -> ColumnElement[bool]:
    return products.c.folded.contains(folded(text), autoescape=True)


def _product(row: Row[Any]) -> Product:
    return Product(
        id=row.id,
        title=row.title,
        description=row.description,
        image=row.image,
        state=State(row.state),
        likes=row.likes,
    )
