"""The use cases of likes, a method each."""

import threading
import time
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from bus import Participant
from modules.likes.domain import (
    ACTIVE,
    AlreadyLiked,
    ProductWithdrawn,
    StorefrontProduct,
    UnknownProduct,
)
from modules.likes.published import ProductLiked, ProductUnliked
from modules.likes.tables import INCREMENT_TALLY, like_tallies, product_copies, product_user
from web.text import folded

PROJECTION_WAIT_SECONDS = 0.5
"""The longest wait of a like for the copy of a product that may just have been created."""

MAX_WAITING = 8
"""The most likes that wait for a copy at a time; any other fails at once with UnknownProduct."""

MAX_IDS_AHEAD = 100
"""The largest distance of such a product's id from the newest copied one."""


class Likes:
    """The likes of the visitors, and the products that can be liked."""

    def __init__(self, participant: Participant) -> None:
        self._participant = participant
        self._waiting = threading.BoundedSemaphore(MAX_WAITING)

    def like(self, product_id: int, user_id: str) -> int:
        """Like a product for a user, publish ProductLiked and return the new number of likes.

        A second like raises AlreadyLiked and changes nothing. Raises UnknownProduct for a product
        that does not exist or is deleted, and ProductWithdrawn for a withdrawn one.
        """
        try:
            return self._like(product_id, user_id)
        except UnknownProduct:
            if not self._wait_for_product(product_id):
                raise
        return self._like(product_id, user_id)

    def unlike(self, product_id: int, user_id: str) -> None:
        """Remove a like and publish ProductUnliked. Without a like it changes nothing.

        A withdrawn product can be unliked. Raises UnknownProduct.
        """
        with self._participant.unit_of_work() as work:
            _state(work.connection, product_id)
            if _remove_like(work.connection, product_id, user_id):
                _decrement_tally(work.connection, product_id)
                work.publish(ProductUnliked(product_id=product_id, user_id=user_id))

    def storefront(
        self, user_id: str, *, containing: str = "", limit: int = 100, offset: int = 0
    ) -> tuple[list[StorefrontProduct], int]:
        """A page of the active products by id as this user sees them, and the number of all.

        `containing` selects products with this text in the title or the description.
        """
        page, count = _STOREFRONT, _COUNT
        if containing:
            count = count.where(_contains(containing))
            page = _with_total(_PAGE.where(_contains(containing)), count)
        wanted = {"user_id": user_id, "limit": limit, "offset": offset}
        database = self._participant.database
        rows = database.rows(page, wanted)
        total = rows[0].total if rows else database.rows(count)[0][0]
        return [_storefront_product(row) for row in rows], total

    def find(self, product_id: int, user_id: str) -> StorefrontProduct:
        """An active product as this user sees it. Raises UnknownProduct for any other."""
        wanted = {"user_id": user_id, "product_id": product_id}
        found = self._participant.database.rows(_FIND, wanted)
        if not found:
            raise UnknownProduct(product_id)
        return _storefront_product(found[0])

    def _like(self, product_id: int, user_id: str) -> int:
        with self._participant.unit_of_work() as work:
            if _state(work.connection, product_id) != ACTIVE:
                raise ProductWithdrawn(product_id)
            _add_like(work.connection, product_id, user_id)
            tallied = work.connection.execute(INCREMENT_TALLY, {"product_id": product_id})
            likes: int = tallied.scalar_one()
            work.publish(ProductLiked(product_id=product_id, user_id=user_id))
        return likes

    def _wait_for_product(self, product_id: int) -> bool:
        """Wait for the copy of a product that may just have been created. True if it arrives.

        Waits only if the id is a little higher than the newest copy's: no other can still arrive.
        """
        if not self._waiting.acquire(blocking=False):
            return False
        try:
            deadline = time.monotonic() + PROJECTION_WAIT_SECONDS
            while (known := self._is_known(product_id)) is None and time.monotonic() < deadline:
                time.sleep(PROJECTION_WAIT_SECONDS / 50)
            return bool(known)
        finally:
            self._waiting.release()

    def _is_known(self, product_id: int) -> bool | None:
        """False if the product is deleted or its id too high, None if a copy may still arrive."""
        copies = product_copies.c
        with self._participant.database.snapshot() as connection:
            newest = connection.scalar(select(func.max(copies.product_id))) or 0
            deleted = connection.scalar(
                select(copies.deleted).where(copies.product_id == product_id)
            )
        if product_id > newest:
            return False if product_id > newest + MAX_IDS_AHEAD else None
        return not deleted


