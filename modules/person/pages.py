"""The persons in a browser: finding and registering them, and a page for each."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from urllib.parse import urlencode

from litestar import Request, Response, Router, get, post
from litestar.datastructures import URL
from litestar.di import NamedDependency, Provide
from litestar.exceptions import ValidationException
from litestar.params import FromPath, SkipValidation
from litestar.response import Redirect
from pydantic import BaseModel

from bus.participant import Participant
from modules.person.bodies import CorrectedPerson, NewDebt, NewEntry, NewPerson, Search
from modules.person.domain import CpfRefused, CpfTaken, Person, UnknownEntry, UnknownPerson
from modules.person.service import Persons
from modules.person.tables import idempotency_keys
from web.cpf import Who, canonical, masked, who_by_cpf_or_id, written
from web.etag import Stale, etag_of, unless_stale
from web.flash import Flash, FlashWords
from web.forms import Form, SentForm
from web.guards import ADMINS
from web.idempotency import USED_BEFORE, Once, OnceOnly, once_in_form
from web.injection import provided
from web.pages import page
from web.paging import Page, pages_of, places

B = TypeVar("B", bound=BaseModel)

_ROWS = 50
_MOST_ROWS = 1000

_FIELDS = {"name": "Name", "address": "Address", "date_of_birth": "Date of birth"}

PersonsService = SkipValidation[NamedDependency[Persons]]


# All of them


@get("/", sync_to_thread=True)
def list_people(persons: PersonsService, page: NamedDependency[Page]) -> Response[Any]:
    """Who is registered, CPFs masked, and the form to register somebody."""
    return _people_page(persons, page)


@post("/", sync_to_thread=True)
def register(
    persons: PersonsService, page: NamedDependency[Page], flash: FlashWords, form: SentForm
) -> Response[Any]:
    """Register a person, and go to their page."""
    given = form.read(NewPerson)
    if given is None:
        return _people_page(persons, page, form)
    try:
        person = persons.register(
            cpf=given.cpf, name=given.name, address=given.address, date_of_birth=given.date_of_birth
        )
    except (CpfTaken, CpfRefused) as error:
        form.errors["cpf"] = f"{str(error).removesuffix('.')}."
        return _people_page(persons, page, form)
    return flash.redirect(_place(person.id), "The person is registered.")


@post("/find", sync_to_thread=True)
def find_people(
    request: Request[Any, Any, Any], persons: PersonsService, form: SentForm
) -> Response[Any]:
    """Those with this part of a name, or with this CPF, which is put into no address."""
    text = _searched(form)
    cpf = _cpf_in(text)
    address = "/people" if cpf or not text else f"/people?{urlencode({'q': text})}"
    if "hx-request" not in request.headers:
        if cpf is None:
            return Redirect(address, status_code=303)
        with suppress(UnknownPerson):
            return Redirect(_place(persons.id_of(cpf)), status_code=303)
    # The other rows would be at an address with the CPF: there are none.
    rows = _MOST_ROWS if cpf else _ROWS
    found = _people_page(persons, Page(URL(address), rows, 0, text))
    found.headers["HX-Replace-Url"] = address
    return found


def _searched(form: Form) -> str:
    given = form.read(Search)
    if given is None:
        raise ValidationException(extra=[{"key": "q", "message": form.errors["q"]}])
    return given.q.strip()


def _cpf_in(text: str) -> str | None:
    try:
        return canonical(text)
    except ValueError:
        return None


def _people_page(persons: Persons, shown: Page, form: Form | None = None) -> Response[Any]:
    found, total = persons.search(text=shown.q, limit=shown.limit, offset=shown.offset)
    return page(
        "person/people.html",
        status=422 if form else 200,
        people=[replace(each, cpf=masked(each.cpf)) for each in found],
        places=places(shown, total),
        page=shown,
        sent=form or Form(),
    )


# One of them


@get("/{cpf:str}", sync_to_thread=True)
def show_person(persons: PersonsService, who: Who) -> Response[Any]:
    """A person with all entries."""
    return _person_page(persons.find(who))


@post("/{cpf:str}", sync_to_thread=True)
def correct(persons: PersonsService, who: Who, flash: FlashWords, form: SentForm) -> Response[Any]:
    """Correct name, address and date of birth, unless somebody else did since they were shown."""
    given = form.read(CorrectedPerson)
    if given is None:
        return _person_page(persons.find(who), sent=form)
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
    return flash.redirect(_place(person.id), "The correction is saved.")


@post("/{cpf:str}/erase", sync_to_thread=True)
def erase(persons: PersonsService, who: Who, flash: FlashWords) -> Response[Any]:
    """Forget a person for good."""
    persons.erase(who)
    return flash.redirect("/people", "The person is erased.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """An entry that was sent by a form of a person's page."""

    persons: Persons
    person_id: str
    form: Form
    once: Once
    flash: Flash

    def read_as(self, model: type[B], kind: str, add: Callable[[B], object]) -> Response[Any]:
        """Add it, once however often it is sent; what is wrong is said at its field."""
        given = self.form.read(model)
        if given is None or self._is_another(given, add):
            return _person_page(self.persons.find(self.person_id), sent=self.form, of=kind)
        return self.flash.redirect(_place(self.person_id), f"The {kind} is added.")

    def _is_another(self, given: B, add: Callable[[B], object]) -> bool:
        if self.once.does(given, lambda: add(given), about=self.person_id):
            return False
        self.form.errors["value"] = USED_BEFORE
        return True


