"""Each page with one process per module behind the proxy, and likes that cross the broker."""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from features.eventually import eventually
from features.shop import Shop, open_shop
from features.topologies import open_shop_on
from tests.browser.letters import Letters, open_letters
from tests.browser.registry import Registry, open_registry
from tests.browser.shelves import Shelves
from tests.browser.windows import KEY, SIZES, Windows

NEEDS = ["accounts", "likes", "person", "products", "score"]

pytestmark = pytest.mark.matrix


@pytest.fixture(scope="module")
def shop(
    request: pytest.FixtureRequest, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    """A process per module, on RabbitMQ and PostgreSQL."""
    settings = {"APP_AUTH": "required", "APP_SECRET_KEY": KEY}
    topology = "rabbitmq-postgresql-split"
    with open_shop_on(topology, request, tmp_path_factory.mktemp("split"), **settings) as opened:
        yield opened


@pytest.fixture
def size() -> tuple[int, int]:
    """One size is enough: the pages are the same."""
    return SIZES["desktop"]


@pytest.fixture
def letters(shop: Shop) -> Iterator[Letters]:
    """The dead letters of this test: none at first."""
    with open_letters(shop, KEY) as emptied:
        yield emptied


@pytest.fixture
def registry(shop: Shop) -> Iterator[Registry]:
    """Nobody at first: the form that registers is open."""
    with open_registry(shop, KEY) as emptied:
        yield emptied


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", name=text, level=1)).to_be_visible()


def press(page: Page, text: str) -> None:
    page.get_by_role("button", name=text, exact=True).click()


def fill(page: Page, **fields: str) -> None:
    for name, text in fields.items():
        page.locator(f"[name={name}]").first.fill(text)


@pytest.mark.usefixtures("shelves")
def test_products_are_made_edited_and_deleted(windows: Windows) -> None:
    page = windows.sign_in("eve", "admin")

    page.goto("/admin/products")
    heading(page, "Products")
    page.get_by_role("button", name="Add a product").first.click()
    heading(page, "Add a product")
    fill(page, title="Mug", description="a thing", image="https://pictures.example/mug.png")
    press(page, "Add it")
    page.get_by_role("link", name="Mug", exact=True).click()
    heading(page, "Edit Mug")
    fill(page, title="Large mug")
    press(page, "Save")
    expect(page.get_by_text("“Large mug” was saved.")).to_be_visible()
    page.get_by_role("link", name="Delete Large mug").click()
    heading(page, "Delete Large mug?")
    press(page, "Delete it")

    expect(page.get_by_text("“Large mug” was deleted.")).to_be_visible()


@pytest.mark.usefixtures("registry")
def test_a_person_has_a_page_with_the_score_of_another_process(windows: Windows) -> None:
    page = windows.sign_in("eve", "admin")

    page.goto("/people")
    heading(page, "People")
    fill(page, cpf="11144477735", name="Ann Lee", address="1 Main Street")
    fill(page, date_of_birth="1990-02-28")
    press(page, "Register")
    heading(page, "Ann Lee")
    page.locator("#income-type").fill("salary")
    page.locator("#income-value").fill("5000")
    press(page, "Add income")

    expect(page.locator("#score-now .figure")).to_have_text("100")


def test_the_operator_is_told_of_all_processes(windows: Windows, letters: Letters) -> None:
    letters.add()
    page = windows.sign_in("eve", "admin")

    page.goto("/operations")
    heading(page, "Operations")
    expect(page.get_by_text("somebody has to act")).to_be_visible()
    expect(page.get_by_text("does not answer")).to_have_count(0)
    page.get_by_role("link", name="Log", exact=True).click()
    heading(page, "Event log")
    page.get_by_role("link", name=re.compile("Trace of likes.product_liked")).first.click()
    heading(page, "Request trace")
    page.get_by_role("link", name="redrive or discard it").click()
    heading(page, "likes.product_liked")
    page.get_by_role("link", name="Dead letters", exact=True).click()
    heading(page, "Dead letters 1")
    letters.mend()
    page.get_by_role("checkbox", name=re.compile("Choose likes.product_liked")).check()
    press(page, "Redrive those ticked")

    expect(page.get_by_text("1 dead letter redriven.")).to_be_visible()


def test_a_visitor_signs_up_out_and_in(windows: Windows) -> None:
    name, password = f"ann {uuid4().hex}", "correct horse"
    page = windows.open("ann")

    page.goto("/")
    heading(page, "Storefront")
    page.get_by_role("link", name="Sign up").click()
    heading(page, "Sign up")
    fill(page, name=name, password=password)
    press(page, "Sign up")
    press(page, "Sign out")
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    page.get_by_role("link", name="Sign in").click()
    heading(page, "Sign in")
    fill(page, name=name, password=password)
    press(page, "Sign in")

    expect(page.get_by_text("Welcome back")).to_be_visible()
    expect(page.get_by_role("banner")).to_contain_text(name)


def test_what_one_module_did_moves_in_the_page_of_another(
    windows: Windows, shelves: Shelves
) -> None:
    shelves.add("Mug")
    storefront, products = windows.open("ann"), windows.sign_in("eve", "admin")
    storefront.goto("/")
    products.goto("/admin/products")

    press(storefront, "Like Mug")
    expect(products.locator("tbody .number")).to_have_text("1")
    press(products, "Withdraw Mug")

    expect(storefront.get_by_text("No products yet")).to_be_visible()


def test_likes_move_in_the_windows_of_another_instance(
    browser: Browser, windows: Windows, shelves: Shelves, tmp_path: Path
) -> None:
    shelves.add("Mug")
    settings = {**windows.shop.settings, "APP_MODULES": "likes"}
    with open_shop(tmp_path, settings) as another:
        elsewhere = Windows(browser, replace(windows.shop, url=another.url), KEY, windows.size)
        ann, bob = windows.open("ann"), elsewhere.open("bob")
        ann.goto("/")
        bob.goto("/")

        press(ann, "Like Mug")
        expect(bob.locator(".product")).to_contain_text("1 like")
        press(bob, "Like Mug")
        expect(ann.locator(".product")).to_contain_text("2 likes")
        elsewhere.close()


@pytest.mark.usefixtures("registry")
def test_while_score_stands_still_the_other_parts_of_pages_work(windows: Windows) -> None:
    windows.allowed.append("503")
    page = windows.sign_in("eve", "admin")
    page.goto("/people")
    fill(page, cpf="52998224725", name="Bea Lee", address="1 Main Street")
    fill(page, date_of_birth="1990-02-28")
    press(page, "Register")
    expect(page.locator("#score-now .figure")).to_have_text("0")

    with standing_still(windows.shop, "score"):
        page.reload()
        told = "The score cannot be shown now. The process of score does not answer."
        expect(page.get_by_text(told)).to_be_visible()
        page.locator("#income-type").fill("salary")
        page.locator("#income-value").fill("5000")
        press(page, "Add income")
        expect(page.locator("#income-list")).to_contain_text("5,000.00")
        page.goto("/operations")
        expect(page.locator(".findings")).to_contain_text("score: its process does not answer")
        expect(page.locator("#latest")).to_contain_text("person.income_added")


@contextmanager
def standing_still(shop: Shop, module: str) -> Iterator[None]:
    """The module's process answers nobody until the block ends, and the proxy knows."""
    process = shop.process_id(module)
    os.kill(process, signal.SIGSTOP)
    try:
        eventually(lambda: assert_refused(f"{shop.url}/api/bus/{module}"))
        yield
    finally:
        os.kill(process, signal.SIGCONT)


def assert_refused(url: str) -> None:
    """The proxy answers in the place of a process."""
    status = None
    # Whoever asks before the proxy knows waits long.
    with suppress(httpx.TimeoutException):
        status = httpx.get(url, timeout=5).status_code
    assert status == 503
