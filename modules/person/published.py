"""The events that person publishes.

Incomes, assets and debts have ids of their own kind: kind and id together identify an entry. No
event has a name, address or birth date.
"""

from bus import Event


class PersonRegistered(Event, frozen=True, kw_only=True):
    """A person was registered."""

    wire_name = "person.person_registered"
    subject_fields = ("person_id",)

    person_id: str
    cpf: str
    """All 11 digits. No other event has the CPF."""


class PersonErased(Event, frozen=True, kw_only=True):
    """A person was erased with all entries. Every consumer must erase its data about them."""

    wire_name = "person.person_erased"
    subject_fields = ("person_id",)
    erases = True

    person_id: str


class IncomeAdded(Event, frozen=True, kw_only=True):
    """An income was added to a person."""

    wire_name = "person.income_added"
    subject_fields = ("person_id",)

    person_id: str
    entry_id: int
    type: str
    value: str
    """Above 0, with two decimals: `1000.00`."""


class AssetAdded(Event, frozen=True, kw_only=True):
    """An asset was added to a person."""

    wire_name = "person.asset_added"
    subject_fields = ("person_id",)

    person_id: str
    entry_id: int
    type: str
    value: str
    """Above 0, with two decimals: `1000.00`."""


class DebtAdded(Event, frozen=True, kw_only=True):
    """A debt was added to a person."""

    wire_name = "person.debt_added"
    subject_fields = ("person_id",)

    person_id: str
    entry_id: int
    value: str
    """Above 0, with two decimals: `1000.00`."""


class IncomeRemoved(Event, frozen=True, kw_only=True):
    """An income was removed from a person."""

    wire_name = "person.income_removed"
    subject_fields = ("person_id",)

    person_id: str
    entry_id: int


class AssetRemoved(Event, frozen=True, kw_only=True):
    """An asset was removed from a person."""

    wire_name = "person.asset_removed"
    subject_fields = ("person_id",)

    person_id: str
    entry_id: int


class DebtRemoved(Event, frozen=True, kw_only=True):
    """A debt was removed from a person."""

    wire_name = "person.debt_removed"
    subject_fields = ("person_id",)

    person_id: str
    entry_id: int


PUBLISHES = (
    PersonRegistered,
    PersonErased,
    IncomeAdded,
    AssetAdded,
    DebtAdded,
    IncomeRemoved,
    AssetRemoved,
    DebtRemoved,
)
"""Every event class that this module publishes."""
