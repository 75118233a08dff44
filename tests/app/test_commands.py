"""The commands beside the server: sample data, and what an operator asks and does."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app import __main__  # noqa: F401  # it knows every command
from app.command_line import commands
from app.operating import dead_letters
from app.settings import SettingsError


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a migrated shop that nobody serves."""
    monkeypatch.chdir(tmp_path)
    assert run("migrate").exit_code == 0
    return tmp_path


def run(*arguments: str) -> Result:
    """Run a command to its end, here."""
    return CliRunner().invoke(commands, arguments)


def test_migrating_again_is_no_trouble(shop: Path) -> None:
    assert run("migrate").output == "Up to date: products, likes\n"


def test_demo_twice_adds_nothing_more(shop: Path) -> None:
    assert "12 added" in run("demo").output
    assert "0 added, 12 were there already." in run("demo").output


def test_the_samples_are_announced_and_show_without_a_network(shop: Path) -> None:
    run("demo")

    events = json.loads(run("events", "products", "--json").output)

    assert [event["type"] for event in events] == ["products.product_created"] * 12
    assert all(event["data"]["image"].startswith("data:image/svg+xml,") for event in events)


def test_status_says_when_all_is_well(shop: Path) -> None:
    assert run("status").output == "products: all is well\nlikes: all is well\n"
    assert [each["dead"] for each in json.loads(run("status", "--json").output)] == [0, 0]


def test_the_dead_letters_commands_are_all_there() -> None:
    assert set(dead_letters.commands) == {"list", "show", "redrive", "discard"}


@pytest.mark.parametrize(
    "arguments",
    [
        ["dead-letters", "list", "likes"],
        ["dead-letters", "redrive", "likes", "--all"],
        ["dead-letters", "discard", "likes", "--all", "--reason", "none"],
        ["resend", "likes"],
        ["resend", "likes", "--source", "products"],
        ["new-epoch", "likes"],
    ],
)
def test_the_operators_commands_work_on_an_empty_shop(shop: Path, arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["events", "nothing"],
        ["dead-letters", "show", "likes", "none"],
        ["dead-letters", "redrive", "likes"],
        ["dead-letters", "redrive", "likes", "some-id", "--all"],
        ["resend", "likes", "--source", "likes"],
        ["new-epoch", "likes", "--after", "99"],
    ],
)
def test_what_an_operator_cannot_mean_is_refused(shop: Path, arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 1


def test_a_discarded_letter_needs_a_reason(shop: Path) -> None:
    assert "--reason" in run("dead-letters", "discard", "likes", "--all").output


@pytest.mark.parametrize("command", ["demo", "status"])
def test_a_shop_that_is_not_migrated_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(tmp_path)

    assert isinstance(run(command).exception, SettingsError)
    assert list(tmp_path.iterdir()) == []
