"""The pages of those who look after the products, without scripts, inside this process."""

from collections.abc import Iterator
from typing import Any

import pytest
from dependency_injector import providers
from litestar.testing import TestClient
from sqlalchemy import delete

from app.container import MODULE_NAMES, Application, assemble, dispose
from app.migrating import upgrade
from app.server import web_application
from app.settings import settings_from
from modules.products.module import metadata
from modules.products.service import Products
from tests.modules.reader import Reader

LIST = "/admin/products"
CREATE = f"{LIST}/create"
BELLS = f"{LIST}?q=bell"
SCRIPT = {"HX-Request": "true", "HX-Trigger": "q"}


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """The products module alone in this process."""
    data = f"sqlite:///{tmp_path_factory.mktemp('data')}/{{module}}.db"
    settings = settings_from({"APP_DATABASE_URL": data, "APP_SECRET_KEY": "k" * 32}, MODULE_NAMES)
    products = assemble(settings).hosted()["products"]
    alone = Application(settings=settings, hosted=providers.Object({"products": products}))
    upgrade(alone.databases()["products"])
    yield alone
    dispose(alone)


@pytest.fixture(scope="module")
def client(application: Application) -> Iterator[TestClient[Any]]:
    """Its routes, as a browser asks for them."""
    with TestClient(web_application(application), base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture
def reader(application: Application, client: TestClient[Any]) -> Reader:
    """An admin; there are no products yet."""
    with application.databases()["products"].writing() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(delete(table))
    return Reader(client)


@pytest.fixture
def products(application: Application) -> Products:
    """The service behind the pages."""
    service: Products = application.hosted()["products"].products()
    return service


@pytest.fixture
def bell(reader: Reader, products: Products) -> str:
    """Where the bell is, the only product."""
    bell = products.create(title="Bell", description="Loud", image="a picture")
    return f"{LIST}/{bell.id}"


def test_a_form_that_is_sent_twice_adds_one_product(reader: Reader, products: Products) -> None:
    form = reader.go(CREATE)
    for _ in range(2):
        shown = reader.send(form, CREATE, {"title": "Mug", "image": "a picture"})
        assert "“Mug” was added." in shown.text

    other = reader.send(form, CREATE, {"title": "Large mug", "image": "a picture"})

    assert (other.status, products.search()[1]) == (422, 1)
    assert "Send it again" in other.told_of("title")
    reader.send(other, CREATE)
    assert products.search()[1] == 2


def test_what_is_saved_of_a_product_that_was_deleted_can_be_added_anew(
    reader: Reader, products: Products, bell: str
) -> None:
    form = reader.go(f"{bell}/edit")
    products.delete(int(bell.removeprefix(f"{LIST}/")))

    shown = reader.send(form, "", {"title": "Loud bell", "image": "another"})

    assert shown.status == 404
    assert "It was deleted while you edited it" in shown.text
    assert shown.form(CREATE)["title"] == "Loud bell"
    assert "“Loud bell” was added." in reader.send(shown, CREATE).text


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
