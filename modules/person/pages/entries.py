"""What a person's page does with incomes, assets and debts: adding and removing them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from litestar import Response, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, SkipValidation
from pydantic import BaseModel

from modules.person.bodies import NewDebt, NewEntry
from modules.person.domain import UnknownEntry
from modules.person.pages.person import PersonsService, person_page, place
from modules.person.service import Persons
from web.cpf import Who
from web.flash import Flash, FlashWords
from web.forms import Form, SentForm
from web.idempotency import USED_BEFORE, IdempotentOnly, IdempotentRequest

B = TypeVar("B", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """An entry that was sent by a form of a person's page."""

    persons: Persons
    person_id: str
    form: Form
    once: IdempotentRequest
    flash: Flash

    def read_as(self, model: type[B], kind: str, add: Callable[[B], object]) -> Response[Any]:
        """Add it, once however often it is sent; what is wrong is said at its field."""
        given = self.form.read(model)
        if given is None or self._is_another(given, add):
            return person_page(self.persons.find(self.person_id), sent=self.form, of=kind)
        return self.flash.redirect(place(self.person_id), f"The {kind} is added.")

    def _is_another(self, given: B, add: Callable[[B], object]) -> bool:
        if self.once.run_once(given, lambda: add(given), about=self.person_id):
            return False
        self.form.errors["value"] = USED_BEFORE
        return True


def _addition(
    persons: PersonsService, who: Who, once: IdempotentOnly, flash: FlashWords, form: SentForm
) -> Addition:
    return Addition(
        persons=persons, person_id=persons.id_of(who), form=form, once=once, flash=flash
    )


addition = Provide(_addition, sync_to_thread=True)
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
        return flash.redirect(place(person_id), "It was removed before.")
    return flash.redirect(place(person_id), "It is removed.")
