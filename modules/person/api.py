"""The JSON API of persons, under /api/person and, as in the prototype, under /person."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from litestar import Response, Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.exceptions import ValidationException
from litestar.params import FromPath, JSONBody, SkipValidation

from bus import Participant
from modules.person.bodies import CorrectedPerson, NewDebt, NewEntry, NewPerson
from modules.person.domain import (
    CpfRefused,
    CpfTaken,
    Debt,
    Entry,
    Person,
    PersonInList,
    masked_cpf,
)
from modules.person.service import Persons
from modules.person.tables import idempotency_keys
from web.answers import created
from web.etag import IfMatch, IfNoneMatch, etag_of, unless_stale, with_etag
from web.idempotency import ThisIdempotentRequest, idempotent_by_header
from web.injection import provided
from web.paging import Page, paged

PREFIXES = ("/api/person", "/person")

PersonsService = SkipValidation[NamedDependency[Persons]]


@get("/", sync_to_thread=True)
def list_persons(
    persons: PersonsService, page: NamedDependency[Page]
) -> Response[list[PersonInList]]:
    """List the persons by id, CPFs masked. `q` finds a CPF, or a part of a name."""
    found, total = persons.search(text=page.q, limit=page.limit, offset=page.offset)
    return paged([replace(each, cpf=masked_cpf(each.cpf)) for each in found], total, page)


@post("/", sync_to_thread=True, problems=[CpfTaken])
def register_person(persons: PersonsService, data: JSONBody[NewPerson]) -> Response[Person]:
    """Register a person; 409 when the CPF is taken."""
    with _cpf_errors_at_field():
        person = persons.register(
            cpf=data.cpf, name=data.name, address=data.address, date_of_birth=data.date_of_birth
        )
    answer = created(person, at=_url_of(person.id))
    answer.set_header("ETag", etag_of(_version_of(person)))
    return answer


@get("/{cpf:str}", sync_to_thread=True)
def show_person(
    persons: PersonsService, cpf: FromPath[str], if_none_match: IfNoneMatch = None
) -> Response[Person]:
    """Show a person with all entries, by CPF or id."""
    person = persons.find(cpf)
    return with_etag(person, _version_of(person), if_none_match)


@put("/{cpf:str}", sync_to_thread=True)
def correct_person(
    persons: PersonsService,
    cpf: FromPath[str],
    data: JSONBody[CorrectedPerson],
    if_match: IfMatch = None,
) -> Response[Person]:
    """Correct a person's name and address, and the date of birth if one is given."""
    with _cpf_errors_at_field():
        person = persons.correct(
            cpf,
            name=data.name,
            address=data.address,
            date_of_birth=data.date_of_birth,
            cpf=data.cpf,
            expect=unless_stale(if_match, _version_of),
        )
    return with_etag(person, _version_of(person))


@delete("/{cpf:str}", sync_to_thread=True)
def erase_person(persons: PersonsService, cpf: FromPath[str], if_match: IfMatch = None) -> None:
    """Erase a person permanently, in every module."""
    persons.erase(cpf, expect=unless_stale(if_match, _version_of))


@post("/{cpf:str}/income", sync_to_thread=True)
def add_income(
    persons: PersonsService,
    cpf: FromPath[str],
    idempotent: ThisIdempotentRequest,
    data: JSONBody[NewEntry],
) -> Response[Entry]:
    """Add an income to a person."""
    person_id = persons.id_of(cpf)

    def add() -> Response[Entry]:
        income = persons.add_income(person_id, type_=data.type, value=data.value)
        return created(income, at=_url_of(person_id))

    return idempotent.answer(data, add, about=person_id)


@post("/{cpf:str}/asset", sync_to_thread=True)
def add_asset(
    persons: PersonsService,
    cpf: FromPath[str],
    idempotent: ThisIdempotentRequest,
    data: JSONBody[NewEntry],
) -> Response[Entry]:
    """Add an asset to a person."""
    person_id = persons.id_of(cpf)

    def add() -> Response[Entry]:
        asset = persons.add_asset(person_id, type_=data.type, value=data.value)
        return created(asset, at=_url_of(person_id))

    return idempotent.answer(data, add, about=person_id)


@post("/{cpf:str}/debt", sync_to_thread=True)
def add_debt(
    persons: PersonsService,
    cpf: FromPath[str],
    idempotent: ThisIdempotentRequest,
    data: JSONBody[NewDebt],
) -> Response[Debt]:
    """Add a debt to a person."""
    person_id = persons.id_of(cpf)

    def add() -> Response[Debt]:
        debt = persons.add_debt(person_id, value=data.value)
        return created(debt, at=_url_of(person_id))

    return idempotent.answer(data, add, about=person_id)


@delete("/{cpf:str}/income/{entry_id:int}", sync_to_thread=True)
def remove_income(persons: PersonsService, cpf: FromPath[str], entry_id: FromPath[int]) -> None:
    """Remove an income of a person."""
    persons.remove_income(cpf, entry_id)


@delete("/{cpf:str}/asset/{entry_id:int}", sync_to_thread=True)
def remove_asset(persons: PersonsService, cpf: FromPath[str], entry_id: FromPath[int]) -> None:
    """Remove an asset of a person."""
    persons.remove_asset(cpf, entry_id)


@delete("/{cpf:str}/debt/{entry_id:int}", sync_to_thread=True)
def remove_debt(persons: PersonsService, cpf: FromPath[str], entry_id: FromPath[int]) -> None:
    """Remove a debt of a person."""
    persons.remove_debt(cpf, entry_id)


def _url_of(person_id: str) -> str:
    """The URL of a person; their entries have none of their own."""
    return f"/api/person/{person_id}"


def _version_of(person: Person) -> tuple[Person]:
    """The fields that a person's ETag covers: all of them."""
    return (person,)


@contextmanager
def _cpf_errors_at_field() -> Iterator[None]:
    """Turn a refused CPF into a validation error of the body's field `cpf`."""
    try:
        yield
    except CpfRefused as error:
        raise ValidationException(extra=[{"key": "cpf", "message": str(error)}]) from None


def routes(persons: Callable[[], Persons], participant: Callable[[], Participant]) -> list[Router]:
    """The JSON routes of the module, for the service that `persons` provides."""
    dependencies = {
        "persons": provided(persons),
        "idempotent": idempotent_by_header(participant, idempotency_keys),
    }
    # One router per prefix: a handler with several paths breaks when it runs in a thread.
    return [
        Router(
            prefix,
            route_handlers=HANDLERS,
            dependencies=dependencies,
            tags=["person"],
        )
        for prefix in PREFIXES
    ]


HANDLERS = (
    list_persons,
    register_person,
    show_person,
    correct_person,
    erase_person,
    add_income,
    add_asset,
    add_debt,
    remove_income,
    remove_asset,
    remove_debt,
)
