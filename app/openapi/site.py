"""/schema: the OpenAPI document, and a viewer of it that loads nothing from elsewhere."""

from pathlib import Path
from typing import Any

from litestar import Request, Response, Router, get
from litestar.enums import OpenAPIMediaType
from litestar.exceptions import NotFoundException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import OpenAPIRenderPlugin
from litestar.params import FromPath

from app import __version__
from app.openapi.answers import Rules
from app.openapi.document import described, operation_id
from web.problems import problem

_HERE = Path(__file__).parent
_PAGE = _HERE / "viewer" / "index.html"
_VIEWER_FILES = {
    "viewer.js": ("viewer/viewer.js", "text/javascript"),
    "swagger-ui-bundle.js": ("swagger-ui/swagger-ui-bundle.js", "text/javascript"),
    "swagger-ui.css": ("swagger-ui/swagger-ui.css", "text/css"),
}
_SECONDS_KEPT = 3600

# Pictures are part of the style sheet.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

_ABOUT = """\
Errors are `application/problem+json` (RFC 9457); one for wrong fields names every one of them.

Lists are pages: `limit` and `offset` in the query, `X-Total-Count` and `Link` in the answer.

What has an `ETag` can be changed with it as `If-Match`: 412 if somebody else was faster.

A POST that takes an `Idempotency-Key` can be repeated: it is done once.
"""


def openapi_config(rules: Rules) -> OpenAPIConfig:
    """The configuration by which Litestar describes the routes and serves /schema."""
    return OpenAPIConfig(
        title="Modular shop",
        version=__version__,
        description=_ABOUT,
        use_handler_docstrings=True,
        operation_id_creator=operation_id,
        render_plugins=[_Viewer(), _Document(rules)],
        openapi_router=Router(
            "/schema",
            route_handlers=[show_viewer_file],
            response_headers={"Content-Security-Policy": _POLICY},
            after_request=_missing_as_problem,
            include_in_schema=False,
        ),
    )


class _Viewer(OpenAPIRenderPlugin):
    """The page; it fetches the document itself."""

    def __init__(self) -> None:
        super().__init__(path="/")

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        return _PAGE.read_bytes()


class _Document(OpenAPIRenderPlugin):
    """The document, made when it is asked for first."""

    def __init__(self, rules: Rules) -> None:
        super().__init__(path="/openapi.json", media_type=OpenAPIMediaType.OPENAPI_JSON)
        self._rules = rules
        self._made: bytes | None = None

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        if self._made is None:
            self._made = self.render_json(request, described(request.app, self._rules))
        return self._made


@get("/viewer/{file:str}", sync_to_thread=True)
def show_viewer_file(file: FromPath[str]) -> Response[bytes]:
    """One of the files that the viewer is made of."""
    if file not in _VIEWER_FILES:
        raise NotFoundException
    path, media_type = _VIEWER_FILES[file]
    kept = {"Cache-Control": f"max-age={_SECONDS_KEPT}"}
    return Response((_HERE / path).read_bytes(), media_type=media_type, headers=kept)


def _missing_as_problem(response: Response[Any]) -> Response[Any]:
    # Litestar answers unknown paths below this one with a page.
    return problem(404) if response.status_code == 404 else response
