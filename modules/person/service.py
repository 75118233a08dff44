"""What can be done with persons: a method per use case.

Wherever a person is asked for, `who` is the canonical CPF or the id. Each writing use case holds
the person's row first, for an inserted entry does not: so a person's events are logged in the order
of their commits, and nothing is added to somebody who is being erased.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Table,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.engine import MappingResult
from sqlalchemy.exc import IntegrityError
from uuid_utils import uuid7

from bus import Event, Participant
from modules.person.domain import (
    CpfCannotChange,
    CpfTaken,
    Debt,
    Entry,
    Person,
    PersonInList,
    UnknownEntry,
    UnknownPerson,
    amount,
    check_cpf,
)
from modules.person.published import (
    AssetAdded,
    AssetRemoved,
    DebtAdded,
    DebtRemoved,
    IncomeAdded,
    IncomeRemoved,
    PersonErased,
    PersonRegistered,
)
from modules.person.tables import assets, debts, idempotency_keys, incomes, persons
from web.cpf import canonical
from web.paging import with_total
from web.text import folded

Expectation = Callable[[Person], None]
"""Raises when the person is not, or no longer, what the caller takes them for."""


def _anything(_present: Person) -> None:
    pass


class Persons:
    """The persons with their entries, and the announcements of what becomes of them."""

    def __init__(self, participant: Participant, *, check_digits: bool = False) -> None:
        self._participant = participant
        self._check_digits = check_digits

    def register(self, *, cpf: str, name: str, address: str, date_of_birth: date) -> Person:
        """Register a person under a canonical CPF and announce it.

        Raises CpfTaken, and WrongCheckDigits where those are looked at.
        """
        if self._check_digits:
            check_cpf(cpf)
        fields: dict[str, Any] = {
            "id": str(uuid7()),
            "cpf": cpf,
            "name": name,
            "address": address,
            "date_of_birth": date_of_birth,
        }
        with self._participant.unit_of_work() as work:
            _insert(work.connection, fields)
            work.publish(PersonRegistered(person_id=fields["id"], cpf=cpf))
        return Person(**fields, incomes=[], assets=[], debts=[])

    def find(self, who: str) -> Person:
        """One person with all entries; raises UnknownPerson."""
        with self._participant.database.snapshot() as connection:
            row = connection.execute(select(persons).where(_is(who))).mappings().one_or_none()
            return _person(connection, row)

    def id_of(self, who: str) -> str:
        """The id of a person; raises UnknownPerson."""
        with self._participant.database.snapshot() as connection:
            found = connection.scalar(select(persons.c.id).where(_is(who)))
        if found is None:
            raise UnknownPerson
        return str(found)

    def search(
        self, *, text: str = "", limit: int = 100, offset: int = 0
    ) -> tuple[list[PersonInList], int]:
        """A page of the persons in the order of their registration, and how many there are.

        `text` keeps those with this CPF, however it is written, or with this part of a name.
        """
        wanted = _matching(text)
        columns = persons.c.id, persons.c.cpf, persons.c.name
        page = select(*columns).where(wanted).order_by(persons.c.id).limit(limit).offset(offset)
        count = select(func.count()).select_from(persons).where(wanted)
        database = self._participant.database
        rows = database.rows(with_total(page, count))
        total = rows[0].total if rows else database.rows(count)[0][0]
        return [PersonInList(id=row.id, cpf=row.cpf, name=row.name) for row in rows], total

    def correct(
        self,
        who: str,
        *,
        name: str,
        address: str,
        date_of_birth: date | None = None,
        cpf: str | None = None,
        expect: Expectation = _anything,
    ) -> Person:
        """Give a person another name and address, and a date of birth where one is given.

        Raises UnknownPerson, CpfCannotChange where another CPF is given, and what `expect` raises
        at the sight of the present person.
        """
        fields: dict[str, Any] = {"name": name, "address": address}
        if date_of_birth is not None:
            fields["date_of_birth"] = date_of_birth
        with self._participant.unit_of_work() as work:
            present = _held(work.connection, who)
            expect(present)
            if cpf not in {None, present.cpf}:
                raise CpfCannotChange
            changed = update(persons).where(persons.c.id == present.id)
            work.connection.execute(changed.values(**fields, folded_name=folded(name)))
        return replace(present, **fields)

    def erase(self, who: str, *, expect: Expectation = _anything) -> None:
        """Forget a person with all entries and every answer kept about them, and announce it.

        Raises UnknownPerson, and what `expect` raises at the sight of the present person.
        """
        with self._participant.unit_of_work() as work:
            present = _held(work.connection, who)
            expect(present)
            kept = idempotency_keys.c.about == present.id
            work.connection.execute(delete(idempotency_keys).where(kept))
            for table in (incomes, assets, debts):
                work.connection.execute(delete(table).where(table.c.person_id == present.id))
            work.connection.execute(delete(persons).where(persons.c.id == present.id))
            work.publish(PersonErased(person_id=present.id))

    def add_income(self, who: str, *, type_: str, value: Decimal) -> Entry:
        """Add an income and announce it; raises UnknownPerson."""
        return Entry(**self._add(who, incomes, IncomeAdded, value, type=type_))

    def add_asset(self, who: str, *, type_: str, value: Decimal) -> Entry:
        """Add an asset and announce it; raises UnknownPerson."""
        return Entry(**self._add(who, assets, AssetAdded, value, type=type_))

    def add_debt(self, who: str, *, value: Decimal) -> Debt:
        """Add a debt and announce it; raises UnknownPerson."""
        return Debt(**self._add(who, debts, DebtAdded, value))

    def remove_income(self, who: str, entry_id: int) -> None:
        """Remove an income and announce it; raises UnknownPerson and UnknownEntry."""
        self._remove(who, incomes, IncomeRemoved, entry_id)

    def remove_asset(self, who: str, entry_id: int) -> None:
        """Remove an asset and announce it; raises UnknownPerson and UnknownEntry."""
        self._remove(who, assets, AssetRemoved, entry_id)

    def remove_debt(self, who: str, entry_id: int) -> None:
        """Remove a debt and announce it; raises UnknownPerson and UnknownEntry."""
        self._remove(who, debts, DebtRemoved, entry_id)

    def _add(
        self, who: str, table: Table, added: Callable[..., Event], value: Decimal, **fields: str
    ) -> dict[str, Any]:
        value = amount(value)
        with self._participant.unit_of_work() as work:
            person_id = _hold(work.connection, who)["id"]
            entry = insert(table).values(person_id=person_id, cents=value, **fields)
            entry_id = work.connection.execute(entry.returning(table.c.id)).scalar_one()
            work.publish(added(person_id=person_id, entry_id=entry_id, value=str(value), **fields))
        return {"id": entry_id, "value": value, **fields}

    def _remove(self, who: str, table: Table, removed: Callable[..., Event], entry_id: int) -> None:
        with self._participant.unit_of_work() as work:
            person_id = _hold(work.connection, who)["id"]
            theirs = (table.c.id == entry_id) & (table.c.person_id == person_id)
            gone = work.connection.scalar(delete(table).where(theirs).returning(table.c.id))
            if gone is None:
                raise UnknownEntry
            work.publish(removed(person_id=person_id, entry_id=entry_id))


def _insert(connection: Connection, fields: dict[str, Any]) -> None:
    try:
        connection.execute(insert(persons).values(**fields, folded_name=folded(fields["name"])))
    except IntegrityError:
        # Without its cause, which would quote the CPF.
        raise CpfTaken from None


def _is(who: str) -> ColumnElement[bool]:
    return or_(persons.c.cpf == who, persons.c.id == who)


def _matching(text: str) -> ColumnElement[bool]:
    named = persons.c.folded_name.contains(folded(text), autoescape=True)
    try:
        return or_(persons.c.cpf == canonical(text), named)
    except ValueError:
        return named


def _hold(connection: Connection, who: str) -> RowMapping:
    """The person's row, held until the commit."""
    held = select(persons).where(_is(who)).with_for_update()
    row = connection.execute(held).mappings().one_or_none()
    if row is None:
        raise UnknownPerson
    return row


def _held(connection: Connection, who: str) -> Person:
    """The person with all entries, held until the commit."""
    return _person(connection, _hold(connection, who))


def _person(connection: Connection, row: RowMapping | None) -> Person:
    if row is None:
        raise UnknownPerson
    return Person(
        **{name: value for name, value in row.items() if name != "folded_name"},
        incomes=[Entry(**each) for each in _entries_of(connection, incomes, row["id"])],
        assets=[Entry(**each) for each in _entries_of(connection, assets, row["id"])],
        debts=[Debt(**each) for each in _entries_of(connection, debts, row["id"])],
    )


def _entries_of(connection: Connection, table: Table, person_id: str) -> MappingResult:
    kept = [column for column in table.c if column.name in {"id", "type"}]
    theirs = select(*kept, table.c.cents.label("value")).where(table.c.person_id == person_id)
    return connection.execute(theirs.order_by(table.c.id)).mappings()
