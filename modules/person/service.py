"""The use cases of persons, a method each.

A parameter `key` identifies a person: by CPF in any form, or by id. Each use case that writes locks
the person's row first, because inserting an entry does not lock it. So a person's events are logged
in the order of their commits, and nothing is added to a person key is being erased.
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
    Select,
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
    canonical_cpf,
    check_cpf,
    is_person_id,
    parse_amount,
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
from web.text import folded

Expectation = Callable[[Person], None]
"""Called with the locked person before a change. It raises to refuse the change."""


def _accept_any(_present: Person) -> None:
    pass


class Persons:
    """The persons with their entries. Every change publishes an event."""

    def __init__(self, participant: Participant, *, check_digits: bool = False) -> None:
        self._participant = participant
        self._check_digits = check_digits

    def register(self, *, cpf: str, name: str, address: str, date_of_birth: date) -> Person:
        """Register a person under a canonical CPF and publish PersonRegistered.

        Raises CpfTaken, and WrongCheckDigits if check digits are verified.
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

    def find(self, key: str) -> Person:
        """The person with all entries. Raises UnknownPerson."""
        with self._participant.database.snapshot() as connection:
            row = connection.execute(select(persons).where(_has_key(key))).mappings().one_or_none()
            return _person(connection, row)

    def id_of(self, key: str) -> str:
        """The id of a person. Raises UnknownPerson."""
        with self._participant.database.snapshot() as connection:
            found = connection.scalar(select(persons.c.id).where(_has_key(key)))
        if found is None:
            raise UnknownPerson
        return str(found)

    def search(
        self, *, text: str = "", limit: int = 100, offset: int = 0
    ) -> tuple[list[PersonInList], int]:
        """A page of the persons in the order of registration, and the number of all matches.

        A person matches if `text` is their CPF, in any form, or a part of their name.
        """
        wanted = _matching(text)
        columns = persons.c.id, persons.c.cpf, persons.c.name
        page = select(*columns).where(wanted).order_by(persons.c.id).limit(limit).offset(offset)
        count = select(func.count()).select_from(persons).where(wanted)
        database = self._participant.database
        rows = database.rows(_with_total(page, count))
        total = rows[0].total if rows else database.rows(count)[0][0]
        return [PersonInList(id=row.id, cpf=row.cpf, name=row.name) for row in rows], total

    def correct(
        self,
        key: str,
        *,
        name: str,
        address: str,
        date_of_birth: date | None = None,
        cpf: str | None = None,
        expect: Expectation = _accept_any,
    ) -> Person:
        """Change a person's name and address, and the date of birth if one is given.

        Raises UnknownPerson, CpfCannotChange for another CPF, and the errors of `expect`.
        """
        fields: dict[str, Any] = {"name": name, "address": address}
        if date_of_birth is not None:
            fields["date_of_birth"] = date_of_birth
        with self._participant.unit_of_work() as work:
            present = _lock(work.connection, key)
            expect(present)
            if cpf not in {None, present.cpf}:
                raise CpfCannotChange
            changed = update(persons).where(persons.c.id == present.id)
            work.connection.execute(changed.values(**fields, folded_name=folded(name)))
        return replace(present, **fields)

    def erase(self, key: str, *, expect: Expectation = _accept_any) -> None:
        """Erase a person with all entries and kept answers, and publish PersonErased.

        Raises UnknownPerson, and the errors of `expect`.
        """
        with self._participant.unit_of_work() as work:
            present = _lock(work.connection, key)
            expect(present)
            kept = idempotency_keys.c.about == present.id
            work.connection.execute(delete(idempotency_keys).where(kept))
            for table in (incomes, assets, debts):
                work.connection.execute(delete(table).where(table.c.person_id == present.id))
            work.connection.execute(delete(persons).where(persons.c.id == present.id))
            work.publish(PersonErased(person_id=present.id))

    def add_income(self, key: str, *, type_: str, value: Decimal) -> Entry:
        """Add an income and publish IncomeAdded. Raises UnknownPerson."""
        return Entry(**self._add(key, incomes, IncomeAdded, value, type=type_))

    def add_asset(self, key: str, *, type_: str, value: Decimal) -> Entry:
        """Add an asset and publish AssetAdded. Raises UnknownPerson."""
        return Entry(**self._add(key, assets, AssetAdded, value, type=type_))

    def add_debt(self, key: str, *, value: Decimal) -> Debt:
        """Add a debt and publish DebtAdded. Raises UnknownPerson."""
        return Debt(**self._add(key, debts, DebtAdded, value))

    def remove_income(self, key: str, entry_id: int) -> None:
        """Remove an income and publish IncomeRemoved. Raises UnknownPerson and UnknownEntry."""
        self._remove(key, incomes, IncomeRemoved, entry_id)

    def remove_asset(self, key: str, entry_id: int) -> None:
        """Remove an asset and publish AssetRemoved. Raises UnknownPerson and UnknownEntry."""
        self._remove(key, assets, AssetRemoved, entry_id)

    def remove_debt(self, key: str, entry_id: int) -> None:
        """Remove a debt and publish DebtRemoved. Raises UnknownPerson and UnknownEntry."""
        self._remove(key, debts, DebtRemoved, entry_id)

    def _add(
        self, key: str, table: Table, added: Callable[..., Event], value: Decimal, **fields: str
    ) -> dict[str, Any]:
        value = parse_amount(value)
        with self._participant.unit_of_work() as work:
            person_id = _lock_row(work.connection, key)["id"]
            entry = insert(table).values(person_id=person_id, cents=value, **fields)
            entry_id = work.connection.execute(entry.returning(table.c.id)).scalar_one()
            work.publish(added(person_id=person_id, entry_id=entry_id, value=str(value), **fields))
        return {"id": entry_id, "value": value, **fields}

    def _remove(self, key: str, table: Table, removed: Callable[..., Event], entry_id: int) -> None:
        with self._participant.unit_of_work() as work:
            person_id = _lock_row(work.connection, key)["id"]
            theirs = (table.c.id == entry_id) & (table.c.person_id == person_id)
            gone = work.connection.scalar(delete(table).where(theirs).returning(table.c.id))
            if gone is None:
                raise UnknownEntry
            work.publish(removed(person_id=person_id, entry_id=entry_id))


