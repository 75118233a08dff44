"""The page of one person: shown, corrected, and the person erased."""

from collections.abc import Sequence
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from modules.person.bodies import CorrectedPerson
from modules.person.domain import Person, formatted_cpf
from modules.person.service import Persons
from web.etag import Stale, etag_of, unless_stale
from web.flash import FlashWords
from web.forms import Form, SentForm
from web.pages import page

_FIELDS = {"name": "Name", "address": "Address", "date_of_birth": "Date of birth"}

PersonsService = SkipValidation[NamedDependency[Persons]]


@get("/{cpf:str}", sync_to_thread=True)
def show_person(persons: PersonsService, cpf: FromPath[str]) -> Response[Any]:
    """Show a person with all entries."""
    return person_page(persons.find(cpf))


@post("/{cpf:str}", sync_to_thread=True)
def correct(
    persons: PersonsService, cpf: FromPath[str], flash: FlashWords, form: SentForm
) -> Response[Any]:
    """Correct a person's details, unless they were changed since the form was shown."""
    given = form.read(CorrectedPerson)
    if given is None:
        return person_page(persons.find(cpf), sent=form)
    try:
        person = persons.correct(
            cpf,
            name=given.name,
            address=given.address,
            date_of_birth=given.date_of_birth,
            expect=unless_stale(form["_version"], _details),
        )
    except Stale:
        person = persons.find(cpf)
        if theirs := _differences(_form_of(person), form):
            return _correction_conflict(person, form, theirs)
    return flash.redirect(url_of(person.id), "The correction is saved.")


@post("/{cpf:str}/erase", sync_to_thread=True)
def erase(persons: PersonsService, cpf: FromPath[str], flash: FlashWords) -> Response[Any]:
    """Erase a person permanently."""
    persons.erase(cpf)
    return flash.redirect("/people", "The person is erased.")


def _differences(now: Form, form: Form) -> list[tuple[str, str, str]]:
    return [
        (label, now[name], form[name]) for name, label in _FIELDS.items() if now[name] != form[name]
    ]


def _correction_conflict(
    person: Person, form: Form, theirs: Sequence[tuple[str, str, str]]
) -> Response[Any]:
    # The next submit may overwrite: its sender has seen the other correction.
    form["_version"] = _form_of(person)["_version"]
    return person_page(person, sent=form, status=412, theirs=theirs)


def person_page(
    person: Person,
    *,
    sent: Form | None = None,
    of: str = "correction",
    status: int = 422,
    theirs: Sequence[tuple[str, str, str]] = (),
) -> Response[Any]:
    """The page of a person. The form named `of` shows what was `sent`, with its errors."""
    forms = {"correction": _form_of(person), "income": Form(), "asset": Form(), "debt": Form()}
    return page(
        "person/person.html",
        status=status if sent else 200,
        person=person,
        cpf=formatted_cpf(person.cpf),
        forms=forms | ({of: sent} if sent else {}),
        theirs=theirs,
    )


def _form_of(person: Person) -> Form:
    fields = {name: str(getattr(person, name)) for name in _FIELDS}
    return Form({**fields, "_version": etag_of(_details(person))})


def _details(person: Person) -> Sequence[object]:
    """The fields that the form's version covers: those of the form, not the entries."""
    return [getattr(person, name) for name in _FIELDS]


def url_of(person_id: str) -> str:
    """The URL of a person's page."""
    return f"/people/{person_id}"
