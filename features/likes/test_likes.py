"""Steps of the likes feature."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import httpx
from pytest_bdd import given, parsers, scenarios, then, when

from bus import Database, Event, Participant
from features.eventually import eventually
from features.story import Story

NEEDS = ["products"]

scenarios("likes.feature")


class LateEdit(Event, frozen=True, kw_only=True):
    """An edit as the products module would announce it."""

    wire_name = "products.product_updated"
    subject_fields = ("product_id",)

    product_id: int
    title: str
    description: str
    image: str
    state: str


@given(parsers.re(r'(?P<who>\w+) takes (her|his) like of "(?P<title>\w+)" back'))
@when(parsers.re(r'(?P<who>\w+) takes (her|his) like of "(?P<title>\w+)" back'))
def unlike(story: Story, who: str, title: str) -> None:
    story.ask(who, "DELETE", f"/api/products/{story.products[title]}/like")


@when(parsers.parse("Ann likes product number {number:d}"))
def like_number(story: Story, number: int) -> None:
    story.ask("Ann", "POST", f"/api/products/{number}/like")


@when(parsers.parse("Ann takes back a like of product number {number:d}"))
def unlike_number(story: Story, number: int) -> None:
    story.ask("Ann", "DELETE", f"/api/products/{number}/like")


@when(parsers.parse('the likes module has heard of "{title}"'))
def has_heard_of(story: Story, title: str) -> None:
    # Of one source all news arrives in order: what came after it is there, so it is too.
    story.add("marker")

    def look() -> None:
        assert story.shown("marker")

    eventually(look)


@when(parsers.parse('an edit of "{title}" arrives late'))
def edit_arrives_late(story: Story, title: str) -> None:
    database = Database(story.shop.database_of("products"), "products")
    with Participant("products", database).unit_of_work() as work:
        work.publish(
            LateEdit(
                product_id=story.products[title],
                title=title,
                description="",
                image="an image",
                state="active",
            )
        )
    database.dispose()


@when(parsers.parse('somebody with Ann\'s session, altered, likes "{title}"'))
def like_with_altered_session(story: Story, title: str) -> None:
    session = story.visitor("Ann").cookies["session"]
    forger = story.visitor("forger")
    forger.cookies.set("session", session[:-5] + session[:5])
    story.ask("forger", "POST", f"/api/products/{story.products[title]}/like")


@when("Ann asks twice who she is")
def ask_twice(story: Story) -> None:
    story.ask("Ann", "GET", "/api/user")


@then("she is the same guest both times and Bob is another")
def same_guest(story: Story) -> None:
    first, second = story.answer.json(), story.see("/api/user", "Ann")

    assert first == second
    assert first["role"] == "guest"
    assert story.see("/api/user", "Bob")["id"] != first["id"]


@then(parsers.re(r"(?P<who>\w+) is told that (?P<likes>\d+) visitors? likes? it"))
def told_count(story: Story, who: str, likes: str) -> None:
    assert story.answer.status_code == 201
    assert story.answer.json() == {"message": "success", "likes": int(likes)}


@then(parsers.parse('the storefront shows Ann that she likes "{title}"'))
def shows_liked(story: Story, title: str) -> None:
    assert story.shown(title, "Ann")["liked"] is True


@then(parsers.parse('the storefront does not show Bob that he likes "{title}"'))
def shows_not_liked(story: Story, title: str) -> None:
    assert story.shown(title, "Bob")["liked"] is False


@given(parsers.parse('"{title}" leaves the storefront'))
@then(parsers.parse('"{title}" leaves the storefront'))
def leaves_storefront(story: Story, title: str) -> None:
    def look() -> None:
        assert story.shown(title) is None

    eventually(look)


@then(parsers.parse('"{title}" stays out of the storefront'))
def stays_out(story: Story, title: str) -> None:
    has_heard_of(story, title)

    assert story.shown(title) is None
    assert like_of(story, title).status_code == 404


@then(parsers.parse('Ann is refused with {status:d} when liking "{title}"'))
def refused(story: Story, status: int, title: str) -> None:
    answer = like_of(story, title)

    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"


@then(parsers.parse('"{title}" has {likes:d} likes in the list of products'))
def has_likes_in_list(story: Story, title: str, likes: int) -> None:
    def look() -> None:
        assert story.product(title)["likes"] == likes

    eventually(look)


def like_of(story: Story, title: str) -> httpx.Response:
    """The answer to Ann's like."""
    return story.ask("Ann", "POST", f"/api/products/{story.products[title]}/like")


@when(parsers.parse('Ann likes "{title}" {times:d} times at once'), target_fixture="statuses")
def like_many_times(story: Story, title: str, times: int) -> Counter[int]:
    story.see("/api/user", "Ann")  # from now on it is one session
    return at_once(story, title, ["Ann"] * times)


@when(parsers.parse('{count:d} visitors like "{title}" at once'), target_fixture="statuses")
def many_like(story: Story, title: str, count: int) -> Counter[int]:
    return at_once(story, title, [f"visitor {number}" for number in range(count)])


def at_once(story: Story, title: str, visitors: Sequence[str]) -> Counter[int]:
    """Let all of them like a product in the same moment; the statuses of the answers."""
    browsers = [story.visitor(who) for who in visitors]
    path = f"/api/products/{story.products[title]}/like"
    with ThreadPoolExecutor(len(browsers)) as pool:
        return Counter(pool.map(lambda browser: browser.post(path).status_code, browsers))


@then(parsers.re(r"(?P<taken>\d+) of these likes (is|are) taken and (?P<refused>\d+) .*"))
def likes_are_taken(statuses: Counter[int], taken: str, refused: str) -> None:
    assert statuses == Counter({201: int(taken), 409: int(refused)})
