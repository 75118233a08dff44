"""What is wrong with a database is said in plain words, without a password."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bus import Database
from bus.storage import is_transient, reason
from tests.services.processes import free_port


def why(url: str, statement: str = "SELECT 1") -> str:
    """What is said of a database on which a statement fails."""
    database = Database(url, "shop")
    with pytest.raises(SQLAlchemyError) as caught, database.snapshot() as connection:
        connection.execute(text(statement))
    database.dispose()
    assert is_transient(caught.value)
    return reason(caught.value)


def test_a_port_where_nobody_listens() -> None:
    assert why(f"postgresql://u:hush@127.0.0.1:{free_port()}/shop") == "Connection refused"


def test_a_name_that_is_no_hosts() -> None:
    assert "failed to resolve host 'no.invalid'" in why("postgresql://u:hush@no.invalid/shop")


def test_a_database_that_is_not_there(postgres_url: str) -> None:
    name = urlsplit(postgres_url).path[1:]

    assert why(f"{postgres_url}_not") == f'database "{name}_not" does not exist'


def test_a_role_that_is_not_there(postgres_url: str) -> None:
    url = urlsplit(postgres_url)
    elsewhere = url._replace(netloc=f"nobody:hush@{url.hostname}:{url.port}").geturl()

    assert why(elsewhere) == 'role "nobody" does not exist'


def test_a_privilege_that_is_not_granted(postgres_url: str) -> None:
    statement = "SET LOCAL ROLE pg_monitor; CREATE SCHEMA shop"

    assert why(postgres_url, statement).startswith("permission denied for database")


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    database = Database(f"sqlite:///{path}", "shop")
    with database.snapshot() as connection:
        connection.execute(text("SELECT 1"))
    path.write_bytes(b"no database at all" * 1000)

    for look in (database.snapshot, database.transaction):
        with pytest.raises(SQLAlchemyError), look() as connection:
            connection.execute(text("SELECT * FROM shop.sqlite_master"))
    database.dispose()
