"""HTML pages in one layout, rendered on the server from the templates of web and of each module.

How a module adds a page
- `modules/<module>/pages.py` has the handlers and a function `routes`; the front door gives them to
  the app as `pages`, and its `links` are shown in the navigation.
- `modules/<module>/templates/<name>.html` begins with `{% extends "web/layout.html" %}`; a handler
  answers with `page("<module>/<name>.html", product=…)`. Form fields come from `web/forms.html`,
  the links of a list from `web/paging.html` and `web.paging.places`.
- A form is sent with POST and carries `{{ forms.token() }}`; its handler takes `form: SentForm` and
  checks it with `form.read(Model)`. If that returns None, it answers `page(…, form=form,
  status=422)`; after a success, `flash.redirect("/where/to", "The product was added.")`.
- It is a page for admins unless `public` of the front door names it: guests are redirected to sign
  in, others are refused.
- For updates of an open page: web/live.py. A part of another module is loaded by the browser, which
  shows a message if that module does not answer:
  `<div data-part="The score" hx-get="/people/1/score" hx-trigger="load">…</div>`.
- In an out-of-band update, a part with the same `data-shown` is not replaced. `data-heading` names
  the heading that gets the focus if the focused element is removed (web/static/site.js).
- Pictures come from `web/picture.html`, which shows a placeholder if there is none.
- Scripts and styles are only files in web/static: `{{ asset("site.css") }}`.

Errors of these routes are pages, too. Only scripts (HX-Request) get the problem as JSON, which
web/static/site.js shows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from litestar import Request, Response
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import MediaType
from litestar.exceptions import PermissionDeniedException
from litestar.middleware import DefineMiddleware
from litestar.middleware.csrf import CSRFMiddleware
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.response import Redirect, Template
from litestar.template import TemplateConfig
from litestar.types import ExceptionHandlersMap, Message, Receive, Scope, Send
from uuid_utils import uuid7

from web.assets import Assets
from web.flash import Flash
from web.guards import SAFE_METHODS, parts_of
from web.paging import relative
from web.session import GUEST, Role, Sessions

PAGE = {"page": True}
"""The `opt` of routes that answer with pages."""

_TEMPLATES = Path(__file__).parent / "templates"

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data: http: https:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of the navigation, for everybody or for one role; low places come first."""

    text: str
    href: str
    role: Role | None = None
    place: int = 0


@dataclass(frozen=True, slots=True)
class Reader:
    """The visitor as the layout shows it. While `is_open`, everyone is an admin."""

    name: str
    role: Role
    is_open: bool


def page(template: str, /, *, status: int = 200, **context: Any) -> Template:
    """An answer rendered from a template, named `<module>/<name>.html` or `web/…`."""
    return Template(template, context=context, status_code=status, media_type=MediaType.HTML)


