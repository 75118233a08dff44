"""The routes of products that take a body."""

from dataclasses import replace

from tests.odd_values import BodyRoute, Field, text, visible

PRODUCT = {"title": "mug", "description": "a thing", "image": "an image", "state": "active"}
FIELDS = {
    "title": visible(200),
    "description": text(5_000, 0, required=False),
    "image": visible(20_000),
    "state": Field(["sold", "", 5, [], "ACTIVE"], required=False),
}
EDITED = {**FIELDS, "state": replace(FIELDS["state"], nullable=True)}

ROUTES = {
    "POST /api/products": BodyRoute("POST /api/products", PRODUCT, FIELDS, keeps=["title"]),
    "PUT /api/products/{product_id}": BodyRoute("PUT /api/products/1", PRODUCT, EDITED),
}

ADDED_FIRST = [("/api/products", PRODUCT)]
"""What there must be for them to work on: where it is posted."""
