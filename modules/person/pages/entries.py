"""Adding and removing the incomes, assets and debts of a person, on the person's page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from litestar import Response, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, SkipValidation
from pydantic import BaseModel

from modules.person.bodies import NewDebt, NewEntry
from modules.person.domain import UnknownEntry
from modules.person.pages.person import PersonsService, person_page, url_of
from modules.person.service import Persons
from web.flash import Flash, FlashWords
from web.forms import Form, SentForm
from web.idempotency import USED_BEFORE, IdempotentRequest, ThisIdempotentRequest

B = TypeVar("B", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """A submitted form that adds an entry to a person."""

    persons: Persons
    person_id: str
    form: Form
    idempotent: IdempotentRequest
    flash: Flash

    def add_as(self, model: type[B], kind: str, add: Callable[[B], object]) -> Response[Any]:
        """Add the entry, only once per form; errors are shown at their fields."""
        given = self.form.read(model)
        if given is None or not self._add_once(given, add):
            return person_page(self.persons.find(self.person_id), sent=self.form, of=kind)
        return self.flash.redirect(url_of(self.person_id), f"The {kind} is added.")

    def _add_once(self, given: B, add: Callable[[B], object]) -> bool:
        """Add the entry. False, with an error, if the form was used before for other values."""
        is_new = self.idempotent.run_once(given, lambda: add(given), about=self.person_id)
        if not is_new:
            self.form.errors["value"] = USED_BEFORE
        return is_new


def _addition(
    persons: PersonsService,
    cpf: FromPath[str],
    idempotent: ThisIdempotentRequest,
    flash: FlashWords,
    form: SentForm,
) -> Addition:
    return Addition(
        persons=persons, person_id=persons.id_of(cpf), form=form, idempotent=idempotent, flash=flash
    )


addition_dependency = Provide(_addition, sync_to_thread=True)
ThisAddition = SkipValidation[NamedDependency[Addition]]


@post("/{cpf:str}/income", sync_to_thread=True)
def add_income(addition: ThisAddition) -> Response[Any]:
    """Add an income."""

    def add(given: NewEntry) -> None:
        addition.persons.add_income(addition.person_id, type_=given.type, value=given.value)

    return addition.add_as(NewEntry, "income", add)


@post("/{cpf:str}/asset", sync_to_thread=True)
def add_asset(addition: ThisAddition) -> Response[Any]:
    """Add an asset."""

    def add(given: NewEntry) -> None:
        addition.persons.add_asset(addition.person_id, type_=given.type, value=given.value)

    return addition.add_as(NewEntry, "asset", add)


@post("/{cpf:str}/debt", sync_to_thread=True)
def add_debt(addition: ThisAddition) -> Response[Any]:
    """Add a debt."""

    def add(given: NewDebt) -> None:
        addition.persons.add_debt(addition.person_id, value=given.value)

    return addition.add_as(NewDebt, "debt", add)


@post("/{cpf:str}/income/{entry_id:int}/remove", sync_to_thread=True)
def remove_income(
    persons: PersonsService, cpf: FromPath[str], entry_id: FromPath[int], flash: FlashWords
) -> Response[Any]:
    """Remove an income."""
    return _removed(persons.remove_income, persons.id_of(cpf), entry_id, flash)


@post("/{cpf:str}/asset/{entry_id:int}/remove", sync_to_thread=True)
def remove_asset(
    persons: PersonsService, cpf: FromPath[str], entry_id: FromPath[int], flash: FlashWords
) -> Response[Any]:
    """Remove an asset."""
    return _removed(persons.remove_asset, persons.id_of(cpf), entry_id, flash)


@post("/{cpf:str}/debt/{entry_id:int}/remove", sync_to_thread=True)
def remove_debt(
    persons: PersonsService, cpf: FromPath[str], entry_id: FromPath[int], flash: FlashWords
) -> Response[Any]:
    """Remove a debt."""
    return _removed(persons.remove_debt, persons.id_of(cpf), entry_id, flash)


def _removed(
    remove: Callable[[str, int], None], person_id: str, entry_id: int, flash: Flash
) -> Response[Any]:
    try:
        remove(person_id, entry_id)
    except UnknownEntry:
        # The page was out of date; the page of the redirect is not.
        return flash.redirect(url_of(person_id), "The entry was removed before.")
    return flash.redirect(url_of(person_id), "The entry was removed.")
