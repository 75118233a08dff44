"""The use cases of products, a method each."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    BigInteger,
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
from web.text import folded

Expectation = Callable[[Product], None]
"""Called with the locked product before a change. It raises to refuse the change."""


def _accept_any(_present: Product) -> None:
    pass


class Products:
    """The products. Every change publishes an event."""

    def __init__(self, participant: Participant) -> None:
        self._participant = participant

    def create(
        self, *, title: str, description: str, image: str, state: State = State.ACTIVE
    ) -> Product:
        """Add a product and publish ProductCreated."""
        fields: dict[str, Any] = {"title": title, "description": description, "image": image}
        fields["state"] = state.value
        with self._participant.unit_of_work() as work:
            row = {**fields, **_search_text(title, description)}
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
        expect: Expectation = _accept_any,
    ) -> Product:
        """Replace the fields of a product and publish ProductUpdated. `state` None keeps its state.

        Raises UnknownProduct, and the errors of `expect`.
        """
        fields: dict[str, Any] = {"title": title, "description": description, "image": image}
        with self._participant.unit_of_work() as work:
            present = _lock(work.connection, product_id)
            expect(present)
            state = state or present.state
            fields["state"] = state.value
            changed = update(products).where(products.c.id == product_id)
            work.connection.execute(changed.values(**fields, **_search_text(title, description)))
            work.publish(ProductUpdated(product_id=product_id, **fields))
        return Product(id=product_id, likes=present.likes, **{**fields, "state": state})

    def set_state(self, product_id: int, state: State) -> Product:
        """Change the state of a product and publish ProductUpdated. Raises UnknownProduct."""
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

    def delete(self, product_id: int, *, expect: Expectation = _accept_any) -> None:
        """Delete a product permanently and publish ProductDeleted.

        Raises UnknownProduct, and the errors of `expect`.
        """
        with self._participant.unit_of_work() as work:
            expect(_lock(work.connection, product_id))
            work.connection.execute(delete(products).where(products.c.id == product_id))
            work.connection.execute(
                delete(like_counts).where(like_counts.c.product_id == product_id)
            )
            work.publish(ProductDeleted(product_id=product_id))

    def find(self, product_id: int) -> Product:
        """The product with this id. Raises UnknownProduct."""
        found = self._participant.database.rows(_FIND, {"product_id": product_id})
        if not found:
            raise UnknownProduct(product_id)
        return _product(found[0])

    def search(
        self, *, containing: str = "", limit: int = 100, offset: int = 0
    ) -> tuple[list[Product], int]:
        """A page of the products by id, and the number of all.

        `containing` selects products with this text in the title or the description.
        """
        page, count = _PAGE_WITH_TOTAL, _COUNT
        if containing:
            count = count.where(_contains(containing))
            page = _with_total(_PAGE.where(_contains(containing)), count)
        database = self._participant.database
        rows = database.rows(page, {"limit": limit, "offset": offset})
        total = rows[0].total if rows else database.rows(count)[0][0]
        return [_product(row) for row in rows], total

    def titles_among(self, titles: Sequence[str]) -> set[str]:
        """The titles of this list that a product has."""
        found = select(products.c.title).where(products.c.title.in_(titles))
        with self._participant.database.snapshot() as connection:
            return set(connection.execute(found).scalars())


def _lock(connection: Connection, product_id: int) -> Product:
    """Lock the product until the commit, so that its events are logged in the order of commits."""
    present = connection.execute(_LOCK, {"product_id": product_id}).one_or_none()
    if present is None:
        raise UnknownProduct(product_id)
    return _product(present)


def _with_likes() -> Select[Any]:
    likes = func.coalesce(like_counts.c.likes, 0).label("likes")
    joined = products.outerjoin(like_counts, like_counts.c.product_id == products.c.id)
    shown = [column for column in products.c if column.name != "folded"]
    return select(*shown, likes).select_from(joined)


def _with_total(page: Select[Any], count: Select[Any]) -> Select[Any]:
    """The page with the total in each row, so that one statement reads both at one moment."""
    return page.add_columns(count.scalar_subquery().label("total"))


# Built once, because building a statement takes longer than running it.
_LIMIT, _OFFSET = (bindparam(name, type_=BigInteger) for name in ("limit", "offset"))
_ADD = insert(products).returning(products.c.id)
_FIND = _with_likes().where(products.c.id == bindparam("product_id"))
_PAGE = _with_likes().order_by(products.c.id).limit(_LIMIT).offset(_OFFSET)
_COUNT = select(func.count()).select_from(products)
_PAGE_WITH_TOTAL = _with_total(_PAGE, _COUNT)
_LOCK = _FIND.with_for_update(of=products)


def _search_text(title: str, description: str) -> dict[str, str]:
    return {"folded": folded(f"{title}\n{description}")}


def _contains(text: str) -> ColumnElement[bool]:
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
