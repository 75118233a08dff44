"""The commands beside the server: sample data, and what an operator asks and does."""

import json
import shlex
import shutil
import tomllib
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from app import __main__
from app.cli.group import commands
from app.cli.operations import dead_letters
from app.container import MODULE_NAMES, MODULES
from app.settings import SettingsError
from bus import Database, DeclarationError, Participant
from bus.admin import DeadLetters
from bus.subscription.inbox import Inbox
from features.shop import ROOT

MODULE = MODULE_NAMES[0]
LISTENER = next(name for name, module in MODULES.items() if module.reactions)
needs = pytest.mark.needs


@pytest.fixture
def shop(tmp_path: Path, migrated_files: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a migrated shop that nobody serves."""
    shutil.copytree(migrated_files, tmp_path / "var")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    """Run a command to its end, here."""
    return CliRunner().invoke(commands, arguments)


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert run("--version").output == f"{project['name']} {project['version']}\n"


def test_migrating_again_is_no_trouble(shop: Path) -> None:
    assert run("migrate").output == f"Up to date: {', '.join(MODULE_NAMES)}\n"


@pytest.mark.needs("products", "person")
def test_demo_twice_adds_nothing_more(shop: Path) -> None:
    first, again = run("demo").output, run("demo").output

    assert "Sample products: 12 added, 0 were there already." in first
    assert "Sample persons: 3 added, 0 were there already." in first
    assert "Sample products: 0 added, 12 were there already." in again
    assert "Sample persons: 0 added, 3 were there already." in again
    assert len(json.loads(run("events", "person", "--json").output)) == 3 * 4


@pytest.mark.needs("products", "person")
@pytest.mark.parametrize(("hosted", "other"), [("products", "persons"), ("person", "products")])
def test_demo_adds_to_the_modules_that_are_hosted(
    shop: Path, monkeypatch: pytest.MonkeyPatch, hosted: str, other: str
) -> None:
    monkeypatch.setenv("APP_MODULES", hosted)
    # Modules that are not hosted are elsewhere, and then every process needs the same key.
    monkeypatch.setenv("APP_SECRET_KEY", "k" * 32)
    monkeypatch.setenv("APP_BUS", "rabbitmq")

    said = run("demo").output

    assert " added, 0 were there already." in said
    assert f"Sample {other}" not in said


def test_demo_says_that_nobody_has_samples(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without = {name: replace(module, sample_data=None) for name, module in MODULES.items()}
    monkeypatch.setattr("app.discovery.MODULES", without)

    assert refusal("demo") == "No module here has sample data: there is nothing to add"


@pytest.mark.needs("products")
def test_the_samples_are_announced_and_show_without_a_network(shop: Path) -> None:
    run("demo")

    events = json.loads(run("events", "products", "--json").output)

    assert [event["type"] for event in events] == ["products.product_created"] * 12
    pictures = [unquote(event["data"]["image"]) for event in events]
    assert all(each.startswith("data:image/svg+xml,") for each in pictures)
    # Text would take a font that draws it.
    assert not any("<text" in each for each in pictures)


@pytest.mark.needs("products")
def test_the_log_of_a_time_is_listed(shop: Path) -> None:
    run("demo")
    times = [event["time"] for event in json.loads(run("events", "products", "--json").output)]

    found = run("events", "products", "--json", "--since", times[3], "--until", times[1])
    refused = run("events", "products", "--since", "yesterday")

    assert [event["time"] for event in json.loads(found.output)] == times[2:4]
    assert refused.exit_code == 2
    assert "takes a time as 2026-01-31" in refused.output


def test_status_says_when_all_is_well(shop: Path) -> None:
    assert run("status").output == "".join(f"{name}: all is well\n" for name in MODULE_NAMES)
    assert [each["dead"] for each in json.loads(run("status", "--json").output)] == [0] * len(
        MODULE_NAMES
    )


def test_the_dead_letters_commands_are_all_there() -> None:
    assert set(dead_letters.commands) == {"list", "show", "redrive", "discard"}


@pytest.mark.parametrize(
    "arguments",
    [
        ["dead-letters", "list", MODULE],
        ["dead-letters", "redrive", MODULE, "--all"],
        ["dead-letters", "discard", MODULE, "--all", "--reason", "none"],
        ["resend", LISTENER],
        pytest.param(["resend", "likes", "--source", "products"], marks=needs("likes", "products")),
        ["new-epoch", MODULE],
    ],
)
def test_the_operators_commands_work_on_an_empty_shop(shop: Path, arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["events", "nothing"],
        ["dead-letters", "show", MODULE, "none"],
        ["dead-letters", "redrive", MODULE],
        ["dead-letters", "redrive", MODULE, "some-id", "--all"],
        ["dead-letters", "redrive", MODULE, "some-id"],
        ["resend", MODULE, "--source", MODULE],
        ["new-epoch", MODULE, "--after", "99"],
    ],
)
def test_what_an_operator_cannot_mean_is_refused(shop: Path, arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 1


def test_a_discarded_letter_needs_a_reason(shop: Path) -> None:
    assert "--reason" in run("dead-letters", "discard", MODULE, "--all").output


@pytest.mark.parametrize("reason", ["", " \u200b", "x" * 501])
def test_a_reason_is_as_long_as_over_http(shop: Path, reason: str) -> None:
    assert run("dead-letters", "discard", MODULE, "--all", "--reason", reason).exit_code == 2


def dead_letters_of(*messages: bytes) -> list[str]:
    """The ids of these messages, that a module could not read."""
    database = Database(f"sqlite:///var/{MODULE}.db", MODULE)
    participant = Participant(MODULE, database)
    with database.transaction() as connection:
        for message in messages:
            Inbox(participant).store_undecodable(connection, message, ValueError("no event"))
    found = [letter.id for letter in DeadLetters(participant).messages()[1]]
    database.dispose()
    return found


def test_what_could_be_redriven_is_and_the_others_are_named(shop: Path) -> None:
    first, second = dead_letters_of(b"one", b"two")
    run("dead-letters", "redrive", MODULE, first)

    done = run("dead-letters", "redrive", MODULE, first, second, "ffffffffffff")

    assert done.exit_code == 1
    assert done.output.startswith("1 redriven")
    assert f"{first} is retrying, not dead" in done.output
    assert "ffffffffffff" in done.output


def test_what_is_discarded_already_cannot_be_discarded(shop: Path) -> None:
    [letter] = dead_letters_of(b"one")
    discard = ["dead-letters", "discard", MODULE, letter, "--reason", "broken"]

    assert run(*discard).output == "1 discarded\n"
    assert f"{letter} is discarded, not dead" in run(*discard).output


def test_those_that_died_alike_are_redriven_or_discarded_together(shop: Path) -> None:
    dead_letters_of(b"one")
    database = Database(f"sqlite:///var/{MODULE}.db", MODULE)
    participant = Participant(MODULE, database, {})
    with database.transaction() as connection:
        Inbox(participant).store_undecodable(connection, b"other", TypeError("nothing"))
    database.dispose()
    lines = run("dead-letters", "list", MODULE).output.splitlines()
    [line] = [each for each in lines if "--cause" in each and "TypeError" in each]
    cause = ["--cause", shlex.split(line)[-1]]

    listed = run("dead-letters", "list", MODULE, *cause).output
    redriven = run("dead-letters", "redrive", MODULE, "--all", *cause).output
    again = run("dead-letters", "discard", MODULE, "--all", *cause, "--reason", "no use").output
    left = run("dead-letters", "list", MODULE).output

    assert "\n1 dead\n" in listed
    assert redriven.startswith("1 redriven")
    assert again == "0 discarded\n"
    assert "\n1 dead\n" in left
    assert "TypeError" not in left


def test_no_id_is_no_beginning_of_one(shop: Path) -> None:
    dead_letters_of(b"one")

    assert run("dead-letters", "redrive", MODULE, "").exit_code == 1
    assert run("dead-letters", "show", MODULE, "").exit_code == 1


def refusal(*arguments: str) -> str:
    """What the command is refused with."""
    error = run(*arguments).exception
    assert isinstance(error, SettingsError), error
    return str(error)


def test_a_wrong_declaration_is_refused_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def declare(prog_name: str) -> None:
        raise DeclarationError("likes: ProductLiked names no subject_fields: write them")

    monkeypatch.setattr("app.cli.group.commands", declare)
    with pytest.raises(SystemExit) as ended:
        __main__.main()

    # What is no number goes to standard error, and the exit status is 1.
    assert ended.value.code == "likes: ProductLiked names no subject_fields: write them"


@pytest.mark.parametrize("command", ["migrate", "status", "demo"])
def test_a_database_of_a_newer_version_is_refused_in_one_line(shop: Path, command: str) -> None:
    database = Database(f"sqlite:///var/{MODULE}.db", MODULE)
    with database.transaction() as connection:
        connection.execute(text(f"UPDATE {MODULE}.alembic_version SET version_num = '9999'"))
    database.dispose()

    said = refusal(command)

    assert f"{MODULE} (APP_DATABASE_URL) was migrated by a newer version" in said
    assert "\n" not in said


@pytest.mark.parametrize("command", ["migrate", "demo"])
def test_the_variable_that_leads_nowhere_is_named(
    shop: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    (shop / "file").touch()
    monkeypatch.setenv(f"APP_{MODULE.upper()}_DATABASE_URL", f"sqlite:///{shop}/file/{MODULE}.db")

    assert f"{MODULE} (APP_{MODULE.upper()}_DATABASE_URL)" in refusal(command)


def test_a_folder_that_cannot_be_made_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("APP_DATABASE_URL", "sqlite:////proc/nowhere/{module}.db")

    assert refusal("migrate").endswith(
        "(APP_DATABASE_URL) cannot be reached: No such file or directory"
    )


def test_status_tells_of_the_others_while_a_database_is_away(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"APP_{MODULE.upper()}_DATABASE_URL", "postgresql://u@127.0.0.1:1/d")

    told = run("status")

    assert told.output.splitlines() == [
        f"{MODULE}: its database does not answer (OperationalError)"
        if name == MODULE
        else f"{name}: all is well"
        for name in MODULE_NAMES
    ]
    assert json.loads(run("status", "--json").output)[1]["unsent"] == 0


@pytest.mark.parametrize("command", ["demo", "status"])
def test_a_shop_that_is_not_migrated_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(tmp_path)

    assert isinstance(run(command).exception, SettingsError)
    assert list(tmp_path.iterdir()) == []