def _addition(
    persons: PersonsService, who: Who, once: OnceOnly, flash: FlashWords, form: SentForm
) -> Addition:
    return Addition(
        persons=persons, person_id=persons.id_of(who), form=form, once=once, flash=flash
    )


Added = SkipValidation[NamedDependency[Addition]]


@post("/{cpf:str}/income", sync_to_thread=True)
def add_income(addition: Added) -> Response[Any]:
    """Add an income."""

    def add(given: NewEntry) -> None:
        addition.persons.add_income(addition.person_id, type_=given.type, value=given.value)

    return addition.read_as(NewEntry, "income", add)


@post("/{cpf:str}/asset", sync_to_thread=True)
def add_asset(addition: Added) -> Response[Any]:
    """Add an asset."""

    def add(given: NewEntry) -> None:
        addition.persons.add_asset(addition.person_id, type_=given.type, value=given.value)

    return addition.read_as(NewEntry, "asset", add)


@post("/{cpf:str}/debt", sync_to_thread=True)
def add_debt(addition: Added) -> Response[Any]:
    """Add a debt."""

    def add(given: NewDebt) -> None:
        addition.persons.add_debt(addition.person_id, value=given.value)

    return addition.read_as(NewDebt, "debt", add)


@post("/{cpf:str}/income/{entry_id:int}/remove", sync_to_thread=True)
def remove_income(
    persons: PersonsService, who: Who, entry_id: FromPath[int], flash: FlashWords
) -> Response[Any]:
    """Remove an income."""
    return _removed(persons.remove_income, persons.id_of(who), entry_id, flash)


@post("/{cpf:str}/asset/{entry_id:int}/remove", sync_to_thread=True)
def remove_asset(
    persons: PersonsService, who: Who, entry_id: FromPath[int], flash: FlashWords
) -> Response[Any]:
    """Remove an asset."""
    return _removed(persons.remove_asset, persons.id_of(who), entry_id, flash)


@post("/{cpf:str}/debt/{entry_id:int}/remove", sync_to_thread=True)
def remove_debt(
    persons: PersonsService, who: Who, entry_id: FromPath[int], flash: FlashWords
) -> Response[Any]:
    """Remove a debt."""
    return _removed(persons.remove_debt, persons.id_of(who), entry_id, flash)


def _removed(
    remove: Callable[[str, int], None], person_id: str, entry_id: int, flash: Flash
) -> Response[Any]:
    try:
        remove(person_id, entry_id)
    except UnknownEntry:
        # The page was out of date: the next one shows what there is.
        return flash.redirect(_place(person_id), "It was removed before.")
    return flash.redirect(_place(person_id), "It is removed.")


def _differences(now: Form, form: Form) -> list[tuple[str, str, str]]:
    return [
        (label, now[name], form[name]) for name, label in _FIELDS.items() if now[name] != form[name]
    ]


def _corrected_by_two(
    person: Person, form: Form, theirs: Sequence[tuple[str, str, str]]
) -> Response[Any]:
    # Whoever saves once more has seen what it replaces.
    form["_version"] = _as_it_is(person)["_version"]
    return _person_page(person, sent=form, status=412, theirs=theirs)


def _person_page(
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


def _place(person_id: str) -> str:
    return f"/people/{person_id}"


def routes(persons: Callable[[], Persons], participant: Callable[[], Participant]) -> Router:
    """The module's pages, working on the service that `persons` gives."""
    return Router(
        "/people",
        route_handlers=[
            list_people,
            register,
            find_people,
            show_person,
            correct,
            erase,
            add_income,
            add_asset,
            add_debt,
            remove_income,
            remove_asset,
            remove_debt,
        ],
        dependencies={
            "persons": provided(persons),
            "page": pages_of(_ROWS),
            "who": who_by_cpf_or_id,
            "once": once_in_form(participant, idempotency_keys),
            "addition": Provide(_addition, sync_to_thread=True),
        },
        opt=ADMINS,
    )
