"""The front door: all that the app mounts of products."""

from dependency_injector import providers

from modules import Module, Parts
from modules.products import api, pages
from modules.products.domain import UnknownProduct
from modules.products.published import PUBLISHES
from modules.products.reactions import REACTIONS
from modules.products.samples import SAMPLES
from modules.products.service import Products
from modules.products.tables import metadata
from web.pages import Link


class ProductsParts(Parts):
    """The service of the module."""

    products = providers.ThreadSafeSingleton(Products, Parts.participant)


MODULE = Module(
    tables=metadata,
    parts=ProductsParts,
    publishes=PUBLISHES,
    reactions=REACTIONS,
    optional_sources=["likes"],
    problems={UnknownProduct: 404},
    routes=lambda parts: [api.routes(parts.products, parts.participant)],
    pages=lambda parts: [pages.routes(parts.products, parts.participant)],
    public=["GET /api/products", "GET /api/products/{product_id}"],
    links=[Link("Products", "/admin/products", "admin", place=2)],
    sample_data=SAMPLES,
)
