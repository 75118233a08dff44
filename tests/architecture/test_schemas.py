"""A module's statements stay in its own schema, whichever database it runs on."""

import re
from datetime import date

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from app.container import MODULE_NAMES, Application, assemble, dispose
from app.settings import settings_from
from features.eventually import eventually
from modules.person.service import Persons
from tests.modules.likes.two_modules import Modules


def test_no_statement_of_a_module_names_another_ones_schema(
    application: Application, modules: Modules, persons: Persons
) -> None:
    said = {name: listen(application, name) for name in MODULE_NAMES}

    def is_counted() -> None:
        assert modules.products.find(product.id).likes == 1

    def everybody_spoke() -> None:
        assert all(said.values())

    with modules.bus:
        product = modules.products.create(title="mug", description="", image="image")
        modules.likes.like(product.id, "ann")
        eventually(is_counted)
        modules.likes.storefront("ann")
        modules.likes.unlike(product.id, "ann")
        modules.products.delete(product.id)
        persons.register(cpf="00000011111", name="abc", address="abc", date_of_birth=date.min)
        application.hosted()["accounts"].accounts().create_admin("ann", "correct horse")
        eventually(everybody_spoke)

    for name, statements in said.items():
        others = "|".join(set(MODULE_NAMES) - {name})
        assert statements
        assert not [each for each in statements if re.search(rf'\b({others})"?\.', each)]


def listen(application: Application, module: str) -> list[str]:
    """Every statement that the module's engine sends from now on."""
    statements: list[str] = []
    engine = application.databases()[module].engine

    @event.listens_for(engine, "before_cursor_execute")
    def keep(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    return statements


def test_on_sqlite_a_module_cannot_even_reach_another_ones_tables(migrated_url: str) -> None:
    application = assemble(settings_from({"APP_DATABASE_URL": migrated_url}, MODULE_NAMES))
    databases = application.databases()

    with databases["products"].snapshot() as connection, pytest.raises(OperationalError):
        connection.execute(text("SELECT * FROM likes.product_user"))

    dispose(application)
