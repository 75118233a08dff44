"""The pages of those who look after the products, without scripts, inside this process."""

import pytest

from app.container import Application
from modules.products.pages import NO_IMAGE
from modules.products.service import Products
from tests.modules.page_reader import Reader

LIST = "/admin/products"
CREATE = f"{LIST}/create"
BELLS = f"{LIST}?q=bell"
SCRIPT = {"HX-Request": "true", "HX-Trigger": "q"}


@pytest.fixture
def products(alone: Application) -> Products:
    """The service behind the pages."""
    service: Products = alone.hosted()["products"].products()
    return service


@pytest.fixture
def bell(reader: Reader, products: Products) -> str:
    """Where the bell is, the only product."""
    bell = products.create(title="Bell", description="Loud", image="a picture")
    return f"{LIST}/{bell.id}"


def test_a_form_that_is_sent_twice_adds_one_product(reader: Reader, products: Products) -> None:
    form = reader.go(CREATE)
    for _ in range(2):
        shown = reader.send(form, CREATE, {"title": "Mug", "image": "/mug.png"})
        assert "“Mug” was added." in shown.text

    other = reader.send(form, CREATE, {"title": "Large mug", "image": "/mug.png"})

    assert (other.status, products.search()[1]) == (422, 1)
    assert "Send it again" in other.told_of("title")
    reader.send(other, CREATE)
    assert products.search()[1] == 2


def test_an_image_that_no_browser_can_show_is_told_at_its_field_but_may_stay(
    reader: Reader, bell: str
) -> None:
    new = reader.send(reader.go(CREATE), CREATE, {"title": "Mug", "image": "mug.png"})
    other = reader.send(reader.go(f"{bell}/edit"), "", {"image": "bell.png"})
    same = reader.send(reader.go(f"{bell}/edit"), "", {"title": "Loud bell"})

    assert (new.status, other.status) == (422, 422)
    assert new.told_of("image") == other.told_of("image") == NO_IMAGE
    assert "“Loud bell” was saved." in same.text


def test_what_is_saved_of_a_product_that_was_deleted_can_be_added_anew(
    reader: Reader, products: Products, bell: str
) -> None:
    form = reader.go(f"{bell}/edit")
    products.delete(int(bell.removeprefix(f"{LIST}/")))

    shown = reader.send(form, "", {"title": "Loud bell", "image": "/another.png"})

    assert shown.status == 404
    assert "It was deleted while you edited it" in shown.text
    assert shown.form(CREATE)["title"] == "Loud bell"
    assert "“Loud bell” was added." in reader.send(shown, CREATE).text


def test_who_deletes_what_nobody_likes_is_told_of_no_likes(reader: Reader, bell: str) -> None:
    asked = reader.go(f"{bell}/delete").text

    assert "It goes for good. To hide it, withdraw it instead." in asked


@pytest.mark.parametrize("act", ["withdraw", "edit", "delete"])
def test_after_an_act_one_is_back_where_one_was(reader: Reader, bell: str, act: str) -> None:
    page = reader.go(BELLS)

    if act == "withdraw":
        done = reader.send(page, f"{bell}/withdraw")
    else:
        [there] = [each for each in page.links if each.startswith(f"{bell}/{act}")]
        asked = reader.go(there)
        assert BELLS in asked.links
        done = reader.send(asked, "")

    assert str(done.answer.url).endswith(BELLS)


def test_after_an_act_one_is_on_a_page_of_ours_whatever_the_form_says(
    reader: Reader, bell: str
) -> None:
    page = reader.go(LIST)

    done = reader.send(page, f"{bell}/withdraw", {"_back": "//elsewhere.example/"})

    assert done.at == LIST


def test_a_script_that_searches_is_told_how_many_were_found(reader: Reader, bell: str) -> None:
    searched = reader.go(BELLS, headers=SCRIPT)
    moved = reader.go(BELLS, headers={"HX-Request": "true"})

    assert "1 found" in searched.text
    assert "1 found" not in moved.text
