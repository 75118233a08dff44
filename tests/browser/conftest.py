"""One browser and one shop per worker, where people sign in; each test has windows of its own.

Every test that asks for `windows` runs at desktop size, and in the matrix at that of a phone, too.
There, as `@matrix` says, pages are tried without scripts, with the keyboard alone and by axe-core.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from pytest_bdd import given, parsers, then, when

from features.shop import Shop, open_shop
from tests.browser.shelves import Shelves, open_shelves
from tests.browser.windows import (
    KEY,
    PATIENCE,
    SIZES,
    Windows,
    assert_accessible,
    chromium,
    flags,
    follow,
    press,
)

# As long as pages are waited for: a busy machine takes its time.
expect.set_options(timeout=PATIENCE)


# Ends with the folder: while Playwright is there, no other test of this worker can run a loop.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """An installed Chromium."""
    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(flags()))
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def shop(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop in one process where people sign in."""
    folder = tmp_path_factory.mktemp("browsed")
    settings = {
        "APP_DATABASE_URL": f"sqlite:///{folder}/{{module}}.db",
        "APP_AUTH": "required",
        "APP_SECRET_KEY": KEY,
    }
    with open_shop(folder, settings) as opened:
        yield opened


@pytest.fixture(params=["desktop", pytest.param("phone", marks=pytest.mark.matrix)])
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    """How large windows are, in CSS pixels."""
    return SIZES[request.param]


# Asked for by every scenario, for steps ask too late to multiply them by the sizes.
@pytest.fixture(autouse=True)
def windows(browser: Browser, shop: Shop, size: tuple[int, int]) -> Iterator[Windows]:
    """The windows of this test; it fails when their pages did what none may do."""
    opened = Windows(browser, shop, KEY, size)
    yield opened
    opened.close()


@given(parsers.re(r"(?P<who>\w+) has signed in as (?P<role>admin|customer)"))
def has_signed_in(windows: Windows, who: str, role: str) -> None:
    windows.sign_in(who, role)


@given(parsers.re(r"(?P<who>\w+) has signed in as (?P<role>admin|customer), without scripts"))
def has_signed_in_without_scripts(windows: Windows, who: str, role: str) -> None:
    windows.sign_in(who, role, java_script_enabled=False)


@given(parsers.parse("{who:w} has a {scheme:w} screen"))
def has_screen(windows: Windows, who: str, scheme: str) -> None:
    windows.open(who, color_scheme=scheme)


@given(parsers.parse("{who:w} has a {scheme:w} screen as admin"))
def has_screen_as_admin(windows: Windows, who: str, scheme: str) -> None:
    windows.sign_in(who, "admin", color_scheme=scheme)


@given(parsers.parse("{who:w} has a browser without scripts"))
def has_no_scripts(windows: Windows, who: str) -> None:
    windows.open(who, java_script_enabled=False)


@given(parsers.parse('{who:w} is at "{path}"'))
@when(parsers.parse('{who:w} goes to "{path}"'))
def goes_to(windows: Windows, who: str, path: str) -> None:
    windows.of(who).goto(path)


@when(parsers.parse("{who:w} reloads"))
def reloads(windows: Windows, who: str) -> None:
    windows.of(who).reload()


@then(parsers.parse('{who:w} is at "{path}"'))
def is_at(windows: Windows, who: str, path: str) -> None:
    windows.of(who).wait_for_url(f"{windows.shop.url}{path}")


@when(parsers.parse('{who:w} reads "{text}"'))
@then(parsers.parse('{who:w} reads "{text}"'))
def reads(windows: Windows, who: str, text: str) -> None:
    windows.of(who).get_by_text(text).first.wait_for()


@then(parsers.parse("{who:w}'s page has no barrier"))
def has_no_barrier(windows: Windows, who: str) -> None:
    assert_accessible(windows.of(who))


@then(parsers.parse("the bar takes an eighth of {who:w}'s window at most"))
def bar_is_low(windows: Windows, who: str) -> None:
    box = windows.of(who).get_by_role("banner").bounding_box()
    assert box is not None
    assert box["height"] <= windows.size[1] / 8


@then(parsers.parse("{who:w}'s page is no wider than the window"))
def is_no_wider(windows: Windows, who: str) -> None:
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    windows.of(who).wait_for_load_state()
    assert windows.of(who).evaluate(wide) <= 0


@given(parsers.parse('{who:w} may meet "{text}"'))
def may_meet(windows: Windows, who: str, text: str) -> None:
    windows.allowed.append(text)


@when(parsers.parse("{who:w} is refused with {status:d}"))
@then(parsers.parse("{who:w} is refused with {status:d}"))
def is_refused(windows: Windows, who: str, status: int) -> None:
    """The browser itself notes each answer that is an error; any other fails the test."""
    windows.excuse(who, f"status of {status} ")


@pytest.fixture
def shelves(shop: Shop) -> Iterator[Shelves]:
    """The products of this test: none at first."""
    with open_shelves(shop, KEY) as emptied:
        yield emptied


@given("an empty shop")
def empty_shop(shelves: Shelves) -> None:
    assert shelves.ids == {}


@given(parsers.parse('the product "{title}"'))
def has_product(shelves: Shelves, title: str) -> None:
    shelves.add(title)


@given(parsers.parse("the products {titles}"))
def has_products(shelves: Shelves, titles: str) -> None:
    for title in titles.split(", "):
        shelves.add(title.strip('"'))


@when(parsers.parse('"{title}" is withdrawn'))
def is_withdrawn(shelves: Shelves, title: str) -> None:
    shelves.withdraw(title)


@when(parsers.parse('{who:w} presses "{text}"'))
def presses(windows: Windows, who: str, text: str) -> None:
    press(windows.of(who), text)


@when(parsers.parse('{who:w} presses "{text}" and is led on'))
def is_led_on(windows: Windows, who: str, text: str) -> None:
    follow(windows.of(who), windows.of(who).get_by_role("button", name=text, exact=True))


@when(parsers.parse('{who:w} follows "{text}"'))
def follows(windows: Windows, who: str, text: str) -> None:
    follow(windows.of(who), windows.of(who).get_by_role("link", name=text, exact=True))


@given(parsers.parse('{who:w} opens "{text}"'))
@when(parsers.parse('{who:w} opens "{text}"'))
@then(parsers.parse('{who:w} opens "{text}"'))
def opens(windows: Windows, who: str, text: str) -> None:
    windows.of(who).locator("summary", has_text=text).click()


@when(parsers.parse('{who:w} writes "{text}" into "{label}"'))
def writes(windows: Windows, who: str, text: str, label: str) -> None:
    windows.of(who).get_by_label(label, exact=True).fill(text)


@then(parsers.parse('{who:w} sees "{text}" in "{label}"'))
def sees_in_field(windows: Windows, who: str, text: str, label: str) -> None:
    expect(windows.of(who).get_by_label(label, exact=True)).to_have_value(text)


@then(parsers.parse('{who:w} does not see "{text}"'))
def does_not_see(windows: Windows, who: str, text: str) -> None:
    expect(windows.of(who).get_by_text(text, exact=True)).to_have_count(0)
