"""Each page with one process per module behind the proxy, and likes that cross the broker."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from features.conftest import open_shop_on
from features.shop import Shop
from tests.browser.conftest import KEY
from tests.browser.shelves import open_shelves
from tests.browser.windows import SIZES, Windows

pytestmark = pytest.mark.matrix

PAGES = {
    "/": "Storefront",
    "/admin/products": "Products",
    "/people": "People",
    "/operations": "Operations",
    "/sign-in": "Sign in",
    "/sign-up": "Sign up",
}


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


@pytest.mark.parametrize(("path", "title"), PAGES.items())
def test_each_page_is_there(windows: Windows, path: str, title: str) -> None:
    # Who has signed in is led on from where one does.
    is_for_guests = path.startswith("/sign-")
    page = windows.open("ann") if is_for_guests else windows.sign_in("eve", "admin")

    page.goto(path)

    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()


def test_what_one_module_did_moves_in_the_page_of_another(windows: Windows) -> None:
    with open_shelves(windows.shop, KEY) as shelves:
        shelves.add("Mug")
        storefront, products = windows.open("ann"), windows.sign_in("eve", "admin")
        storefront.goto("/")
        products.goto("/admin/products")

        storefront.get_by_role("button", name="Like Mug", exact=True).click()
        expect(products.locator("tbody .number")).to_have_text("1")
        products.get_by_role("button", name="Withdraw Mug", exact=True).click()

        expect(storefront.get_by_text("No products yet")).to_be_visible()
