"""The topologies that every scenario runs on, and the steps that several features share."""

from collections.abc import Iterator

import pytest
from pytest_bdd import given, parsers, then, when

from features.eventually import eventually
from features.shop import Shop
from features.story import Story
from features.topologies import TOPOLOGIES, open_shop_on


@pytest.fixture(scope="session", params=TOPOLOGIES)
def shop(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    """One shop per topology and worker; each scenario brings its own products and visitors."""
    with open_shop_on(request.param, request, tmp_path_factory.mktemp("shop")) as opened:
        yield opened


# Asked for by every scenario, for steps ask too late to multiply the scenarios by the topologies.
@pytest.fixture(autouse=True)
def story(shop: Shop) -> Iterator[Story]:
    """What this scenario has done so far."""
    told = Story(shop)
    yield told
    told.close()


@when(parsers.parse('the admin adds the product "{title}"'))
@given(parsers.parse('the product "{title}"'))
def add_product(story: Story, title: str) -> None:
    story.add(title, description="a thing")


@given(parsers.parse('the product "{title}" in the storefront'))
def add_product_to_storefront(story: Story, title: str) -> None:
    story.add(title)
    comes_into_storefront(story, title)


@given(parsers.parse('the withdrawn product "{title}"'))
def add_withdrawn_product(story: Story, title: str) -> None:
    story.add(title, state="withdrawn")


@given(parsers.parse('the admin renames "{title}" to "{new}"'))
@when(parsers.parse('the admin renames "{title}" to "{new}"'))
def rename_product(story: Story, title: str, new: str) -> None:
    story.edit(title, title=new)


@given(parsers.parse('the admin withdraws "{title}"'))
@when(parsers.parse('the admin withdraws "{title}"'))
def withdraw_product(story: Story, title: str) -> None:
    story.edit(title, state="withdrawn")


@when(parsers.parse('the admin puts "{title}" into the state "{state}"'))
def put_into_state(story: Story, title: str, state: str) -> None:
    story.edit(title, state=state)


@given(parsers.parse('the admin deletes "{title}"'))
@when(parsers.parse('the admin deletes "{title}"'))
def delete_product(story: Story, title: str) -> None:
    story.ask("admin", "DELETE", f"/api/products/{story.products[title]}")


@given(parsers.parse('{who:w} likes "{title}"'))
@when(parsers.parse('{who:w} likes "{title}"'))
def like(story: Story, who: str, title: str) -> None:
    story.ask(who, "POST", f"/api/products/{story.products[title]}/like")


@then(parsers.parse("the answer is {status:d}"))
def answer_is(story: Story, status: int) -> None:
    assert story.answer.status_code == status, story.answer.text


@then(parsers.parse('"{title}" comes into the storefront'))
def comes_into_storefront(story: Story, title: str) -> None:
    def look() -> None:
        assert story.shown(title)

    eventually(look)


@given(parsers.re(r'"(?P<title>\w+)" has (?P<likes>\d+) likes? in the storefront and .*'))
@then(parsers.re(r'"(?P<title>\w+)" has (?P<likes>\d+) likes? in the storefront and .*'))
def counts_agree(story: Story, title: str, likes: str) -> None:
    def look() -> None:
        assert story.shown(title)["likes"] == int(likes)
        assert story.product(title)["likes"] == int(likes)

    comes_into_storefront(story, title)
    eventually(look)


@then(parsers.parse('the storefront shows "{title}" with the title "{new}"'))
def storefront_shows_title(story: Story, title: str, new: str) -> None:
    def look() -> None:
        assert story.shown(title)["title"] == new

    eventually(look)
