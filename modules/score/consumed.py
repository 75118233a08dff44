"""What score listens to, with the fields it uses."""

from bus import Event


class PersonRegistered(Event, frozen=True, kw_only=True):
    """A person is known from now on, by this CPF."""

    wire_name = "person.person_registered"

    person_id: str
    cpf: str


class PersonErased(Event, frozen=True, kw_only=True):
    """A person has asked to be forgotten."""

    wire_name = "person.person_erased"
    erases = True

    person_id: str


class IncomeAdded(Event, frozen=True, kw_only=True):
    """A person has an income; its value is above 0."""

    wire_name = "person.income_added"

    person_id: str
    entry_id: int
    value: str


class AssetAdded(Event, frozen=True, kw_only=True):
    """A person owns something; its value is above 0."""

    wire_name = "person.asset_added"

    person_id: str
    entry_id: int
    value: str


class DebtAdded(Event, frozen=True, kw_only=True):
    """A person owes something; its value is above 0."""

    wire_name = "person.debt_added"

    person_id: str
    entry_id: int
    value: str


class IncomeRemoved(Event, frozen=True, kw_only=True):
    """An income was entered wrongly, or is no more."""

    wire_name = "person.income_removed"

    person_id: str
    entry_id: int


class AssetRemoved(Event, frozen=True, kw_only=True):
    """An asset was entered wrongly, or is no more."""

    wire_name = "person.asset_removed"

    person_id: str
    entry_id: int


class DebtRemoved(Event, frozen=True, kw_only=True):
    """A debt was entered wrongly, or is no more."""

    wire_name = "person.debt_removed"

    person_id: str
    entry_id: int
