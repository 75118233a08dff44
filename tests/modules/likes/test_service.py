"""What likes knows of products, counts and refuses, while the bus between them runs."""

import threading
from collections.abc import Callable
from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from app.container import Application
from features.eventually import eventually
from modules.likes import service
from modules.likes.domain import AlreadyLiked, ProductWithdrawn
from modules.likes.domain import UnknownProduct as UnknownToLikes
from modules.products.domain import State
from tests.modules.likes.two_modules import Modules, seen
from tests.modules.logged import logged
from tests.services.processes import PATIENCE_SECONDS

NEEDS = ["products"]


def test_a_refused_like_is_not_announced(
    application: Application, modules: Modules, add_product: Callable[[], int]
) -> None:
    product_id = add_product()
    with modules.bus:
        eventually(lambda: seen(modules, product_id))
        modules.likes.like(product_id, "ann")
        with pytest.raises(AlreadyLiked):
            modules.likes.like(product_id, "ann")
        with pytest.raises(UnknownToLikes):
            modules.likes.like(product_id + 1, "ann")
        modules.likes.unlike(product_id, "bob")

    assert logged(application, "likes") == ["likes.product_liked"]


def test_a_product_withdrawn_before_it_was_seen_cannot_be_liked(modules: Modules) -> None:
    product = modules.products.create(
        title="mug", description="", image="image", state=State.WITHDRAWN
    )
    with modules.bus:
        eventually(lambda: is_withdrawn(modules, product.id))


def is_withdrawn(modules: Modules, product_id: int) -> None:
    """The likes module knows the product and refuses to like it."""
    try:
        modules.likes.like(product_id, "ann")
    except (ProductWithdrawn, UnknownToLikes) as error:
        assert isinstance(error, ProductWithdrawn)  # noqa: PT017  # unknown: not heard of yet


@pytest.mark.parametrize("text", ["água", "ÁGUA", "a\u0301gua", "mineral"])
def test_a_search_sees_no_upper_and_lower_case_of_any_letter(modules: Modules, text: str) -> None:
    product = modules.products.create(title="ÁGUA", description="MINERAL", image="i")
    modules.products.create(title="agua", description="", image="i")

    def copied() -> None:
        shown, _ = modules.likes.storefront("ann", containing=text)
        assert [each.id for each in shown] == [product.id]

    found, _ = modules.products.search(containing=text)
    assert [each.id for each in found] == [product.id]
    with modules.bus:
        eventually(copied)


def test_an_edited_product_is_found_by_what_it_says_now(modules: Modules) -> None:
    product = modules.products.create(title="mug", description="", image="i")
    modules.products.replace(product.id, title="ÁGUA", description="", image="i", state=None)

    def copied() -> None:
        assert modules.likes.storefront("ann", containing="água")[1] == 1
        assert modules.likes.storefront("ann", containing="mug")[1] == 0

    assert modules.products.search(containing="água")[1] == 1
    assert modules.products.search(containing="mug")[1] == 0
    with modules.bus:
        eventually(copied)


def test_a_like_right_behind_the_creation_waits_for_its_news(
    modules: Modules, add_product: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("modules.likes.service.PROJECTION_WAIT_SECONDS", PATIENCE_SECONDS)
    with modules.bus:
        for _ in range(5):
            assert modules.likes.like(add_product(), "ann") == 1


def test_a_deleted_product_is_not_waited_for_nor_tried_again(
    modules: Modules,
    add_product: Callable[[], int],
    application: Application,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    product_id = add_product()
    participant = application.hosted()["likes"].participant()
    with modules.bus:
        eventually(lambda: seen(modules, product_id))
        modules.products.delete(product_id)
        eventually(lambda: is_deleted(modules, product_id))
    tries = Mock(wraps=participant.unit_of_work)
    monkeypatch.setattr(participant, "unit_of_work", tries)

    with pytest.raises(UnknownToLikes):
        modules.likes.like(product_id, "ann")
    tries.assert_called_once()


def is_deleted(modules: Modules, product_id: int) -> None:
    """The likes module shows the product no longer."""
    assert product_id not in [each.id for each in modules.likes.storefront("ann")[0]]


def test_only_so_many_wait_for_news_at_once(
    modules: Modules, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting, over, outcomes = threading.Semaphore(0), threading.Event(), []

    def wait(_seconds: float) -> None:
        assert threading.current_thread() is not threading.main_thread(), "one more waits"
        waiting.release()
        over.wait()

    def like() -> None:
        with pytest.raises(UnknownToLikes):
            modules.likes.like(1, "ann")
        outcomes.append("refused")

    clock = SimpleNamespace(monotonic=lambda: 60.0 if over.is_set() else 0.0, sleep=wait)
    monkeypatch.setattr(service, "time", clock)
    waiters = [threading.Thread(target=like) for _ in range(service.MAX_WAITING)]
    try:
        for waiter in waiters:
            waiter.start()
        for _ in waiters:
            assert waiting.acquire(timeout=20)
        like()
    finally:
        over.set()
        for waiter in waiters:
            waiter.join()

    assert len(outcomes) == len(waiters) + 1
