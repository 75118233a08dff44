"""An erased person is forgotten by every module, in SQLite's files, too."""

from datetime import date
from pathlib import Path

import pytest

from app.container import Application
from features.eventually import eventually
from modules.person.service import Persons

NEEDS = ["person"]

CPF = "98765432100"


@pytest.fixture
def persons(application: Application) -> Persons:
    """The service of the person module; the bus is not running."""
    service: Persons = application.hosted()["person"].persons()
    return service


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_no_file_of_any_module_tells_of_an_erased_person(
    application: Application, persons: Persons, files: Path
) -> None:
    def told_by(*names: str) -> None:
        found = [path for path in files.iterdir() if path.is_file()]
        telling = {path.stem for path in found if CPF.encode() in path.read_bytes()}
        assert telling == set(names)

    with application.bus():
        persons.register(
            cpf=CPF, name="Ludmila", address="Flores 77", date_of_birth=date(1971, 12, 24)
        )
        eventually(lambda: told_by("person", "score"))

        persons.erase(CPF)

        eventually(lambda: told_by())
