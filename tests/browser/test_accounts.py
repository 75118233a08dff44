"""Steps of signing up, in and out."""

from contextlib import suppress
from uuid import uuid4

from playwright.sync_api import expect
from pytest_bdd import given, parsers, scenarios, then, when

from app.container import MODULE_NAMES, assemble, dispose
from app.settings import settings_from
from features.shop import Shop
from modules.accounts.domain import NameTaken
from tests.browser.windows import Windows

NEEDS = ["accounts"]

scenarios("accounts.feature")


@given(parsers.parse('the account "{name}" of an admin'))
def has_admin(shop: Shop, name: str) -> None:
    application = assemble(settings_from({"APP_DATABASE_URL": shop.database_url}, MODULE_NAMES))
    with suppress(NameTaken):
        application.hosted()["accounts"].accounts().create_admin(name, "correct horse")
    dispose(application)


@when(parsers.parse('{who:w} writes a name of her own into "{label}"'))
def writes_a_new_name(windows: Windows, who: str, label: str) -> None:
    windows.of(who).get_by_label(label, exact=True).fill(f"{who} {uuid4().hex}")


@then(parsers.parse('{who:w} sees the button "{text}"'))
def sees_button(windows: Windows, who: str, text: str) -> None:
    expect(windows.of(who).get_by_role("button", name=text, exact=True)).to_be_visible()


@then(parsers.parse("{who:w} is offered the pages {names}"))
def is_offered(windows: Windows, who: str, names: str) -> None:
    links = windows.of(who).get_by_role("navigation", name="Pages").get_by_role("link")
    assert links.all_text_contents() == names.split(", ")
