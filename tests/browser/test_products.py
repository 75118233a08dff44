"""Steps of the products' pages."""

from pytest_bdd import given, parsers, scenarios, when

from tests.browser.shelves import Shelves
from tests.browser.windows import Windows

NEEDS = ["products", "likes"]

scenarios("products.feature")


@given(parsers.parse('{who:w} edits "{title}"'))
def edits(windows: Windows, shelves: Shelves, who: str, title: str) -> None:
    windows.of(who).goto(f"/admin/products/{shelves.ids[title]}/edit")


@when(parsers.parse('somebody else gives "{title}" the title "{new}"'))
def is_renamed(windows: Windows, shelves: Shelves, title: str, new: str) -> None:
    shelves.edit(title, title=new)
