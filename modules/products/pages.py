"""The HTML pages for admins of products: list, create, edit, withdraw, delete."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypeVar

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter, SkipValidation
from litestar.response import Stream

from bus import Participant
from modules.products.bodies import EditedProduct, NewProduct, owned
from modules.products.domain import Product, State, UnknownProduct
from modules.products.service import Products
from modules.products.tables import idempotency_keys
from web.etag import Stale, etag_of, unless_stale
from web.flash import Flash, FlashWords
from web.forms import Form, SentForm
from web.idempotency import USED_BEFORE, ThisIdempotentRequest, idempotent_by_form
from web.injection import provided
from web.live import LiveStreams
from web.pages import is_image, local, page
from web.paging import Page, pages_of, places, relative

LIST = "/admin/products"
ROWS_PER_PAGE = 20

NO_IMAGE = "Begin it with https://, http://, data:image/ or, for a path of this site, with /."

_FIELDS = ("title", "description", "image", "state")

P = TypeVar("P", NewProduct, EditedProduct)

ProductsService = SkipValidation[NamedDependency[Products]]
Back = Annotated[str, QueryParameter(max_length=2000)]
ThisParticipant = SkipValidation[NamedDependency[Participant]]


@get("/", sync_to_thread=True)
def list_products(
    request: Request[Any, Any, Any], products: ProductsService, page_: NamedDependency[Page]
) -> Response[Any]:
    """Show the products in rows. A script gets only the rows."""
    found, total = products.search(containing=page_.q, limit=page_.limit, offset=page_.offset)
    part = "list" if "hx-request" in request.headers else "products"
    here = relative(request.url)
    return page(
        f"products/{part}.html",
        products=found,
        page=page_,
        places=places(page_, total),
        here=here,
    )


@get("/create", sync_to_thread=False)
def show_create_form() -> Response[Any]:
    """Show the form of a new product."""
    return _create_page(Form({"state": State.ACTIVE}))


@post("/create", sync_to_thread=True)
def create_product(
    products: ProductsService, flash: FlashWords, form: SentForm, idempotent: ThisIdempotentRequest
) -> Response[Any]:
    """Add a product, only once per form."""
    new = _read(form, NewProduct)
    if new is None:
        return _create_page(form, 422)

    def create() -> None:
        products.create(
            title=new.title, description=new.description, image=new.image, state=new.state
        )

    if not idempotent.run_once(new, create):
        form.errors["title"] = USED_BEFORE
        return _create_page(form, 422)
    return flash.redirect(LIST, f"“{new.title}” was added.")


@get("/{product_id:int}/edit", sync_to_thread=True)
def show_edit_form(
    products: ProductsService, product_id: FromPath[int], back: Back = LIST
) -> Response[Any]:
    """Show the form with the present product; it carries the version that it shows."""
    product = products.find(product_id)
    return _edit_page(product, _form_of(product), local(back, LIST))


@post("/{product_id:int}/edit", sync_to_thread=True)
def edit_product(
    products: ProductsService, flash: FlashWords, form: SentForm, product_id: FromPath[int]
) -> Response[Any]:
    """Replace the fields of a product, unless it was changed since the form was shown."""
    try:
        return _save(products, flash, form, product_id)
    except UnknownProduct:
        return _create_page(form, 404, deleted=True)


def _read(form: Form, model: type[P], *, unchanged: str = "") -> P | None:
    """Read the form. Its image must be one that browsers can show, or the `unchanged` one."""
    given = form.read(model)
    image = form["image"]
    if image and image != unchanged and not is_image(image):
        form.errors.setdefault("image", NO_IMAGE)
    return None if form.errors else given


def _save(products: Products, flash: Flash, form: Form, product_id: int) -> Response[Any]:
    back = _back(form)
    product = products.find(product_id)
    edited = _read(form, EditedProduct, unchanged=product.image)
    if edited is None:
        return _edit_page(product, form, back, status=422)
    try:
        products.replace(
            product_id,
            title=edited.title,
            description=edited.description,
            image=edited.image,
            state=edited.state,
            expect=unless_stale(form["_version"], owned),
        )
    except Stale:
        present = _form_of(products.find(product_id))
        if any(present[name] != form[name] for name in _FIELDS):
            return _edit_conflict(product, present, form, back)
    return flash.redirect(back, f"“{edited.title}” was saved.")


@post("/{product_id:int}/withdraw", sync_to_thread=True)
def withdraw_product(
    products: ProductsService, flash: FlashWords, form: SentForm, product_id: FromPath[int]
) -> Response[Any]:
    """Take a product out of the storefront; it keeps its likes."""
    product = products.set_state(product_id, State.WITHDRAWN)
    return flash.redirect(_back(form), f"“{product.title}” was withdrawn from the storefront.")


@post("/{product_id:int}/offer", sync_to_thread=True)
def offer_product(
    products: ProductsService, flash: FlashWords, form: SentForm, product_id: FromPath[int]
) -> Response[Any]:
    """Put a withdrawn product back into the storefront."""
    product = products.set_state(product_id, State.ACTIVE)
    return flash.redirect(_back(form), f"“{product.title}” is offered again.")


@get("/{product_id:int}/delete", sync_to_thread=True)
def ask_before_deleting(
    products: ProductsService, product_id: FromPath[int], back: Back = LIST
) -> Response[Any]:
    """Show the product and ask for confirmation."""
    return _delete_page(products.find(product_id), local(back, LIST))


@post("/{product_id:int}/delete", sync_to_thread=True)
def delete_product(
    products: ProductsService, flash: FlashWords, form: SentForm, product_id: FromPath[int]
) -> Response[Any]:
    """Delete a product, unless it was changed since it was shown."""
    product = products.find(product_id)
    try:
        products.delete(product_id, expect=unless_stale(form["_version"], owned))
    except Stale:
        return _delete_page(products.find(product_id), _back(form), changed=True)
    return flash.redirect(_back(form), f"“{product.title}” was deleted.")


@get("/live/products", sync_to_thread=False)
def stream_changes(live: LiveStreams, participant: ThisParticipant) -> Stream:
    """Stream an event whenever products or their likes may have changed."""
    return live.stream(participant.watch)


def _back(form: Form) -> str:
    """The URL of the list from which the form was opened."""
    return local(form["_back"], LIST)


def _create_page(form: Form, status: int = 200, *, deleted: bool = False) -> Response[Any]:
    return page("products/create.html", status=status, form=form, deleted=deleted)


def _edit_page(
    product: Product,
    form: Form,
    back: str,
    *,
    status: int = 200,
    theirs: Mapping[str, str] | None = None,
) -> Response[Any]:
    shown = {"product": product, "form": form, "back": back, "theirs": theirs or {}}
    return page("products/edit.html", status=status, **shown)


def _form_of(product: Product) -> Form:
    fields = {name: str(getattr(product, name)) for name in _FIELDS}
    return Form({**fields, "_version": etag_of(owned(product))})


def _edit_conflict(product: Product, now: Form, form: Form, back: str) -> Response[Any]:
    theirs = {name: now[name] for name in _FIELDS if now[name] != form[name]}
    # The next submit may overwrite: its sender has seen the other edit.
    mine = Form({**{name: form[name] for name in _FIELDS}, "_version": now["_version"]})
    return _edit_page(product, mine, back, status=412, theirs=theirs)


def _delete_page(product: Product, back: str, *, changed: bool = False) -> Response[Any]:
    return page(
        "products/delete.html",
        status=412 if changed else 200,
        product=product,
        version=etag_of(owned(product)),
        back=back,
        changed=changed,
    )


def routes(products: Callable[[], Products], participant: Callable[[], Participant]) -> Router:
    """The pages of the module, for the service that `products` provides."""
    editing = Router(
        LIST,
        route_handlers=[
            list_products,
            show_create_form,
            create_product,
            show_edit_form,
            edit_product,
            withdraw_product,
            offer_product,
            ask_before_deleting,
            delete_product,
        ],
    )
    return Router(
        "/",
        route_handlers=[editing, stream_changes],
        dependencies={
            "products": provided(products),
            "participant": provided(participant),
            "page_": pages_of(ROWS_PER_PAGE),
            "idempotent": idempotent_by_form(participant, idempotency_keys),
        },
    )
