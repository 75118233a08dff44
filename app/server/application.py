"""The web server of one process: the hosted modules' routes, around one bus."""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import structlog
from litestar import Litestar, Request, Response, Router
from litestar.config.cors import CORSConfig
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.types import ASGIApp, ExceptionHandlersMap, Guard
from pydantic import SecretStr
from sqlalchemy.exc import SQLAlchemyError

from app.container import LISTENERS, MODULES, Application, assemble
from app.declarations import refuse_routes_alike
from app.openapi.answers import Rules
from app.openapi.document import described
from app.openapi.site import openapi_config
from app.operations.health import health_routes
from app.operations.http.api import bus_routes
from app.operations.http.pages import operations_routes
from app.operations.metrics import show_metrics
from app.server.correlation import Correlation
from app.server.head_requests import HeadAsGet, name_every_method
from app.server.logs import RequestLog
from app.server.shutdown_response import ShutdownResponseMiddleware
from app.server.user_api import show_user
from app.settings import SECRET_KEY_LENGTH, Settings
from bus.storage import is_transient, reason
from web.answers import set_default_headers, vary_by_origin
from web.assets import show_asset
from web.bodies import MAX_BODY_BYTES, StrictRequest, limit_body_size
from web.flash import clear_flash
from web.forms import form_dependency
from web.guards import (
    ADMINS,
    guard_chain,
    refuse_cross_site_writes,
    refuse_impossible_ids,
    require_loopback_host,
    require_role,
)
from web.injection import provided
from web.pages import (
    PAGE,
    csrf_protection,
    redirect_without_empty_parameters,
    set_page_headers,
    with_problem_pages,
)
from web.paging import page_dependency
from web.problems import GENERAL_PROBLEMS, domain_problem, problem, unexpected
from web.session import Sessions, set_session_cookie

_log = structlog.get_logger(__name__)

_SECONDS_BEFORE_RETRY = 5

# Of our answers, what a page of another origin may look at beyond the body.
_EXPOSED_HEADERS = [
    "ETag",
    "Link",
    "Location",
    "Retry-After",
    "X-Correlation-Id",
    "X-Total-Count",
]


def web_application(application: Application) -> ASGIApp:
    """The ASGI application with its middleware; the bus is not started."""
    # Around Litestar, so that an answer which no route gave is logged, counted and has its id, too.
    routed = routed_application(application)
    measured = RequestLog(ShutdownResponseMiddleware(routed), application.metrics().measure)
    return HeadAsGet(Correlation(measured))


def routed_application(application: Application) -> Litestar:
    """The Litestar application with all routes, without the middleware around it."""
    bus, hosted, settings = application.bus(), application.hosted(), application.settings()
    json = {name: MODULES[name].routes(parts) for name, parts in hosted.items()}
    pages = {name: MODULES[name].pages(parts) for name, parts in hosted.items()}
    ours = Router(
        "/",
        route_handlers=[show_asset, show_user, bus_routes(bus), health_routes(bus), show_metrics],
    )
    operations = operations_routes(bus, application.directory(), LISTENERS)
    theirs = {name: [*json[name], *pages[name]] for name in hosted}
    refuse_routes_alike({"the app": [ours, operations], **theirs})
    litestar = Litestar(
        route_handlers=[
            _for_admins(json),
            _pages([_for_admins(pages), operations], application.secret_key()),
            ours,
        ],
        dependencies={
            "page": page_dependency,
            "metrics": provided(application.metrics),
            "sessions": provided(application.sessions),
            "visitor": Provide(application.sessions().visitor, sync_to_thread=False),
            "assets": provided(application.assets),
            "flash": provided(application.flash),
            "form": form_dependency,
            "live": provided(application.live),
        },
        exception_handlers=with_problem_pages(_problems(list(hosted))),
        guards=[_guard(settings, application.sessions())],
        cors_config=_cors(settings),
        before_send=[
            set_session_cookie,
            clear_flash,
            set_default_headers,
            set_page_headers,
            name_every_method,
            *([vary_by_origin] if settings.cors_origins else []),
        ],
        request_class=StrictRequest,
        request_max_body_size=MAX_BODY_BYTES,
        openapi_config=openapi_config(_rules(settings, list(hosted))),
        template_config=application.templates(),
        logging_config=None,
    )
    for name in hosted:
        _open_to_all(litestar, name)
    _resolve_one_by_one(litestar)
    return litestar


