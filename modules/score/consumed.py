"""The events that score consumes, with only the fields that it uses."""

from bus import Event


class PersonRegistered(Event, frozen=True, kw_only=True):
    """A person was registered under this CPF."""

    wire_name = "person.person_registered"

    person_id: str
    cpf: str


class PersonErased(Event, frozen=True, kw_only=True):
    """A person was erased."""

    wire_name = "person.person_erased"
    erases = True

    person_id: str


class IncomeAdded(Event, frozen=True, kw_only=True):
    """An income was added to a person; its value is above 0."""

    wire_name = "person.income_added"

    person_id: str
    entry_id: int
    value: str


class AssetAdded(Event, frozen=True, kw_only=True):
    """An asset was added to a person; its value is above 0."""

    wire_name = "person.asset_added"

    person_id: str
    entry_id: int
    value: str


class DebtAdded(Event, frozen=True, kw_only=True):
    """A debt was added to a person; its value is above 0."""

    wire_name = "person.debt_added"

    person_id: str
    entry_id: int
    value: str


class IncomeRemoved(Event, frozen=True, kw_only=True):
    """An income was removed from a person."""

    wire_name = "person.income_removed"

    person_id: str
    entry_id: int


class AssetRemoved(Event, frozen=True, kw_only=True):
    """An asset was removed from a person."""

    wire_name = "person.asset_removed"

    person_id: str
    entry_id: int


class DebtRemoved(Event, frozen=True, kw_only=True):
    """A debt was removed from a person."""

    wire_name = "person.debt_removed"

    person_id: str
    entry_id: int
