"""`create-admin`: the first admin, and every other one."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from app.cli.group import commands
from app.settings import SettingsError
from bus import Database
from tests.modules.accounts.quick_hasher import QuickHasher

PASSWORD = "correct horse"


@pytest.fixture
def shop(tmp_path: Path, migrated_files: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a migrated shop that nobody serves."""
    shutil.copytree(migrated_files, tmp_path / "var")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("modules.accounts.service.Argon2Hasher", QuickHasher)
    return tmp_path


def run(*arguments: str, typed: str = "") -> Result:
    """Run a command to its end, here."""
    return CliRunner().invoke(commands, arguments, input=typed)


def admins() -> list[str]:
    """The names of the admins."""
    database = Database("sqlite:///var/accounts.db", "accounts")
    with database.snapshot() as connection:
        found = connection.execute(text("SELECT name FROM accounts.accounts WHERE role = 'admin'"))
        names = list(found.scalars())
    database.dispose()
    return names


def test_the_password_is_asked_for_twice_and_not_shown(shop: Path) -> None:
    done = run("create-admin", "Boss", typed=f"{PASSWORD}\n{PASSWORD}\n")

    assert done.exit_code == 0
    assert done.output.endswith("Boss is an admin.\n")
    assert PASSWORD not in done.output
    assert admins() == ["Boss"]


def test_two_passwords_that_differ_are_asked_for_again(shop: Path) -> None:
    typed = f"{PASSWORD}\nanother horse\n{PASSWORD}\n{PASSWORD}\n"

    assert run("create-admin", "Boss", typed=typed).exit_code == 0
    assert admins() == ["Boss"]


def test_the_password_can_be_piped_in(shop: Path) -> None:
    done = run("create-admin", "Boss", "--password-stdin", typed=f"{PASSWORD}\n")

    assert (done.exit_code, done.output) == (0, "Boss is an admin.\n")
    assert admins() == ["Boss"]


def test_what_cannot_be_is_refused_in_one_line(shop: Path) -> None:
    run("create-admin", "Boss", "--password-stdin", typed=PASSWORD)

    for name, password, told in (
        ("BOSS", PASSWORD, "The name BOSS is taken."),
        ("Other", "short", "A password has 8 to 256 characters"),
        ("Other", "", "A password has 8 to 256 characters"),
        ("Other", "x" * 257, "A password has 8 to 256 characters"),
        ("O\nther", PASSWORD, "A name cannot contain control characters"),
        ("", PASSWORD, "A name needs a character that can be seen"),
    ):
        refused = run("create-admin", name, "--password-stdin", typed=password)

        assert (refused.exit_code, refused.output) == (1, f"{told}\n")
    assert admins() == ["Boss"]


@pytest.mark.needs("products")
def test_it_is_done_where_the_accounts_are(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_MODULES", "products")
    monkeypatch.setenv("APP_BUS", "rabbitmq")
    monkeypatch.setenv("APP_SECRET_KEY", "k" * 32)

    refused = run("create-admin", "Boss", "--password-stdin", typed=PASSWORD).exception

    assert isinstance(refused, SettingsError)
    assert "APP_MODULES" in str(refused)
