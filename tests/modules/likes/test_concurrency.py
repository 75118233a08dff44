"""Many at once: what is counted stays right, whoever comes first."""

from collections.abc import Callable
from functools import partial

from features.eventually import eventually
from modules.likes.domain import AlreadyLiked
from tests.modules.concurrency import at_once
from tests.modules.likes.two_modules import Modules, seen

NEEDS = ["products"]


def test_fifty_likes_of_one_user_are_one_like(
    modules: Modules, add_product: Callable[[], int]
) -> None:
    product_id = add_product()
    with modules.bus:
        eventually(lambda: seen(modules, product_id))

        outcomes = at_once([lambda: modules.likes.like(product_id, "ann")] * 50)

        assert outcomes.count(1) == 1
        assert sum(isinstance(outcome, AlreadyLiked) for outcome in outcomes) == 49
        eventually(lambda: counts_are(modules, product_id, 1))


def test_fifty_users_are_fifty_likes(modules: Modules, add_product: Callable[[], int]) -> None:
    product_id = add_product()
    with modules.bus:
        eventually(lambda: seen(modules, product_id))
        likes = [partial(modules.likes.like, product_id, f"user {n}") for n in range(50)]

        outcomes = at_once(likes)

        assert sorted(outcomes) == list(range(1, 51))  # type: ignore[type-var]  # all are counts
        eventually(lambda: counts_are(modules, product_id, 50))


def test_likes_and_unlikes_of_one_user_end_alike_in_both_modules(
    modules: Modules, add_product: Callable[[], int]
) -> None:
    product_id = add_product()
    with modules.bus:
        eventually(lambda: seen(modules, product_id))
        like, unlike = modules.likes.like, modules.likes.unlike
        at_once([lambda: like(product_id, "ann"), lambda: unlike(product_id, "ann")] * 20)

        [shown], _ = modules.likes.storefront("ann")

        assert shown.likes == int(shown.liked)
        eventually(lambda: counts_are(modules, product_id, shown.likes))


def test_sixteen_edits_leave_both_copies_equal(
    modules: Modules, add_product: Callable[[], int]
) -> None:
    product_id = add_product()

    def edit(title: str) -> None:
        modules.products.replace(product_id, title=title, description="", image="i", state=None)

    with modules.bus:
        at_once([partial(edit, f"title {number}") for number in range(16)])

        last = modules.products.find(product_id).title
        eventually(lambda: title_is(modules, last))


def counts_are(modules: Modules, product_id: int, likes: int) -> None:
    """Both modules count as many likes."""
    shown, _ = modules.likes.storefront("nobody")
    assert [each.likes for each in shown] == [likes]
    assert modules.products.find(product_id).likes == likes


def title_is(modules: Modules, title: str) -> None:
    """The storefront's copy has this title."""
    shown, _ = modules.likes.storefront("nobody")
    assert [each.title for each in shown] == [title]
