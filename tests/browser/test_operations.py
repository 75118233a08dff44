"""Steps of the operations page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect
from pytest_bdd import given, parsers, scenarios, then, when

from features.eventually import eventually
from features.shop import Shop
from tests.browser.letters import Letters, open_letters
from tests.browser.windows import KEY, Windows, follow, tab_to

NEEDS = ["products", "likes", "person"]

scenarios("operations.feature")


@pytest.fixture
def letters(shop: Shop) -> Iterator[Letters]:
    """The dead letters of this test: none at first."""
    with open_letters(shop, KEY) as emptied:
        yield emptied


@given("an event of likes that products cannot read")
def has_letter(letters: Letters) -> None:
    letters.add()


@when("an event of likes comes that products cannot read")
def comes(letters: Letters) -> None:
    letters.send()


@when("products can read the events of likes")
def can_read(letters: Letters) -> None:
    letters.mend()


@then("every event of likes is applied")
def is_applied(letters: Letters) -> None:
    eventually(letters.insist_on_applied)


@given(parsers.parse("{who:w} looks at the dead letter"))
def looks_at_letter(windows: Windows, letters: Letters, who: str) -> None:
    windows.of(who).goto(f"/operations/dead-letters/products/{letters.ids()[0]}")


@when(parsers.parse("{who:w} opens the dead letter"))
def opens_letter(windows: Windows, letters: Letters, who: str) -> None:
    follow(windows.of(who), windows.of(who).get_by_role("link", name=letters.ids()[0]))


@when(parsers.parse("{who:w} opens a dead letter and goes back to the list"))
def opens_letter_and_goes_back(windows: Windows, who: str) -> None:
    page = windows.of(who)
    cause = page.get_by_label("Cause").input_value()
    follow(page, page.locator(".messages a").first)
    follow(page, page.get_by_role("link", name="Back to the list"))
    assert cause
    expect(page.get_by_label("Cause")).to_have_value(cause)


@when(parsers.parse("{who:w} chooses all that are shown with the keyboard alone"))
def chooses_all(windows: Windows, who: str) -> None:
    tab_to(windows.of(who), "[data-ticks]")
    windows.of(who).keyboard.press("Space")


@when(parsers.parse('{who:w} chooses "{option}" as "{label}"'))
def chooses(windows: Windows, who: str, option: str, label: str) -> None:
    windows.of(who).get_by_label(label).select_option(option)


@when(parsers.parse("{who:w} ticks the dead letter"))
def ticks_letter(windows: Windows, who: str) -> None:
    windows.of(who).get_by_role("checkbox", name="Choose likes.product_liked").first.check()


@when(parsers.parse("{who:w} follows the newest request trace"))
def follows_newest_trace(windows: Windows, who: str) -> None:
    follow(windows.of(who), windows.of(who).get_by_role("link", name="Trace of ").first)


@when(parsers.parse("{who:w} opens all that is folded"))
def opens_all(windows: Windows, who: str) -> None:
    windows.of(who).wait_for_load_state()
    for summary in windows.of(who).locator("main summary").all():
        summary.click()


PLACES = {
    "the tables": "summary",
    "the dead letter": ".findings a",
    "the newest request trace": ".events a",
}


@pytest.fixture
def reached() -> list[Locator]:
    """The link or fold that somebody has reached with the keyboard, as it was then."""
    return []


@given(parsers.re("(?P<who>\\w+) has reached (?P<place>.+)"))
def has_reached(windows: Windows, reached: list[Locator], who: str, place: str) -> None:
    found = windows.of(who).locator(PLACES[place]).first
    text = found.get_attribute("href")
    reached.append(windows.of(who).locator(f'[href="{text}"]').first if text else found)
    reached[0].focus()


@then(parsers.re("(?P<who>\\w+) is still at (?P<place>.+)"))
def is_still_at(reached: list[Locator]) -> None:
    expect(reached[0]).to_be_focused()


@then(parsers.parse("{who:w} reads in the open table that {count:d} events are dead"))
def reads_in_table(windows: Windows, who: str, count: int) -> None:
    row = windows.of(who).get_by_role("row", name="likes products likes.product_liked")
    expect(row.get_by_role("cell").last).to_have_text(str(count))


@then(parsers.parse('{who:w} finds "{text}" in line with the fields, or clear of them'))
def is_in_line(windows: Windows, who: str, text: str) -> None:
    page = windows.of(who)
    field = page.get_by_label("Correlation id").bounding_box()
    button = page.get_by_role("button", name=text, exact=True).bounding_box()
    assert field
    assert button
    end = field["y"] + field["height"]
    assert abs(button["y"] + button["height"] - end) <= 1 or button["y"] - end >= 8