def template_config(
    *,
    folders: Mapping[str, Path],
    links: Sequence[Link],
    sessions: Sessions,
    roles_count: bool,
    assets: Assets,
    flash: Flash,
) -> TemplateConfig[JinjaTemplateEngine]:
    """The templates of each folder under its name, with the functions that the layout calls."""
    loaders = {name: FileSystemLoader(folder) for name, folder in folders.items()}
    environment = Environment(
        loader=PrefixLoader({"web": FileSystemLoader(_TEMPLATES), **loaders}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    # Public links first, in any order of the modules.
    ordered = sorted(links, key=lambda link: (link.role is not None, link.place, link.text))

    def reader(context: Mapping[str, Any]) -> Reader:
        visitor = sessions.known(context["request"])
        name, role = (visitor.name, visitor.role) if visitor else ("", GUEST)
        return Reader(name, role if roles_count else "admin", not roles_count)

    def navigation(context: Mapping[str, Any]) -> list[Link]:
        role = reader(context).role
        return [link for link in ordered if link.role in {None, role}]

    def flashed(context: Mapping[str, Any]) -> str:
        return flash.take(context["request"])

    engine = JinjaTemplateEngine.from_environment(environment)
    engine.register_template_callable("reader", reader)
    engine.register_template_callable("navigation", navigation)
    engine.register_template_callable("flashed", flashed)
    environment.globals["asset"] = assets.address
    environment.tests["image"] = is_image
    environment.globals["unique"] = lambda: str(uuid7())
    return TemplateConfig(instance=engine)


def is_image(address: str) -> bool:
    """True if a browser can load the address as an image."""
    return address.startswith(("http://", "https://", "data:image/", "/"))


def csrf_protection(secret_key: str) -> DefineMiddleware:
    """The middleware that accepts forms only with a CSRF token, which all processes can verify."""
    secret = sha256(b"csrf" + secret_key.encode()).hexdigest()
    # Named after the key, so that cookies of an earlier key are ignored.
    name = f"csrf_{sha256(secret.encode()).hexdigest()[:8]}"
    config = CSRFConfig(secret, cookie_name=name, cookie_httponly=True)
    return DefineMiddleware(_CsrfProtection, config=config)


class _CsrfProtection(CSRFMiddleware):
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        # Only that of the token: errors of routes are answered further inside.
        except PermissionDeniedException as error:
            detail = "This page is out of date: reload it and try again."
            raise PermissionDeniedException(detail) from error


async def set_page_headers(message: Message, _scope: Scope) -> None:
    """Allow pages to run only our own scripts, and send no Referer to other sites."""
    if message["type"] == "http.response.start":
        headers = MutableScopeHeaders.from_message(message)
        if headers.get("Content-Type", "").startswith("text/html"):
            headers.setdefault("Content-Security-Policy", _POLICY)
            # Not no-referrer: browsers would then send forms with the origin "null".
            headers.setdefault("Referrer-Policy", "same-origin")


async def redirect_without_empty_parameters(request: Request[Any, Any, Any]) -> Redirect | None:
    """Redirect from a URL with empty parameters, as forms make it, to the URL without them."""
    if request.method != "GET" or "hx-request" in request.headers:
        return None
    given = parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)
    kept = [(name, value) for name, value in given if value]
    if kept == given:
        return None
    address = request.url.path + ("?" + urlencode(kept) if kept else "")
    return Redirect(local(address), status_code=303)


def local(path: str, otherwise: str = "/") -> str:
    """The path if it is one of this site, else `otherwise`."""
    parts = parts_of(path) if path.isascii() and path.isprintable() else None
    # Browsers read a backslash as a slash, and //name as another site.
    is_ours = parts and not parts.scheme and not parts.netloc and "\\" not in path
    return path if is_ours and path.startswith("/") and not path.startswith("//") else otherwise


# Errors


def with_problem_pages(handlers: ExceptionHandlersMap) -> ExceptionHandlersMap:
    """The same handlers, but their problems become pages if a page was requested."""
    return {error: _page_or_problem(handler) for error, handler in handlers.items()}


Handler = Callable[[Request[Any, Any, Any], Any], Response[Any]]


def _page_or_problem(handler: Handler) -> Handler:
    def answer(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
        response = handler(request, error)
        return _problem_page(request, response) if _asks_for_page(request) else response

    return answer


def _asks_for_page(request: Request[Any, Any, Any]) -> bool:
    if "hx-request" in request.headers:
        return False
    handler = request.scope.get("route_handler")
    if handler is not None:
        return bool(handler.opt.get("page"))
    is_api = request.scope["path"].startswith("/api/")
    return not is_api and "text/html" in request.headers.get("accept", "")


def _problem_page(request: Request[Any, Any, Any], response: Response[Any]) -> Response[Any]:
    problem = response.content
    status = int(problem["status"])
    if status == HTTPStatus.UNAUTHORIZED:
        return Redirect(sign_in_address(request), status_code=303)
    shown = page("web/problem.html", status=status, problem=problem)
    shown.headers.update(response.headers)
    return shown


def sign_in_address(request: Request[Any, Any, Any]) -> str:
    """The sign-in URL that leads back to this page, or to the page of a submitted form."""
    is_page = request.method in SAFE_METHODS
    back = relative(request.url) if is_page else _page_of_form(request)
    return f"/sign-in?{urlencode({'next': back})}"


def _page_of_form(request: Request[Any, Any, Any]) -> str:
    referer = request.headers.get("referer", "")
    ours = f"{request.url.scheme}://{request.url.netloc}/"
    return local(referer.removeprefix(ours.rstrip("/"))) if referer.startswith(ours) else "/"
