"""The front door: all that the app mounts of person."""

from typing import Annotated

from dependency_injector import providers
from pydantic import Field

from modules import Module, ModuleSettings, Parts
from modules.person import api, pages
from modules.person.domain import CpfTaken, UnknownEntry, UnknownPerson
from modules.person.published import PUBLISHES
from modules.person.samples import SAMPLES
from modules.person.service import Persons
from modules.person.tables import metadata
from web.pages import Link


class PersonSettings(ModuleSettings):
    """The settings of the module."""

    cpf_check_digits: Annotated[
        bool, Field(title="refuse a CPF whose check digits are wrong", description="true or false")
    ] = False


class PersonParts(Parts):
    """The service of the module."""

    persons = providers.ThreadSafeSingleton(
        Persons, Parts.participant, check_digits=Parts.settings.provided.cpf_check_digits
    )


MODULE = Module(
    tables=metadata,
    parts=PersonParts,
    publishes=PUBLISHES,
    problems={UnknownPerson: 404, UnknownEntry: 404, CpfTaken: 409},
    routes=lambda parts: api.routes(parts.persons, parts.participant),
    pages=lambda parts: [pages.routes(parts.persons, parts.participant)],
    links=[Link("People", "/people", "admin", place=3)],
    settings=PersonSettings,
    sample_data=SAMPLES,
)
