"""Steps of the people's pages."""

from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from playwright.sync_api import Locator, Request, expect
from pytest_bdd import given, parsers, scenarios, then, when

from features.shop import Shop
from tests.browser.registry import Registry, open_registry
from tests.browser.windows import KEY, SIZES, Windows, tab_to

NEEDS = ["person", "score"]

scenarios("people.feature")

SCORES = "**/people/*/score"


@pytest.fixture
def registry(shop: Shop) -> Iterator[Registry]:
    """Nobody at first."""
    with open_registry(shop, KEY) as emptied:
        yield emptied


@pytest.fixture
def visited(windows: Windows) -> list[str]:
    """Every address that eve's window asked for."""
    addresses: list[str] = []

    def note(request: Request) -> None:
        addresses.append(unquote(request.url))

    windows.of("eve").on("request", note)
    return addresses


@given("nobody is registered")
def nobody(registry: Registry) -> None:
    assert registry.addresses == {}


@given(parsers.parse("{name} is registered with the CPF {cpf:d}"))
def is_registered(registry: Registry, name: str, cpf: int) -> None:
    registry.register(name, str(cpf))


@given(parsers.parse("{name} has an entry of each kind"))
def has_entries(registry: Registry, name: str) -> None:
    registry.add(name, "income", 4200, type="salary")
    registry.add(name, "asset", 36000, type="apartment")
    registry.add(name, "debt", 2500)


@given(parsers.parse("{who:w} looks at {name}"))
def looks_at(windows: Windows, registry: Registry, who: str, name: str) -> None:
    page = windows.of(who)
    page.goto(registry.page_of(name))
    page.evaluate("window.loadedOnce = true")


@given(parsers.parse("score does not answer {who:w}"))
def score_is_silent(windows: Windows, who: str) -> None:
    windows.of(who).route(SCORES, lambda route: route.fulfill(status=502, body="away"))
    windows.allowed += ["502 (Bad Gateway)", "Error Code 502"]


@when(parsers.parse("score answers {who:w} again"))
def score_answers(windows: Windows, who: str) -> None:
    windows.of(who).unroute(SCORES)


@when(parsers.re(r'(?P<who>\w+) adds the (?P<kind>income|asset) "(?P<type_>.+)" of (?P<value>.+)'))
def adds_typed(windows: Windows, who: str, kind: str, type_: str, value: str) -> None:
    windows.of(who).locator(f"#{kind}-type").fill(type_)
    adds(windows, who, kind, value)


@when(parsers.re(r'(?P<who>\w+) begins an (?P<kind>income|asset) with "(?P<text>.+)"'))
def begins(windows: Windows, who: str, kind: str, text: str) -> None:
    windows.of(who).locator(f"#{kind}-type").fill(text)


@then(parsers.parse('the {kind:w} that {who:w} has begun is "{text}"'))
def has_begun(windows: Windows, who: str, kind: str, text: str) -> None:
    expect(windows.of(who).locator(f"#{kind}-type")).to_have_value(text)


@then(parsers.parse("{who:w} writes into the income's type"))
def writes_into_type(windows: Windows, who: str) -> None:
    expect(windows.of(who).locator("#income-type")).to_be_focused()


@when(parsers.parse("{who:w}'s window is as small as a phone"))
def is_small(windows: Windows, who: str) -> None:
    width, height = SIZES["phone"]
    windows.of(who).set_viewport_size({"width": width, "height": height})


@then(parsers.parse("the {kind:w}'s value that {who:w} has to correct is in sight"))
def is_in_sight(windows: Windows, kind: str, who: str) -> None:
    field = windows.of(who).locator(f"#{kind}-value")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    expect(field).to_be_in_viewport(ratio=1)


@when(parsers.re(r"(?P<who>\w+) adds the (?P<kind>debt) of (?P<value>.+)"))
def adds(windows: Windows, who: str, kind: str, value: str) -> None:
    windows.of(who).locator(f"#{kind}-value").fill(value)
    windows.of(who).get_by_role("button", name=f"Add {kind}").click()


@when(parsers.parse('{who:w} removes "{name}"'))
def removes(windows: Windows, who: str, name: str) -> None:
    asks_to_remove(windows, who, name)
    answer(windows, who).click()
    gone = windows.of(who).locator(f'summary[aria-label="Remove {name}"]')
    expect(gone).to_have_count(0)


@when(parsers.parse('{who:w} asks to remove "{name}"'))
def asks_to_remove(windows: Windows, who: str, name: str) -> None:
    windows.of(who).locator(f'summary[aria-label="Remove {name}"]').click()


@then(parsers.parse("{who:w} may still answer"))
def may_answer(windows: Windows, who: str) -> None:
    expect(answer(windows, who)).to_be_visible()


def answer(windows: Windows, who: str) -> Locator:
    """What removes an entry once it was asked for."""
    return windows.of(who).get_by_role("button", name="Yes, remove it").locator("visible=true")


@when(parsers.parse("somebody else adds an income of {value:d} to {name}"))
def is_added(registry: Registry, value: int, name: str) -> None:
    registry.add(name, "income", value, type="salary")


@when(parsers.parse('somebody else moves {name} to "{address}"'))
def is_moved(registry: Registry, name: str, address: str) -> None:
    registry.move(name, address)


@when(parsers.parse("{who:w} goes to the score of {name}"))
def goes_to_score(windows: Windows, registry: Registry, who: str, name: str) -> None:
    windows.of(who).goto(f"{registry.page_of(name)}/score")


@when(parsers.parse("{who:w} types an income of {value} with the keyboard alone"))
def types_income(windows: Windows, who: str, value: str) -> None:
    keyboard = windows.of(who).keyboard
    tab_to(windows.of(who), "#income-type")
    keyboard.type("salary")
    keyboard.press("Tab")
    keyboard.type(value)
    keyboard.press("Enter")


@when(parsers.parse("{who:w} removes it with the keyboard alone"))
def removes_by_keyboard(windows: Windows, who: str) -> None:
    for _ in ("the question", "the answer"):
        tab_to(windows.of(who), ".confirm[open] button, .confirm:not([open]) summary")
        windows.of(who).keyboard.press("Enter")


@then(parsers.parse('the focus of {who:w} is on the heading "{text}"'))
def has_focus(windows: Windows, who: str, text: str) -> None:
    expect(windows.of(who).get_by_role("heading", name=text)).to_be_focused()


@then(parsers.re(r"(?:the|ann's) score is (?P<score>-?[\d,]+)"))
def score_is(windows: Windows, score: str) -> None:
    expect(windows.of("eve").locator("#score-now .figure")).to_have_text(score)


@then(parsers.parse("the window of {who:w} was never loaded again"))
def was_never_loaded_again(windows: Windows, who: str) -> None:
    assert windows.of(who).evaluate("window.loadedOnce")


@then(parsers.parse('no address of eve has "{text}"'))
def no_address_has(visited: list[str], windows: Windows, text: str) -> None:
    assert not any(text in address for address in [*visited, windows.of("eve").url])


@then(parsers.parse('the title of {who:w}\'s window is "{title}"'))
def has_title(windows: Windows, who: str, title: str) -> None:
    expect(windows.of(who)).to_have_title(title)


@then(parsers.parse("{who:w} sees the changes of the score as wide as they are"))
def sees_all_changes(windows: Windows, who: str) -> None:
    changes = windows.of(who).get_by_role("region", name="Changes of the score")
    assert changes.evaluate("region => region.scrollWidth <= region.clientWidth")