def _insert(connection: Connection, fields: dict[str, Any]) -> None:
    try:
        connection.execute(insert(persons).values(**fields, folded_name=folded(fields["name"])))
    except IntegrityError:
        # Not chained to its cause, which quotes the CPF.
        raise CpfTaken from None


def _has_key(key: str) -> ColumnElement[bool]:
    """The condition for a person with this CPF or id. Raises UnknownPerson for any other text."""
    if is_person_id(key):
        return persons.c.id == key
    try:
        return persons.c.cpf == canonical_cpf(key)
    except ValueError:
        raise UnknownPerson from None


def _matching(text: str) -> ColumnElement[bool]:
    named = persons.c.folded_name.contains(folded(text), autoescape=True)
    try:
        return or_(persons.c.cpf == canonical_cpf(text), named)
    except ValueError:
        return named


def _lock_row(connection: Connection, key: str) -> RowMapping:
    """The person's row, locked until the commit. Raises UnknownPerson."""
    locked = select(persons).where(_has_key(key)).with_for_update()
    row = connection.execute(locked).mappings().one_or_none()
    if row is None:
        raise UnknownPerson
    return row


def _lock(connection: Connection, key: str) -> Person:
    """The person with all entries, locked until the commit. Raises UnknownPerson."""
    return _person(connection, _lock_row(connection, key))


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


def _with_total(page: Select[Any], count: Select[Any]) -> Select[Any]:
    """The page with the total in each row, so that one statement reads both at one moment."""
    return page.add_columns(count.scalar_subquery().label("total"))
