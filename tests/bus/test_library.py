"""The bus as a library: its wheel, alone in an environment, runs the examples of docs/."""

import itertools
import subprocess
import sys
import tomllib
import venv
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import Distribution, distribution
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

import dev
from bus import Database
from tests.services import wait_until

ROOT = Path(__file__).parents[2]
NAME = "durable-bus"
NOT_OF_THE_BUS = ["app", "litestar", "dependency_injector", "pydantic", "uvicorn"]


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that `python3 dev.py build` makes."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, *dev.wheel_of_bus(str(folder)))
    [wheel] = folder.glob("*.whl")
    return wheel


def install(wheel: Path, folder: Path, *extras: str) -> Path:
    """Make an environment with the wheel and what it requires, and return its Python.

    What is required is linked from this environment, where it has the locked version: no network.
    """
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python)]
    run(*pip, "install", "--quiet", "--no-index", "--no-deps", str(wheel))
    packages = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    [installed] = Distribution.discover(name=NAME, path=[packages])
    for required in required_by(installed, extras):
        link(required, Path(packages))
    run(*pip, "check")
    return python


def required_by(installed: Distribution, extras: Sequence[str]) -> Iterator[Distribution]:
    """What a distribution with these extras requires, and what that requires."""
    for requirement in map(Requirement, installed.requires or ()):
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            required = distribution(requirement.name)
            yield required
            yield from required_by(required, sorted(requirement.extras))


def link(installed: Distribution, packages: Path) -> None:
    """Let the files of an installed distribution stand in another environment, too."""
    for file in installed.files or ():
        place = packages / file
        if ".." not in file.parts and not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(Path(str(file.locate())))


def run(*command: str | Path, folder: Path | None = None) -> str:
    """What a command prints; fails with what it complains of."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


# What is in it


def test_the_wheel_is_typed_has_the_licence_and_the_version_of_the_project(wheel: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    with ZipFile(wheel) as archive:
        names = archive.namelist()
        [licence] = [name for name in names if name.endswith("/LICENSE")]
        licence_text = archive.read(licence).decode()

    assert wheel.name == f"durable_bus-{project['version']}-py3-none-any.whl"
    assert "bus/py.typed" in names
    assert {name.partition("/")[0] for name in names} == {"bus", licence.partition("/")[0]}
    assert licence_text == (ROOT / "LICENSE").read_text()


def test_the_bus_requires_what_the_project_has_tested_it_with() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    library = tomllib.loads((ROOT / "bus" / "pyproject.toml").read_text())["project"]
    extras = itertools.chain(*library["optional-dependencies"].values())

    assert {*library["dependencies"], *extras} <= set(project["dependencies"])


# Alone


def test_without_extras_two_modules_run_in_one_process(wheel: Path, tmp_path: Path) -> None:
    python = install(wheel, tmp_path / "environment")
    absent = [*NOT_OF_THE_BUS, "pika", "psycopg"]
    probe = f"import importlib.util as u; print([n for n in {absent} if u.find_spec(n)])"

    assert run(python, "-I", "-c", probe) == "[]\n"
    assert run(python, "-I", ROOT / "docs" / "two_modules.py") == "7 pens left\n"


def test_the_drivers_are_imported_by_those_who_use_them() -> None:
    probe = "import sys, bus; print([n for n in ('pika', 'psycopg') if n in sys.modules])"

    assert run(sys.executable, "-c", probe, folder=ROOT) == "[]\n"


@pytest.mark.matrix
def test_mypy_sees_its_types_and_a_reaction_to_another_event(wheel: Path, tmp_path: Path) -> None:
    python = install(wheel, tmp_path / "environment", "rabbitmq", "postgresql")
    program = tmp_path / "program.py"
    # Strict mode complains of an `ignore` that nothing needs.
    program.write_text(
        (ROOT / "docs" / "two_processes.py").read_text()
        + "\n\nclass OrderPaid(Event, frozen=True, kw_only=True):\n    article: str\n"
        + "\n\non(OrderPaid, pack_parcel_when_order_placed)  # type: ignore[arg-type]\n"
    )
    mypy = [sys.executable, "-m", "mypy", "--strict", "--config-file="]

    # Not in the project's folder, where mypy would take the bus itself for the library.
    run(*mypy, "--python-executable", python, program, folder=tmp_path)


@pytest.mark.matrix
def test_two_programs_that_are_killed_apply_each_event_exactly_once(
    wheel: Path, tmp_path: Path, postgres_url: str, rabbitmq_url: str
) -> None:
    python = install(wheel, tmp_path / "environment", "rabbitmq", "postgresql")
    database = Database(postgres_url, "store")

    def start(name: str) -> "subprocess.Popen[str]":
        example = str(ROOT / "docs" / "two_processes.py")
        command = [str(python), "-I", example, name, postgres_url, rabbitmq_url]
        return subprocess.Popen(command, stdin=subprocess.PIPE, text=True)

    def pieces_in(table: str) -> list[int]:
        try:
            return [row.pieces for row in database.rows(text(f"SELECT * FROM {table} ORDER BY 2"))]
        except ProgrammingError:  # not there yet
            return []

    with start("store") as store, start("shop") as shop:
        order(shop, range(1000))
        wait_until(lambda: pieces_in("store.parcels") != [], what="a parcel")
        store.kill()
        shop.kill()
    with start("store") as store, start("shop") as shop:
        order(shop, range(1000, 1100))
        wait_until(lambda: 1099 in pieces_in("store.parcels"), what="the last parcel")
        store.communicate("\n")
        shop.communicate()

    assert pieces_in("store.parcels") == pieces_in("shop.orders")
    database.dispose()


def order(shop: "subprocess.Popen[str]", numbers: Iterable[int]) -> None:
    """Type an order for so many pens each."""
    assert shop.stdin
    shop.stdin.writelines(f"pen {number}\n" for number in numbers)
    shop.stdin.flush()
