"""Sample products whose pictures are part of them, so that they show without a network."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

_SAMPLES = (
    ("Enamel mug", "Holds half a litre and outlives its owner.", "☕", "#f2c14e"),
    ("Desk lamp", "Warm light, one switch, no app.", "💡", "#f78154"),
    ("Field notebook", "Ninety-six pages that survive rain.", "📓", "#4d9078"),
    ("Wool socks", "Two of them, equally long.", "🧦", "#5fad56"),
    ("Bicycle bell", "Heard by those who should.", "🔔", "#b4436c"),
    ("Chess set", "Thirty-two pieces and a board to lose on.", "♟️", "#3d5a80"),
    ("Potted fern", "Asks for water on Sundays.", "🪴", "#81b29a"),
    ("Camping stove", "Boils a litre in four minutes.", "🔥", "#e07a5f"),
    ("Umbrella", "Opens against the wind.", "☂️", "#6d597a"),
    ("Record player", "Thirty-three turns a minute.", "🎵", "#355070"),
    ("Alarm clock", "Loud, and proud of it.", "⏰", "#bc4b51"),
    ("Tea pot", "Pours without a drip.", "🫖", "#8cb369"),
)


def add_samples(products: Any) -> Iterator[bool]:
    """Add each sample that is not there, one per step; each step says whether it was added.

    `products` is the products module's container.
    """
    service = products.products()
    present = service.titles_among([title for title, *_ in _SAMPLES])
    for title, description, sign, colour in _SAMPLES:
        if title not in present:
            service.create(title=title, description=description, image=_picture(sign, colour))
        yield title not in present


def sample_count() -> int:
    """How many samples there are."""
    return len(_SAMPLES)


def _picture(sign: str, colour: str) -> str:
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 120">'
        f'<rect width="160" height="120" fill="{colour}"/>'
        f'<text x="80" y="82" font-size="60" text-anchor="middle">{sign}</text></svg>'
    )
    return "data:image/svg+xml," + quote(drawing)
