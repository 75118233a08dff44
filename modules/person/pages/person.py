"""A person's page: shown, corrected, and the person forgotten."""

from collections.abc import Sequence
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from modules.person.bodies import CorrectedPerson
from modules.person.domain import Person
from modules.person.service import Persons
from web.cpf import Who, written
from web.etag import Stale, etag_of, unless_stale
from web.flash import FlashWords
from web.forms import Form, SentForm
from web.pages import page

_FIELDS = {"name": "Name", "address": "Address", "date_of_birth": "Date of birth"}

PersonsService = SkipValidation[NamedDependency[Persons]]


@get("/{cpf:str}", sync_to_thread=True)
def show_person(persons: PersonsService, who: Who) -> Response[Any]:
    """A person with all entries."""
    return person_page(persons.find(who))


@post("/{cpf:str}", sync_to_thread=True)
def correct(persons: PersonsService, who: Who, flash: FlashWords, form: SentForm) -> Response[Any]:
    """Correct name, address and date of birth, unless somebody else did since they were shown."""
    given = form.read(CorrectedPerson)
    if given is None:
        return person_page(persons.find(who), sent=form)
    try:
        person = persons.correct(
            who,
            name=given.name,
            address=given.address,
            date_of_birth=given.date_of_birth,
            expect=unless_stale(form["_version"], _details),
        )
    except Stale:
        person = persons.find(who)
        if theirs := _differences(_as_it_is(person), form):
            return _corrected_by_two(person, form, theirs)
    return flash.redirect(place(person.id), "The correction is saved.")


@post("/{cpf:str}/erase", sync_to_thread=True)
def erase(persons: PersonsService, who: Who, flash: FlashWords) -> Response[Any]:
    """Forget a person for good."""
    persons.erase(who)
    return flash.redirect("/people", "The person is erased.")


def _differences(now: Form, form: Form) -> list[tuple[str, str, str]]:
    return [
        (label, now[name], form[name]) for name, label in _FIELDS.items() if now[name] != form[name]
    ]


def _corrected_by_two(
    person: Person, form: Form, theirs: Sequence[tuple[str, str, str]]
) -> Response[Any]:
    # Whoever saves once more has seen what it replaces.
    form["_version"] = _as_it_is(person)["_version"]
    return person_page(person, sent=form, status=412, theirs=theirs)


def person_page(
    person: Person,
    *,
    sent: Form | None = None,
    of: str = "correction",
    status: int = 422,
    theirs: Sequence[tuple[str, str, str]] = (),
) -> Response[Any]:
    """The page of a person; what was `sent` is shown in its form with what is wrong with it."""
    forms = {"correction": _as_it_is(person), "income": Form(), "asset": Form(), "debt": Form()}
    return page(
        "person/person.html",
        status=status if sent else 200,
        person=person,
        cpf=written(person.cpf),
        forms=forms | ({of: sent} if sent else {}),
        theirs=theirs,
    )


def _as_it_is(person: Person) -> Form:
    fields = {name: str(getattr(person, name)) for name in _FIELDS}
    return Form({**fields, "_version": etag_of(_details(person))})


def _details(person: Person) -> Sequence[object]:
    """What a version in the form stands for: the entries may change meanwhile."""
    return [getattr(person, name) for name in _FIELDS]


def place(person_id: str) -> str:
    """Where it is."""
    return f"/people/{person_id}"
