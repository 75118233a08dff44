"""Steps of the storefront."""

from playwright.sync_api import FloatRect, Locator, Route, expect
from pytest_bdd import given, parsers, scenarios, then, when

from tests.browser.shelves import Shelves
from tests.browser.windows import Windows, press

NEEDS = ["products", "likes"]

scenarios("storefront.feature")


@when(parsers.parse('the shop adds "{title}"'))
def shop_adds(shelves: Shelves, title: str) -> None:
    shelves.add(title)


@given(parsers.parse("{count:d} products"))
def has_so_many(shelves: Shelves, count: int) -> None:
    for number in range(count):
        shelves.add(f"Product {number}")


@given(parsers.parse('a product whose image is "{image}"'))
def has_product_with_image(shelves: Shelves, image: str) -> None:
    shelves.add("Mug", image=image)


@given(parsers.parse("a product whose title has {length:d} characters"))
def has_product_with_title(shelves: Shelves, length: int) -> None:
    shelves.add(("mug " * length)[: length - 1] + ".")


@then("the title takes three lines at most")
def title_is_short(windows: Windows) -> None:
    lines = "title => title.offsetHeight / parseFloat(getComputedStyle(title).lineHeight)"
    assert windows.of("ann").locator(".product h2").evaluate(lines) < 3.5


@given(parsers.parse("{who:w}'s window hears no news"))
def hears_no_news(windows: Windows, who: str) -> None:
    windows.of(who).route("**/live/**", lambda route: route.abort())
    windows.allowed.append("/live/")


@when(
    parsers.parse(
        '{who:w} presses "{text}" with the {means} for so long that {other:w} presses it meanwhile'
    )
)
def presses_long(windows: Windows, who: str, text: str, means: str, other: str) -> None:
    page = windows.of(who)
    button = page.get_by_role("button", name=text, exact=True)
    button.hover()
    button.focus()
    page.mouse.down() if means == "mouse" else page.keyboard.down("Space")
    with page.expect_response(lambda answer: "hx-request" in answer.request.headers) as news:
        press(windows.of(other), text)
    news.value.finished()
    page.mouse.up() if means == "mouse" else page.keyboard.up("Space")


@when(
    parsers.parse(
        '{who:w} presses "{text}" in vain, and before she is answered {other:w} presses it'
    )
)
def presses_in_vain(windows: Windows, who: str, text: str, other: str) -> None:
    page = windows.of(who)
    asked: list[Route] = []
    page.route("**/like", lambda route: asked.append(route))
    with page.expect_request("**/like"):
        press(windows.of(who), text)
    press(windows.of(other), text)
    page.get_by_text("1 like").wait_for()
    asked[0].fulfill(status=502, body="away")
    for complaint in ("status of 502 ", "Error Code 502"):
        windows.excuse(who, complaint)


@when(parsers.parse('{who:w} clears "{label}"'))
def clears(windows: Windows, who: str, label: str) -> None:
    windows.of(who).get_by_label(label, exact=True).clear()


@then(parsers.parse('{who:w} has "{text}" in sight'))
def has_in_sight(windows: Windows, who: str, text: str) -> None:
    expect(windows.of(who).get_by_text(text)).to_be_in_viewport(ratio=1)


@given(parsers.parse("{who:w} looks elsewhere"))
def looks_elsewhere(windows: Windows, who: str) -> None:
    show(windows, who, hidden=True)


@when(parsers.parse("{who:w} looks again"))
def looks_again(windows: Windows, who: str) -> None:
    show(windows, who, hidden=False)


def show(windows: Windows, who: str, *, hidden: bool) -> None:
    """Let the page believe that nobody, or somebody, looks at it."""
    windows.of(who).evaluate(
        "value => { Object.defineProperty(document, 'hidden', {value, configurable: true});"
        " document.dispatchEvent(new Event('visibilitychange')); }",
        hidden,
    )


@when(parsers.parse('{who:w} tabs to "{text}" and presses Enter'))
def tabs_to(windows: Windows, who: str, text: str) -> None:
    page = windows.of(who)
    wanted = page.get_by_role("button", name=text, exact=True)
    for _ in range(20):
        page.keyboard.press("Tab")
        if wanted.evaluate("each => each === document.activeElement"):
            break
    page.keyboard.press("Enter")


@then(parsers.parse('the focus of {who:w} is on "{text}"'))
def has_focus(windows: Windows, who: str, text: str) -> None:
    expect(windows.of(who).get_by_role("button", name=text, exact=True)).to_be_focused()


@then(parsers.parse('{who:w} is told "{text}"'))
def is_told(windows: Windows, who: str, text: str) -> None:
    """Also who does not see the page."""
    expect(windows.of(who).get_by_role("status").get_by_text(text)).to_have_text(text)


@then(parsers.parse("{who:w} has been at one page only"))
def has_been_at_one_page(windows: Windows, who: str) -> None:
    # The empty page of a new window counts, too.
    assert windows.of(who).evaluate("history.length") == 2


@then(parsers.parse('the title of {who:w}\'s window is "{title}"'))
def has_title(windows: Windows, who: str, title: str) -> None:
    expect(windows.of(who)).to_have_title(title)


@then("the place of the image is as large as ever, and empty")
def is_tidy(windows: Windows) -> None:
    frame = windows.of("ann").locator(".product .frame")
    box = frame.bounding_box()
    assert box is not None
    assert box["height"] > 100
    expect(frame.locator("img")).to_be_hidden()


@then("the place of the image looks as if there were none")
def looks_like_none(windows: Windows) -> None:
    frame = windows.of("ann").locator(".product .frame")
    shown = middle_of(frame)
    frame.evaluate("frame => frame.replaceChildren()")
    assert shown == middle_of(frame)


def middle_of(frame: Locator) -> bytes:
    """A picture of it without its round corners, whose shades depend on what lies above what."""
    box = frame.bounding_box()
    assert box is not None
    clip: FloatRect = {
        "x": box["x"] + box["width"] / 4,
        "y": box["y"] + box["height"] / 4,
        "width": box["width"] / 2,
        "height": box["height"] / 2,
    }
    return frame.page.screenshot(clip=clip)
