"""The persons over HTTP, under /api/person and, as the prototype had them, under /person."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from litestar import Response, Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.exceptions import ValidationException
from litestar.params import FromPath, JSONBody, SkipValidation

from bus import Participant
from modules.person.bodies import CorrectedPerson, NewDebt, NewEntry, NewPerson
from modules.person.domain import CpfRefused, CpfTaken, Debt, Entry, Person, PersonInList
from modules.person.service import Persons
from modules.person.tables import idempotency_keys
from web.answers import created
from web.cpf import Who, masked, who_by_cpf_or_id
from web.etag import IfMatch, IfNoneMatch, etag_of, tagged, unless_stale
from web.guards import ADMINS
from web.idempotency import IdempotentOnly, once_in
from web.injection import provided
from web.paging import Page, paged

PREFIXES = ("/api/person", "/person")

PersonsService = SkipValidation[NamedDependency[Persons]]


@get("/", sync_to_thread=True)
def list_persons(
    persons: PersonsService, page: NamedDependency[Page]
) -> Response[list[PersonInList]]:
    """The persons by id, CPFs masked; `q` keeps those with this CPF, or this part of a name."""
    found, total = persons.search(text=page.q, limit=page.limit, offset=page.offset)
    return paged([replace(each, cpf=masked(each.cpf)) for each in found], total, page)


@post("/", sync_to_thread=True, problems=[CpfTaken])
def register_person(persons: PersonsService, data: JSONBody[NewPerson]) -> Response[Person]:
    """Register a person; 409 when the CPF is taken."""
    with _naming_the_cpf():
        person = persons.register(
            cpf=data.cpf, name=data.name, address=data.address, date_of_birth=data.date_of_birth
        )
    answer = created(person, at=_place(person.id))
    answer.set_header("ETag", etag_of(_whole(person)))
    return answer


@get("/{cpf:str}", sync_to_thread=True)
def show_person(
    persons: PersonsService, who: Who, if_none_match: IfNoneMatch = None
) -> Response[Person]:
    """A person with all entries, by CPF or id."""
    person = persons.find(who)
    return tagged(person, _whole(person), if_none_match)


@put("/{cpf:str}", sync_to_thread=True)
def correct_person(
    persons: PersonsService, who: Who, data: JSONBody[CorrectedPerson], if_match: IfMatch = None
) -> Response[Person]:
    """Correct a person's name and address, and the date of birth if it is given."""
    with _naming_the_cpf():
        person = persons.correct(
            who,
            name=data.name,
            address=data.address,
            date_of_birth=data.date_of_birth,
            cpf=data.cpf,
            expect=unless_stale(if_match, _whole),
        )
    return tagged(person, _whole(person))


@delete("/{cpf:str}", sync_to_thread=True)
def erase_person(persons: PersonsService, who: Who, if_match: IfMatch = None) -> None:
    """Forget a person for good, with all that is known of them directory."""
    persons.erase(who, expect=unless_stale(if_match, _whole))


@post("/{cpf:str}/income", sync_to_thread=True)
def add_income(
    persons: PersonsService, who: Who, once: IdempotentOnly, data: JSONBody[NewEntry]
) -> Response[Entry]:
    """Add an income to a person."""
    person_id = persons.id_of(who)

    def add() -> Response[Entry]:
        income = persons.add_income(person_id, type_=data.type, value=data.value)
        return created(income, at=_place(person_id))

    return once.answer(data, add, about=person_id)


@post("/{cpf:str}/asset", sync_to_thread=True)
def add_asset(
    persons: PersonsService, who: Who, once: IdempotentOnly, data: JSONBody[NewEntry]
) -> Response[Entry]:
    """Add an asset to a person."""
    person_id = persons.id_of(who)

    def add() -> Response[Entry]:
        asset = persons.add_asset(person_id, type_=data.type, value=data.value)
        return created(asset, at=_place(person_id))

    return once.answer(data, add, about=person_id)


@post("/{cpf:str}/debt", sync_to_thread=True)
def add_debt(
    persons: PersonsService, who: Who, once: IdempotentOnly, data: JSONBody[NewDebt]
) -> Response[Debt]:
    """Add a debt to a person."""
    person_id = persons.id_of(who)

    def add() -> Response[Debt]:
        debt = persons.add_debt(person_id, value=data.value)
        return created(debt, at=_place(person_id))

    return once.answer(data, add, about=person_id)


@delete("/{cpf:str}/income/{entry_id:int}", sync_to_thread=True)
def remove_income(persons: PersonsService, who: Who, entry_id: FromPath[int]) -> None:
    """Remove an income of a person."""
    persons.remove_income(who, entry_id)


@delete("/{cpf:str}/asset/{entry_id:int}", sync_to_thread=True)
def remove_asset(persons: PersonsService, who: Who, entry_id: FromPath[int]) -> None:
    """Remove an asset of a person."""
    persons.remove_asset(who, entry_id)


@delete("/{cpf:str}/debt/{entry_id:int}", sync_to_thread=True)
def remove_debt(persons: PersonsService, who: Who, entry_id: FromPath[int]) -> None:
    """Remove a debt of a person."""
    persons.remove_debt(who, entry_id)


def _place(person_id: str) -> str:
    """Where a person is shown, with all entries: these cannot be asked for one by one."""
    return f"/api/person/{person_id}"


def _whole(person: Person) -> tuple[Person]:
    """What an ETag of a person stands for: all of it, for all of it is owned here."""
    return (person,)


@contextmanager
def _naming_the_cpf() -> Iterator[None]:
    """Answer like one of the body's fields that is wrong when the CPF is refused."""
    try:
        yield
    except CpfRefused as error:
        raise ValidationException(extra=[{"key": "cpf", "message": str(error)}]) from None


def routes(persons: Callable[[], Persons], participant: Callable[[], Participant]) -> list[Router]:
    """The module's JSON routes, working on the service that `persons` gives."""
    dependencies = {
        "persons": provided(persons),
        "who": who_by_cpf_or_id,
        "once": once_in(participant, idempotency_keys),
    }
    # A router each: handlers with several paths of their own break when they run in threads.
    return [
        Router(
            prefix,
            route_handlers=HANDLERS,
            dependencies=dependencies,
            opt=ADMINS,
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
