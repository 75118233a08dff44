"""Steps of the products feature."""

import json
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from features.eventually import eventually
from features.story import IMAGE, Story

scenarios("products.feature")

JSON = {"Content-Type": "application/json"}


@when(parsers.parse('the admin adds the product "{title}" without a description'))
def add_without_description(story: Story, title: str) -> None:
    story.add(title)


@given(parsers.parse('the product "{title}" described as "{description}"'))
def add_described(story: Story, title: str, description: str) -> None:
    story.add(title, description=description)


@when(parsers.parse('the admin sends "{title}" back as it was shown, with 99 likes'))
def send_back(story: Story, title: str) -> None:
    shown = {**story.product(title), "likes": 99}
    story.ask("admin", "PUT", f"/api/products/{story.products[title]}", json=shown)


@when(parsers.parse('somebody searches the products for "{text}"'))
def search(story: Story, text: str) -> None:
    story.ask("onlooker", "GET", "/api/products", params={"q": text})


@when("somebody asks for one product from the list")
def ask_for_one(story: Story) -> None:
    story.ask("onlooker", "GET", "/api/products", params={"limit": 1})


@when(parsers.parse("somebody tries to {do} product {number}"))
def try_product(story: Story, do: str, number: str) -> None:
    method = {"show": "GET", "edit": "PUT", "delete": "DELETE"}[do]
    body = {"title": "mug", "image": IMAGE} if do == "edit" else None
    story.ask("admin", method, f"/api/products/{number}", json=body)


@when("the admin sends a product with an empty title, no image and a colour")
def send_wrong_fields(story: Story) -> None:
    story.ask("admin", "POST", "/api/products", json={"title": "", "colour": "red"})


@when(parsers.parse("the admin sends a product whose {field} holds {text}"))
def send_text(story: Story, field: str, text: str) -> None:
    body = json.dumps({"title": "mug", "image": IMAGE, field: "TEXT"}).replace("TEXT", text)
    story.ask("admin", "POST", "/api/products", content=body, headers=JSON)


@when(parsers.parse("the admin sends the text {body} as {type_}"))
def send_body(story: Story, body: str, type_: str) -> None:
    story.ask("admin", "POST", "/api/products", content=body, headers={"Content-Type": type_})


@given(parsers.parse('the admin has looked "{title}" up'), target_fixture="etag")
def look_up(story: Story, title: str) -> str:
    found = story.visitor("admin").get(f"/api/products/{story.products[title]}")
    etag: str = found.headers["ETag"]
    return etag


@when(parsers.parse('the admin tries to {do} "{title}" as it was then'))
def try_as_it_was(story: Story, etag: str, do: str, title: str) -> None:
    method = {"edit": "PUT", "delete": "DELETE"}[do]
    body = {"title": "late", "image": IMAGE} if do == "edit" else None
    address = f"/api/products/{story.products[title]}"
    story.ask("admin", method, address, json=body, headers={"If-Match": etag})


@given(
    parsers.parse('the admin sends the product "{title}" twice with the same key'),
    target_fixture="sent",
)
@when(
    parsers.parse('the admin sends the product "{title}" twice with the same key'),
    target_fixture="sent",
)
def send_twice(story: Story, key: str, title: str) -> list[httpx.Response]:
    return [send_with(key, story, title) for _ in range(2)]


@when(parsers.parse('the admin sends the product "{title}" with that key'))
def send_another(story: Story, key: str, title: str) -> None:
    send_with(key, story, title)


@pytest.fixture
def key() -> str:
    """The scenario's key of idempotency."""
    return str(uuid4())


def send_with(key: str, story: Story, title: str) -> httpx.Response:
    """Send a product with a key of idempotency."""
    body, headers = {"title": title, "image": IMAGE}, {"Idempotency-Key": key}
    return story.ask("admin", "POST", "/api/products", json=body, headers=headers)


@then("both answers tell of the same product")
def tell_of_the_same(sent: list[httpx.Response]) -> None:
    first, second = sent

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()


@when("a page of another site adds a product")
def add_from_elsewhere(story: Story) -> None:
    body = {"title": "mug", "image": IMAGE}
    origin = {"Origin": "http://elsewhere.example"}
    story.ask("admin", "POST", "/api/products", json=body, headers=origin)


@then("the admin is told that it is created and where to find it")
def told_where(story: Story) -> None:
    created = story.answer

    assert created.status_code == 201
    assert story.see(created.headers["Location"]) == created.json()


@then(parsers.parse('the product "{title}" is active and has 0 likes'))
def is_active_unliked(story: Story, title: str) -> None:
    assert story.product(title)["state"] == "active"
    assert story.product(title)["likes"] == 0


@then(parsers.parse('the product "{title}" is withdrawn'))
def is_withdrawn(story: Story, title: str) -> None:
    assert story.product(title)["state"] == "withdrawn"


@then(parsers.parse('the product "{title}" has an empty description'))
def has_empty_description(story: Story, title: str) -> None:
    assert story.product(title)["description"] == ""


@then(parsers.parse('the product "{title}" has the title "{new}"'))
def has_title(story: Story, title: str, new: str) -> None:
    assert story.product(title)["title"] == new


@then(parsers.parse('only "{title}" is found'))
def only_found(story: Story, title: str) -> None:
    assert [product["id"] for product in story.answer.json()] == [story.products[title]]


@then("the page holds one product and leads to the next")
def one_and_next(story: Story) -> None:
    first, following = story.answer.json(), story.see(story.answer.links["next"]["url"])

    assert len(first) == len(following) == 1
    assert following[0]["id"] > first[0]["id"]
    assert int(story.answer.headers["X-Total-Count"]) >= 2


@then(parsers.parse('the product "{title}" is not found'))
def not_found(story: Story, title: str) -> None:
    shown = story.visitor("onlooker").get(f"/api/products/{story.products[title]}")

    assert shown.status_code == 404
    assert shown.headers["Content-Type"] == "application/problem+json"


@then(parsers.parse('"{later}" has a higher number than "{earlier}" had'))
def has_higher_number(story: Story, later: str, earlier: str) -> None:
    assert story.products[later] > story.products[earlier]


@then(parsers.parse('the fields "{one}", "{two}" and "{three}" are named'))
def fields_named(story: Story, one: str, two: str, three: str) -> None:
    assert named(story) == {one, two, three}


@then(parsers.parse('the field "{field}" is named'))
def field_named(story: Story, field: str) -> None:
    assert named(story) == {field}


def named(story: Story) -> set[str]:
    """The fields that the last answer complains of."""
    return {error["field"] for error in story.answer.json()["errors"]}


@when(parsers.parse('{count:d} clerks edit "{title}" at once'))
def edit_at_once(story: Story, title: str, count: int) -> None:
    path = f"/api/products/{story.products[title]}"
    browsers = [story.visitor(f"clerk {number}") for number in range(count)]

    def edit(number: int) -> int:
        texts = ("title", "description", "image")
        body = {text: f"{text} by clerk {number}" for text in texts}
        return browsers[number].put(path, json=body).status_code

    with ThreadPoolExecutor(count) as pool:
        assert set(pool.map(edit, range(count))) == {200}


@then(parsers.parse('the storefront shows "{title}" in every field as the list of products does'))
def copies_agree(story: Story, title: str) -> None:
    owned = story.product(title)

    def look() -> None:
        copy = story.shown(title)
        assert {name: copy[name] for name in ("title", "description", "image")} == {
            name: owned[name] for name in ("title", "description", "image")
        }

    eventually(look)
