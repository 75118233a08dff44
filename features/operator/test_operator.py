"""Steps of the operator's feature."""

from typing import Any

from pytest_bdd import given, parsers, scenarios, then, when

from bus import Database, Event, Participant
from features.eventually import eventually
from features.story import IMAGE, Story

NEEDS = ["products", "likes"]

scenarios("operator.feature")


class BrokenEdit(Event, frozen=True, kw_only=True):
    """An edit that lacks what the likes module wants of it."""

    wire_name = "products.product_updated"
    subject_fields = ("product_id",)

    product_id: int


@given(parsers.parse('an announcement of "{title}" goes out that likes cannot read'))
@when(parsers.parse('an announcement of "{title}" goes out that likes cannot read'))
def announce_broken(story: Story, title: str) -> None:
    database = Database(story.shop.database_of("products"), "products")
    with Participant("products", database).unit_of_work() as work:
        work.publish(BrokenEdit(product_id=story.products[title]))
    database.dispose()
    # What the process itself commits wakes it, so that nobody waits for its next regular look.
    story.add("waker")


@when(parsers.parse('the operator reads the log of "{title}"'))
def read_log(story: Story, title: str) -> None:
    def look() -> None:
        assert all(event["position"] for event in log_of(story, title))

    eventually(look)
    story.ask("operator", "GET", "/api/bus/products/events", params=subject(story, title))


@when(parsers.parse('the operator reads the log of "{title}" by pages of one'))
def read_log_by_pages(story: Story, title: str) -> None:
    read_log(story, title)
    query = {**subject(story, title), "limit": 1}
    story.ask("operator", "GET", "/api/bus/products/events", params=query)


@when(parsers.parse('the admin adds the product "{title}" under a correlation id'))
def add_under_id(story: Story, title: str) -> None:
    correlation_id = f"feature-{id(story)}"
    body = {"title": title, "image": IMAGE}
    story.ask(
        "admin",
        "POST",
        "/api/products",
        json=body,
        headers={"X-Correlation-Id": correlation_id},
    )
    assert story.answer.headers["X-Correlation-Id"] == correlation_id


@when(parsers.parse('the operator discards the dead letter because "{reason}"'))
@when(parsers.re(r'the operator discards the dead letter because "(?P<reason>)"'))
def discard(story: Story, reason: str) -> None:
    address = f"/api/bus/likes/dead-letters/{story.letter['id']}/discard"
    story.ask("operator", "POST", address, json={"reason": reason})


@when("the operator redrives the dead letter")
def redrive(story: Story) -> None:
    address = f"/api/bus/likes/dead-letters/{story.letter['id']}/redrive"
    story.ask("operator", "POST", address)


@when(parsers.parse('the operator discards all dead letters of "{title}" because "{reason}"'))
def discard_all(story: Story, title: str, reason: str) -> None:
    story.ask(
        "operator",
        "POST",
        "/api/bus/likes/dead-letters/discard",
        params=subject(story, title),
        json={"reason": reason},
    )


@when("the operator has the likes sent again to products")
def resend(story: Story) -> None:
    story.ask("operator", "POST", "/api/bus/products/resend", params={"source": "likes"})


@when(parsers.parse("the operator asks for {address}"))
def ask_for(story: Story, address: str) -> None:
    story.ask("operator", "GET", address)


@then("the bus settles with nothing unsent")
def bus_settles(story: Story) -> None:
    def look() -> None:
        for module in ("products", "likes"):
            stands = story.see(f"/api/bus/{module}")
            assert stands["unsent"] == 0
            for each in stands["sources"]:
                assert each["position"] == newest_position(story, each["source"])

    eventually(look)


@then(parsers.parse('it says "{newest}", then "{oldest}"'))
def log_says(story: Story, newest: str, oldest: str) -> None:
    assert [event["type"] for event in story.answer.json()] == [newest, oldest]


@then("the log has exactly that event under the id")
def log_has_event(story: Story) -> None:
    created = story.answer
    query = {"correlation": created.headers["X-Correlation-Id"]}
    [event] = story.see("/api/bus/products/events", **query)

    assert event["type"] == "products.product_created"
    assert event["subject"] == str(created.json()["id"])


@then("the pages follow on one another")
def pages_follow(story: Story) -> None:
    [newest] = story.answer.json()
    [older] = story.see(story.answer.links["next"]["url"])

    assert newest["type"] == "products.product_updated"
    assert older["type"] == "products.product_created"


@then("its liveness and its readiness are 200")
def is_healthy(story: Story) -> None:
    story.see("/health/live")
    story.see("/health/ready")


@given(parsers.parse('the operator finds a dead letter of "{title}" whose cause names "{word}"'))
@then(parsers.parse('the operator finds a dead letter of "{title}" whose cause names "{word}"'))
def finds_dead_letter(story: Story, title: str, word: str) -> None:
    def look() -> Any:
        letters = dead_letters_of(story, title)
        assert len(letters) == 1
        return letters[0]

    found = eventually(look)
    story.letter = story.see(f"/api/bus/likes/dead-letters/{found['id']}")
    assert word in story.letter["causes"][-1]["error"]
    assert story.letter["message"]["data"] == {"product_id": story.products[title]}


@then("the dead letter is tried once more and is dead again")
def dead_again(story: Story) -> None:
    def look() -> None:
        letter = story.see(f"/api/bus/likes/dead-letters/{story.letter['id']}")
        assert letter["state"] == "dead"
        assert len(letter["causes"]) == len(story.letter["causes"]) + 1

    eventually(look)


@then(parsers.parse('the storefront still shows "{title}" with the title "{old}"'))
def still_shows(story: Story, title: str, old: str) -> None:
    assert story.shown(title)["title"] == old


@then(parsers.parse('no dead letter of "{title}" is left'))
def no_dead_letter(story: Story, title: str) -> None:
    assert dead_letters_of(story, title) == []


def subject(story: Story, title: str) -> dict[str, str]:
    """The query that picks what concerns a product."""
    return {"subject": str(story.products[title])}


def newest_position(story: Story, source: str) -> int:
    """How far a module's log has come, 0 when it is empty."""
    newest = story.see(f"/api/bus/{source}/events", limit=1)
    return newest[0]["position"] if newest else 0


def log_of(story: Story, title: str) -> Any:
    """A product's events."""
    return story.see("/api/bus/products/events", **subject(story, title))


def dead_letters_of(story: Story, title: str) -> Any:
    """What likes could not apply of a product's events."""
    return story.see("/api/bus/likes/dead-letters", **subject(story, title))