def _state(connection: Connection, product_id: int) -> str:
    """The state of the product's copy. Raises UnknownProduct.

    The row is not locked: a like that overtakes a deletion leaves only an unreachable row, while a
    lock would let many likes delay the reaction to the deletion.
    """
    copy = connection.execute(_STATE, {"product_id": product_id}).one_or_none()
    if copy is None or copy.deleted:
        raise UnknownProduct(product_id)
    return str(copy.state)


def _add_like(connection: Connection, product_id: int, user_id: str) -> None:
    row = {"product_id": product_id, "user_id": user_id}
    try:
        connection.execute(_ADD_LIKE, row)
    except IntegrityError as error:
        raise AlreadyLiked(product_id) from error


def _remove_like(connection: Connection, product_id: int, user_id: str) -> bool:
    removed = (
        delete(product_user)
        .where(product_user.c.product_id == product_id, product_user.c.user_id == user_id)
        .returning(product_user.c.product_id)
    )
    return connection.execute(removed).one_or_none() is not None


def _decrement_tally(connection: Connection, product_id: int) -> None:
    tally = update(like_tallies).where(like_tallies.c.product_id == product_id)
    connection.execute(tally.values(likes=like_tallies.c.likes - 1))


def _storefront_product(row: Row[Any]) -> StorefrontProduct:
    return StorefrontProduct(
        id=row.id,
        title=row.title,
        description=row.description,
        image=row.image,
        likes=row.likes,
        liked=bool(row.liked),
    )


def _contains(text: str) -> ColumnElement[bool]:
    return product_copies.c.folded.contains(folded(text), autoescape=True)


def _for_user(user_id: BindParameter[str]) -> Select[Any]:
    copies, tallies, mine = product_copies.c, like_tallies.c, product_user.c
    joined = product_copies.outerjoin(
        like_tallies, tallies.product_id == copies.product_id
    ).outerjoin(product_user, and_(mine.product_id == copies.product_id, mine.user_id == user_id))
    return select(
        copies.product_id.label("id"),
        copies.title,
        copies.description,
        copies.image,
        func.coalesce(tallies.likes, 0).label("likes"),
        mine.user_id.is_not(None).label("liked"),
    ).select_from(joined)


def _with_total(page: Select[Any], count: Select[Any]) -> Select[Any]:
    """The page with the total in each row, so that one statement reads both at one moment."""
    return page.add_columns(count.scalar_subquery().label("total"))


# Built once, because building a statement takes longer than running it.
_IS_SHOWN = and_(product_copies.c.state == ACTIVE, ~product_copies.c.deleted)
_LIMIT, _OFFSET = (bindparam(name, type_=BigInteger) for name in ("limit", "offset"))
_PRODUCTS = _for_user(bindparam("user_id")).where(_IS_SHOWN)
_FIND = _PRODUCTS.where(product_copies.c.product_id == bindparam("product_id"))
_PAGE = _PRODUCTS.order_by(product_copies.c.product_id).limit(_LIMIT).offset(_OFFSET)
_COUNT = select(func.count()).select_from(product_copies).where(_IS_SHOWN)
_STOREFRONT = _with_total(_PAGE, _COUNT)
_STATE = select(product_copies.c.state, product_copies.c.deleted).where(
    product_copies.c.product_id == bindparam("product_id")
)
_ADD_LIKE = insert(product_user)
