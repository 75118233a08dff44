"""The list of persons, with search and registration."""

from contextlib import suppress
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.datastructures import URL
from litestar.di import NamedDependency
from litestar.exceptions import ValidationException
from litestar.response import Redirect

from modules.person.bodies import NewPerson, Search
from modules.person.domain import CpfRefused, CpfTaken, UnknownPerson, canonical_cpf, masked_cpf
from modules.person.pages.person import PersonsService, url_of
from modules.person.service import Persons
from web.flash import FlashWords
from web.forms import Form, SentForm
from web.pages import page
from web.paging import Page, places

ROWS_PER_PAGE = 50
_MAX_ROWS = 1000


@get("/", sync_to_thread=True)
def list_people(persons: PersonsService, page: NamedDependency[Page]) -> Response[Any]:
    """Show the registered persons, CPFs masked, and the form to register one."""
    return _people_page(persons, page)


@post("/", sync_to_thread=True)
def register(
    persons: PersonsService, page: NamedDependency[Page], flash: FlashWords, form: SentForm
) -> Response[Any]:
    """Register a person and redirect to their page."""
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
    return flash.redirect(url_of(person.id), "The person is registered.")


@post("/find", sync_to_thread=True)
def find_people(
    request: Request[Any, Any, Any], persons: PersonsService, form: SentForm
) -> Response[Any]:
    """Find persons by CPF or by a part of a name. A CPF is personal data and gets into no URL."""
    text = _search_text(form)
    cpf = _cpf_in(text)
    address = "/people" if cpf or not text else f"/people?{urlencode({'q': text})}"
    if "hx-request" not in request.headers:
        if cpf is None:
            return Redirect(address, status_code=303)
        with suppress(UnknownPerson):
            return Redirect(url_of(persons.id_of(cpf)), status_code=303)
    # All rows on one page: the URL of a second page would contain the CPF.
    rows = _MAX_ROWS if cpf else ROWS_PER_PAGE
    found = _people_page(persons, Page(URL(address), rows, 0, text))
    found.headers["HX-Replace-Url"] = address
    return found


def _search_text(form: Form) -> str:
    given = form.read(Search)
    if given is None:
        raise ValidationException(extra=[{"key": "q", "message": form.errors["q"]}])
    return given.q.strip()


def _cpf_in(text: str) -> str | None:
    try:
        return canonical_cpf(text)
    except ValueError:
        return None


def _people_page(persons: Persons, shown: Page, form: Form | None = None) -> Response[Any]:
    found, total = persons.search(text=shown.q, limit=shown.limit, offset=shown.offset)
    return page(
        "person/people.html",
        status=422 if form else 200,
        people=[replace(each, cpf=masked_cpf(each.cpf)) for each in found],
        places=places(shown, total),
        page=shown,
        sent=form or Form(),
    )