def _open_to_all(litestar: Litestar, module: str) -> None:
    """Ask for no role on the routes that the module's front door calls public."""
    routes = {route.path_format: route for route in litestar.routes if isinstance(route, HTTPRoute)}
    for declared in MODULES[module].public:
        method, path = declared.split()
        # Its type names the methods that there are.
        methods: Mapping[Any, tuple[HTTPRouteHandler, Any]] = routes[path].route_handler_map
        handler, _ = methods[method]
        del handler.opt["role"]


def _resolve_one_by_one(litestar: Litestar) -> None:
    """Make a handler's dependencies in turn: a task for each takes longer than making it."""
    for route in litestar.routes:
        if isinstance(route, HTTPRoute):
            for _handler, parameters in route.route_handler_map.values():
                batches = parameters.dependency_batches
                parameters.dependency_batches = [{one} for batch in batches for one in batch]


def _for_admins(routers: Mapping[str, Sequence[Router]]) -> Router:
    """The routes of modules, for admins unless _open_to_all opens them."""
    return Router("/", route_handlers=list(chain(*routers.values())), opt=ADMINS)


def _pages(routers: Sequence[Router], secret_key: str) -> Router:
    return Router(
        "/",
        route_handlers=routers,
        middleware=[csrf_protection(secret_key)],
        before_request=redirect_without_empty_parameters,
        opt=PAGE,
        include_in_schema=False,
    )


def _rules(settings: Settings, hosted: list[str]) -> Rules:
    problems = {
        error: status for name in hosted for error, status in MODULES[name].problems.items()
    }
    return Rules(roles_count=settings.auth == "required", modules=hosted, problems=problems)


def _guard(settings: Settings, sessions: Sessions) -> Guard:
    who = require_role(sessions) if settings.auth == "required" else require_loopback_host
    return guard_chain(
        who,
        refuse_cross_site_writes(settings.cors_origins),
        refuse_impossible_ids,
        limit_body_size,
    )


def _cors(settings: Settings) -> CORSConfig | None:
    if not settings.cors_origins:
        return None
    return CORSConfig(
        allow_origins=list(settings.cors_origins),
        allow_methods=["DELETE", "GET", "HEAD", "POST", "PUT"],
        allow_credentials=True,
        expose_headers=_EXPOSED_HEADERS,
    )


def _problems(hosted: list[str]) -> ExceptionHandlersMap:
    handlers: dict[Any, Any] = {**GENERAL_PROBLEMS, SQLAlchemyError: _database_trouble}
    for name in hosted:
        for error, status in MODULES[name].problems.items():
            handlers[error] = domain_problem(status)
    return handlers


def _database_trouble(request: Request[Any, Any, Any], error: SQLAlchemyError) -> Response[Any]:
    if not is_transient(error):
        return unexpected(request, error)
    _log.error("a database is away or full", error=reason(error))
    detail = "The database is away or full for the moment: try again."
    return problem(503, detail, headers={"Retry-After": str(_SECONDS_BEFORE_RETRY)})


def openapi_document(settings: Settings) -> dict[str, Any]:
    """The OpenAPI document for these settings; nothing is read or written for it."""
    # It signs nothing, so that no key need be made or kept.
    keyless = settings.model_copy(update={"secret_key": SecretStr("-" * SECRET_KEY_LENGTH)})
    application = assemble(keyless)
    return described(routed_application(application), _rules(settings, list(application.hosted())))
