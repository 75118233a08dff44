"""What can be done with likes: a method per use case."""

import threading
import time
from typing import Any

from sqlalchemy import (
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
from modules.likes.tables import TALLY_ONE_MORE, like_tallies, product_copies, product_user
from web.paging import LIMIT, OFFSET, with_total
from web.text import folded

PROJECTION_WAIT_SECONDS = 0.5
"""How long a like waits for word of a product that may just have been created."""

WAITING_AT_ONCE = 8
"""How many likes wait for news at a time; the others are told at once that there is no product."""

IDS_AHEAD = 100
"""How far beyond the newest known product such an id can be."""


class Likes:
    """The likes of the visitors, and the products that they see."""

    def __init__(self, participant: Participant) -> None:
        self._participant = participant
        self._waiting = threading.BoundedSemaphore(WAITING_AT_ONCE)

    def like(self, product_id: int, user_id: str) -> int:
        """Like a product for a user and announce it; how many like it then.

        A second like raises AlreadyLiked and changes nothing. Raises UnknownProduct for one that
        never was or is deleted, ProductWithdrawn for one that left the storefront.
        """
        try:
            return self._like(product_id, user_id)
        except UnknownProduct:
            if not self._wait_for_product(product_id):
                raise
        return self._like(product_id, user_id)

    def unlike(self, product_id: int, user_id: str) -> None:
        """Take a like back and announce it; where there was none nothing happens.

        Raises UnknownProduct. A withdrawn product can be unliked.
        """
        with self._participant.unit_of_work() as work:
            _state(work.connection, product_id)
            if _remove_like(work.connection, product_id, user_id):
                _tally_one_fewer(work.connection, product_id)
                work.publish(ProductUnliked(product_id=product_id, user_id=user_id))

    def storefront(
        self, user_id: str, *, containing: str = "", limit: int = 100, offset: int = 0
    ) -> tuple[list[StorefrontProduct], int]:
        """A page of the active products by id as this user sees them, and how many there are."""
        page, count = _STOREFRONT, _COUNT
        if containing:
            count = count.where(_has(containing))
            page = with_total(_PAGE.where(_has(containing)), count)
        wanted = {"user_id": user_id, "limit": limit, "offset": offset}
        database = self._participant.database
        rows = database.rows(page, wanted)
        total = rows[0].total if rows else database.rows(count)[0][0]
        return [_shown(row) for row in rows], total

    def find(self, product_id: int, user_id: str) -> StorefrontProduct:
        """An active product as this user sees it; raises UnknownProduct for any other."""
        wanted = {"user_id": user_id, "product_id": product_id}
        found = self._participant.database.rows(_FIND, wanted)
        if not found:
            raise UnknownProduct(product_id)
        return _shown(found[0])

    def _like(self, product_id: int, user_id: str) -> int:
        with self._participant.unit_of_work() as work:
            if _state(work.connection, product_id) != ACTIVE:
                raise ProductWithdrawn(product_id)
            _add_like(work.connection, product_id, user_id)
            tallied = work.connection.execute(TALLY_ONE_MORE, {"product_id": product_id})
            likes: int = tallied.scalar_one()
            work.publish(ProductLiked(product_id=product_id, user_id=user_id))
        return likes

    def _wait_for_product(self, product_id: int) -> bool:
        """Whether word arrives of a product that may have been created a moment ago.

        Waits only where the id is just ahead of the known ones: no other can be on its way.
        """
        if not self._waiting.acquire(blocking=False):
            return False
        try:
            deadline = time.monotonic() + PROJECTION_WAIT_SECONDS
            while (heard := self._is_known(product_id)) is None and time.monotonic() < deadline:
                time.sleep(PROJECTION_WAIT_SECONDS / 50)
            return bool(heard)
        finally:
            self._waiting.release()

    def _is_known(self, product_id: int) -> bool | None:
        """Whether the product can be liked as far as is known, None when word may be on its way."""
        known = product_copies.c
        with self._participant.database.snapshot() as connection:
            newest = connection.scalar(select(func.max(known.product_id))) or 0
            deleted = connection.scalar(select(known.deleted).where(known.product_id == product_id))
        if product_id > newest:
            return False if product_id > newest + IDS_AHEAD else None
        return not deleted


def _state(connection: Connection, product_id: int) -> str:
    """The product's state as far as word has arrived; raises UnknownProduct.

    Unlocked: a like that overtakes the news of a deletion leaves a row that nobody can reach,
    while a lock would let a stream of likes hold up that news.
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


def _tally_one_fewer(connection: Connection, product_id: int) -> None:
    tally = update(like_tallies).where(like_tallies.c.product_id == product_id)
    connection.execute(tally.values(likes=like_tallies.c.likes - 1))


def _shown(row: Row[Any]) -> StorefrontProduct:
    return StorefrontProduct(
        id=row.id,
        title=row.title,
        description=row.description,
        image=row.image,
        likes=row.likes,
        liked=bool(row.liked),
    )


def _has(text: str) -> ColumnElement[bool]:
    return product_copies.c.folded.contains(folded(text), autoescape=True)


def _as_seen_by(user_id: BindParameter[str]) -> Select[Any]:
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


# Built once: building one takes longer than running it.
_SHOWN = and_(product_copies.c.state == ACTIVE, ~product_copies.c.deleted)
_SEEN = _as_seen_by(bindparam("user_id")).where(_SHOWN)
_FIND = _SEEN.where(product_copies.c.product_id == bindparam("product_id"))
_PAGE = _SEEN.order_by(product_copies.c.product_id).limit(LIMIT).offset(OFFSET)
_COUNT = select(func.count()).select_from(product_copies).where(_SHOWN)
_STOREFRONT = with_total(_PAGE, _COUNT)
_STATE = select(product_copies.c.state, product_copies.c.deleted).where(
    product_copies.c.product_id == bindparam("product_id")
)
_ADD_LIKE = insert(product_user)
