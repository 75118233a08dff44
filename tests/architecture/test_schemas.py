"""A module's statements stay in its own schema, whichever database it runs on."""

import re
from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from app.container import MODULE_NAMES, Application
from features.eventually import eventually
from tests.shared import shared_application


def test_no_statement_of_a_module_names_another_ones_schema(
    application: Application, request: pytest.FixtureRequest
) -> None:
    said = {name: listen(application, name, request) for name in MODULE_NAMES}

    def everybody_spoke() -> None:
        assert all(said.values())

    with application.bus():
        use(application.hosted())
        eventually(everybody_spoke)

    for name, statements in said.items():
        others = "|".join(set(MODULE_NAMES) - {name})
        assert statements
        assert not [each for each in statements if re.search(rf'\b({others})"?\.', each)]


def use(hosted: Mapping[str, Any]) -> None:
    """Have each module that is known here, and is there, do what it does."""
    if {"products", "likes"} <= hosted.keys():
        use_products_and_likes(hosted["products"].products(), hosted["likes"].likes())
    if "person" in hosted:
        ann = {"cpf": "00000011111", "name": "abc", "address": "abc", "date_of_birth": date.min}
        hosted["person"].persons().register(**ann)
    if "accounts" in hosted:
        hosted["accounts"].accounts().create_admin("ann", "correct horse")


def use_products_and_likes(products: Any, likes: Any) -> None:
    """Count a like, then take it back and delete the product."""

    def is_there() -> None:
        assert [each.id for each in likes.storefront("ann")[0]] == [product.id]

    def is_counted() -> None:
        assert products.find(product.id).likes == 1

    product = products.create(title="mug", description="", image="image")
    eventually(is_there)
    likes.like(product.id, "ann")
    eventually(is_counted)
    likes.unlike(product.id, "ann")
    products.delete(product.id)


def listen(application: Application, module: str, request: pytest.FixtureRequest) -> list[str]:
    """Every statement that the module's engine sends until the test ends."""
    statements: list[str] = []
    engine = application.databases()[module].engine

    @event.listens_for(engine, "before_cursor_execute")
    def keep(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    request.addfinalizer(partial(event.remove, engine, "before_cursor_execute", keep))

    return statements


def test_on_sqlite_a_module_cannot_even_reach_another_ones_tables(migrated_url: str) -> None:
    one, other = MODULE_NAMES[:2]
    with shared_application({"APP_DATABASE_URL": migrated_url}) as application:
        database = application.databases()[one]

        with database.snapshot() as connection, pytest.raises(OperationalError):
            connection.execute(text(f"SELECT * FROM {other}.outbox"))
