"""Request bodies about products, sent as JSON or by a form."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from modules.products.domain import (
    DESCRIPTION_LENGTH,
    IMAGE_LENGTH,
    TITLE_LENGTH,
    Product,
    State,
)
from web.bodies import Body
from web.text import CAN_BE_SEEN, not_blank

Title = Annotated[
    str,
    Field(min_length=1, max_length=TITLE_LENGTH, description=CAN_BE_SEEN),
    AfterValidator(not_blank),
]


Image = Annotated[
    str,
    Field(min_length=1, max_length=IMAGE_LENGTH, description=CAN_BE_SEEN),
    AfterValidator(not_blank),
]


class NewProduct(Body):
    """The fields of a new product."""

    title: Title
    description: Annotated[str, Field(max_length=DESCRIPTION_LENGTH)] = ""
    image: Image
    state: State = State.ACTIVE


class EditedProduct(Body):
    """The new fields of a product. It keeps its state if none is given."""

    title: Title
    description: Annotated[str, Field(max_length=DESCRIPTION_LENGTH)] = ""
    image: Image
    state: State | None = None
    id: Annotated[Any, Field(description="Ignored, so that an answer may be sent back.")] = None
    likes: Annotated[Any, Field(description="Ignored, so that an answer may be sent back.")] = None


def owned(product: Product) -> tuple[str, ...]:
    """The fields that a product's ETag covers: those that are edited, not its likes."""
    return product.title, product.description, product.image, product.state
