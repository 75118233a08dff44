"""Sample products, whose pictures are part of them and need no network, and sample persons."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from app.sample_data.pictures import picture_of
from modules.person.module import CpfTaken

_PRODUCTS = (
    ("Enamel mug", "Holds half a litre and outlives its owner."),
    ("Desk lamp", "Warm light, one switch, no app."),
    ("Field notebook", "Ninety-six pages that survive rain."),
    ("Wool socks", "Two of them, equally long."),
    ("Bicycle bell", "Heard by those who should."),
    ("Chess set", "Thirty-two pieces and a board to lose on."),
    ("Potted fern", "Asks for water on Sundays."),
    ("Camping stove", "Boils a litre in four minutes."),
    ("Umbrella", "Opens against the wind."),
    ("Record player", "Thirty-three turns a minute."),
    ("Alarm clock", "Loud, and proud of it."),
    ("Tea pot", "Pours without a drip."),
)

# Their CPFs are those of examples directory, with right check digits.
_PERSONS = (
    ("11144477735", "Ada Moreira", "Rua das Acácias 12", "1984-03-09", ("salary", "apartment")),
    ("52998224725", "Bento Nogueira", "Avenida Central 300", "1991-11-23", ("renting", "car")),
    ("12345678909", "Clara Teles", "Travessa do Porto 7", "1967-07-01", ("pension", "boat")),
)
_INCOME, _ASSET, _DEBT = Decimal(4200), Decimal(36000), Decimal(2500)

PRODUCT_COUNT = len(_PRODUCTS)
PERSON_COUNT = len(_PERSONS)


def add_products(products: Any) -> Iterator[bool]:
    """Add each sample that is not there, one per step; each step says whether it was added.

    `products` is the products module's container.
    """
    service = products.products()
    present = service.titles_among([title for title, _ in _PRODUCTS])
    for title, description in _PRODUCTS:
        if title not in present:
            service.create(title=title, description=description, image=picture_of(title))
        yield title not in present


def add_persons(person: Any) -> Iterator[bool]:
    """Register each sample whose CPF is free, with its entries; each step says whether it did.

    `person` is the person module's container.
    """
    participant, persons = person.participant(), person.persons()
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
