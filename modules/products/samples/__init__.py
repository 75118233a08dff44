"""Sample products, whose pictures are part of them and need no network."""

from collections.abc import Iterator
from typing import Any

from modules import SampleData
from modules.products.samples.pictures import picture_of

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


def add_products(parts: Any) -> Iterator[bool]:
    """Add each sample that is not there, one per step; each step says whether it was added."""
    service = parts.products()
    present = service.titles_among([title for title, _ in _PRODUCTS])
    for title, description in _PRODUCTS:
        if title not in present:
            service.create(title=title, description=description, image=picture_of(title))
        yield title not in present


SAMPLES = SampleData(what="Sample products", count=len(_PRODUCTS), add=add_products)
