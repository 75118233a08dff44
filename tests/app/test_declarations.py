"""What a module may not declare stops the start with one line that says what to write."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import click
import pytest
from litestar import Router, get, post
from sqlalchemy import Column, Integer, MetaData, Table

from app import migrations
from app.declarations import refuse_routes_alike, refuse_wrong
from app.discovery import MODULE_NAMES, MODULES, front_doors
from app.migrations import refuse_unmigrated, upgrade_all
from app.settings import settings_from, with_settings_of
from bus import Database, DeclarationError, Event, UnitOfWork
from modules import Module, ModuleSettings, Parts

SOME, OTHER = MODULE_NAMES[:2]
"""Modules that are right as they are."""

Modules = Mapping[str, Module[Any]]


class Moved(Event, frozen=True, kw_only=True):
    """What no module here publishes."""

    wire_name: ClassVar[str] = "moon.moved"
    subject_fields: ClassVar[tuple[str, ...]] = ("degrees",)
    degrees: int


class Shaken(Event, frozen=True, kw_only=True):
    """What the first module does not publish."""

    wire_name: ClassVar[str] = f"{SOME}.shaken"
    subject_fields: ClassVar[tuple[str, ...]] = ("degrees",)
    degrees: int


def look_on(_event: Any, _work: UnitOfWork) -> None: ...


@get("/planets/{planet:int}")
async def show_planet() -> None: ...


@post("/planets/{name:str}")
async def name_planet() -> None: ...


def serving(handler: Any) -> Module[Any]:
    """A module with one route."""
    return Module(
        tables=MetaData(),
        parts=Parts,
        routes=lambda _parts: [Router("/", route_handlers=[handler])],
    )


def refusal(modules: Modules, *, all_are_here: bool = True) -> str:
    """What these modules are refused with."""
    with pytest.raises(DeclarationError) as refused:
        refuse_wrong(modules, all_are_here=all_are_here)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def changed(**fields: Any) -> Modules:
    """The modules, of which one declares something else."""
    return {**MODULES, OTHER: replace(MODULES[OTHER], **fields)}


def test_the_modules_here_are_right() -> None:
    refuse_wrong(MODULES, all_are_here=True)


def test_a_module_without_migrations_is_refused() -> None:
    said = refusal({**MODULES, "moon": Module(tables=MetaData(), parts=Parts)})

    assert said.startswith("moon: there is no migration in migrations/moon: write ")


def test_a_table_of_another_schema_is_refused() -> None:
    tables = MetaData()
    Table("craters", tables, Column("id", Integer, primary_key=True), schema="moon")

    assert refusal(changed(tables=tables)).startswith(
        f"{OTHER}: its table craters is in the schema moon: write "
    )


def test_a_public_route_that_is_none_is_refused() -> None:
    said = refusal(changed(public=["GET /moon"]))

    assert said.startswith(f"{OTHER}: public in modules/{OTHER}/module.py takes routes")
    assert said.endswith("not 'GET /moon'")


def test_an_event_that_its_source_does_not_publish_is_refused() -> None:
    said = refusal(changed(reactions={Shaken: look_on}), all_are_here=False)

    assert said.startswith(f"{OTHER}: it listens to {SOME}.shaken, which {SOME} does not publish")


def test_a_source_that_nobody_has_is_refused_where_all_modules_are_here() -> None:
    said = refusal(changed(reactions={Moved: look_on}))

    assert said.startswith(f"{OTHER}: it listens to moon, and no module here has that name")


@pytest.mark.parametrize(
    ("optional", "all_are_here"), [(["moon"], True), ([], False)], ids=["optional", "elsewhere"]
)
def test_a_source_may_be_missing_where_that_is_declared_or_it_is_elsewhere(
    optional: list[str], all_are_here: bool
) -> None:
    modules = changed(reactions={Moved: look_on}, optional_sources=optional)

    refuse_wrong(modules, all_are_here=all_are_here)


def test_two_modules_with_one_path_are_refused_whatever_its_parameters_and_methods() -> None:
    routers = {
        "moon": serving(show_planet).declared_routers(),
        "sun": serving(name_planet).declared_routers(),
    }

    with pytest.raises(DeclarationError, match=r"^sun: its path /planets/{name} is /planets/"):
        refuse_routes_alike(routers)


@pytest.mark.parametrize("other", ["/planets", "/planets/{planet:int}/name", "/moons/{moon:int}"])
def test_other_paths_are_left_alone(other: str) -> None:
    @get(other)
    async def show_other() -> None: ...

    refuse_routes_alike(
        {
            "moon": serving(show_planet).declared_routers(),
            "sun": serving(show_other).declared_routers(),
        }
    )


def test_a_setting_that_somebody_else_has_is_refused() -> None:
    class Own(ModuleSettings):
        port: int = 1

    said = f"^{OTHER}: its setting port \\(APP_PORT\\) is one of the app: give it another name"
    with pytest.raises(DeclarationError, match=said):
        with_settings_of(changed(settings=Own))


def test_a_table_that_no_migration_makes_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_from({"APP_DATABASE_URL": f"sqlite:///{tmp_path}/{{module}}.db"}, (SOME,))
    database = Database(settings.database_of(SOME), SOME)
    upgrade_all({SOME: database}, settings)
    tables = MetaData()
    Table("craters", tables, Column("id", Integer, primary_key=True), schema=SOME)
    monkeypatch.setattr(migrations, "MODULES", {SOME: replace(MODULES[SOME], tables=tables)})

    for start in (upgrade_all, refuse_unmigrated):
        with pytest.raises(DeclarationError, match=f"^{SOME}: no migration makes its table crater"):
            start({SOME: database}, settings)
    database.dispose()


def test_a_module_without_a_front_door_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("modules.__path__", [str(tmp_path)])
    (tmp_path / "moon").mkdir()
    (tmp_path / "sun").mkdir()
    (tmp_path / "sun" / "module.py").write_text("")

    for name, lack in [("moon", "has no front door"), ("sun", "has no MODULE")]:
        with pytest.raises(DeclarationError, match=rf"^{name}: .*modules/{name}.* {lack}: "):
            front_doors([name])


class Subjectless(Event, frozen=True, kw_only=True):
    """What it is about is not said."""

    wire_name: ClassVar[str] = f"{SOME}.subjectless"
    degrees: int


@pytest.mark.parametrize(
    ("event", "finding"),
    [
        (Subjectless, f"{SOME}: Subjectless names no subject_fields"),
        (Moved, f"{SOME}: Moved has the wire_name moon.moved, which only moon publishes"),
    ],
)
def test_a_wrong_event_is_refused_before_any_participant_is_made(
    event: type[Event], finding: str
) -> None:
    wrong = replace(MODULES[SOME], publishes=[event])

    with pytest.raises(DeclarationError, match=finding):
        refuse_wrong({**MODULES, SOME: wrong}, all_are_here=True)


@pytest.mark.parametrize("name", ["old.likes", "new-likes"])
def test_a_folder_that_python_cannot_import_is_refused(name: str) -> None:
    with pytest.raises(DeclarationError, match=f"{name}: a folder of modules/ needs a name"):
        front_doors([name])


def test_two_modules_with_a_command_of_one_name_are_refused() -> None:
    command = click.Command("shine")
    alike = {name: replace(MODULES[name], commands=[command]) for name in (SOME, OTHER)}

    with pytest.raises(DeclarationError, match=f"{OTHER}: its command shine is one of {SOME}"):
        refuse_wrong({**MODULES, **alike}, all_are_here=True)
