"""What person announces. Incomes, assets and debts are numbered apart: an entry is known by its
kind and its number together. Name, address and birth date are in no event.
"""

from bus import Event


class PersonRegistered(Event, frozen=True, kw_only=True):
    """A person exists from now on."""

    wire_name = "person.person_registered"
    subject_fields = ("person_id",)

    person_id: str
    cpf: str
    """All 11 digits. No other event has it."""


class PersonErased(Event, frozen=True, kw_only=True):
    """A person is gone with every entry; whoever kept anything about them forgets it."""

    wire_name = "person.person_erased"
    subject_fields = ("person_id",)
    erases = True

    person_id: str


class IncomeAdded(Event, frozen=True, kw_only=True):
    """A person has one more income."""

    wire_name = "person.income_added"
    subject_fields = ("person_id",)

    person_id: str
    entry_id: int
    type: str
    value: str
    """Above 0, with two decimals: `1000.00`."""


class AssetAdded(Event, frozen=True, kw_only=True):
    """A person has one more asset."""

    wire_name = "person.asset_added"
    subject_fields = ("person_id",)

    person_id: str
    entry_id: int
    type: str
    value: str
    """Above 0, with two decimals: `1000.00`."""


class DebtAdded(Event, frozen=True, kw_only=True):
    """A person has one more debt."""

    wire_name = "person.debt_added"
    subject_fields = ("person_id",)

    person_id: str
    entry_id: int
    value: str
    """Above 0, with two decimals: `1000.00`."""


class IncomeRemoved(Event, frozen=True, kw_only=True):
    """An income was entered wrongly, or is no more."""

    wire_name = "person.income_removed"
    subject_fields = ("person_id",)

    person_id: str
    entry_id: int


class AssetRemoved(Event, frozen=True, kw_only=True):
    """An asset was entered wrongly, or is no more."""

    wire_name = "person.asset_removed"
    subject_fields = ("person_id",)

    person_id: str
    entry_id: int


class DebtRemoved(Event, frozen=True, kw_only=True):
    """A debt was entered wrongly, or is no more."""

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
"""All of them, for whoever asks what this module publishes."""
