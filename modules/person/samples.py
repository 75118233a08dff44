"""Sample persons."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from modules import SampleData
from modules.person.domain import CpfTaken

# Their CPFs are those of examples everywhere, with right check digits.
_PERSONS = (
    ("11144477735", "Ada Moreira", "Rua das Acácias 12", "1984-03-09", ("salary", "apartment")),
    ("52998224725", "Bento Nogueira", "Avenida Central 300", "1991-11-23", ("renting", "car")),
    ("12345678909", "Clara Teles", "Travessa do Porto 7", "1967-07-01", ("pension", "boat")),
)
_INCOME, _ASSET, _DEBT = Decimal(4200), Decimal(36000), Decimal(2500)


def add_persons(parts: Any) -> Iterator[bool]:
    """Register each sample whose CPF is free, with its entries; each step says whether it did."""
    participant, persons = parts.participant(), parts.persons()
    for cpf, name, address, born, (work, thing) in _PERSONS:
        try:
            # One transaction, so that nobody is ever there without the entries.
            with participant.unit_of_work():
                day = date.fromisoformat(born)
                persons.register(cpf=cpf, name=name, address=address, date_of_birth=day)
                persons.add_income(cpf, type_=work, value=_INCOME)
                persons.add_asset(cpf, type_=thing, value=_ASSET)
                persons.add_debt(cpf, value=_DEBT)
        except CpfTaken:
            yield False
        else:
            yield True


SAMPLES = SampleData(what="Sample persons", count=len(_PERSONS), add=add_persons)
