"""The web server of one process: the hosted modules' routes, around one bus."""

from typing import Any

from litestar import Litestar
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.types import ASGIApp, ExceptionHandlersMap

from app.bus_api import bus_routes
from app.container import MODULES, Application
from app.correlation import Correlation
from app.head import HeadAsGet
from app.health import health_routes
from app.logs import RequestLog
from app.user_api import show_user
from web.bodies import MAX_BODY_BYTES, JSONRequest
from web.guards import ids_fit_a_database, no_cross_site_writes, only_for_loopback_hosts
from web.paging import page_dependency
from web.problems import GENERAL_PROBLEMS, domain_problem
from web.session import keep_session


def web_application(application: Application) -> ASGIApp:
    """The whole of it as ASGI, without starting the bus."""
    # Around Litestar, so that an answer which no route gave is logged and has its id, too.
    return HeadAsGet(Correlation(RequestLog(_litestar(application))))


def _litestar(application: Application) -> Litestar:
    bus, hosted = application.bus(), application.hosted()
    routes = [
        route for name, container in hosted.items() for route in MODULES[name].routes(container)
    ]
    return Litestar(
        route_handlers=[
            *routes,
            show_user,
            bus_routes(bus),
            health_routes(bus, application.databases()),
        ],
        dependencies={
            "page": page_dependency,
            "visitor": Provide(application.sessions().visitor, sync_to_thread=False),
        },
        exception_handlers=_problems(list(hosted)),
        guards=[only_for_loopback_hosts, no_cross_site_writes, ids_fit_a_database],
        before_send=[keep_session],
        request_class=JSONRequest,
        request_max_body_size=MAX_BODY_BYTES,
        openapi_config=OpenAPIConfig(
            title="Products and likes",
            version="0.1.0",
            use_handler_docstrings=True,
            # Only what needs no file from another host.
            render_plugins=[JsonRenderPlugin(path=["/", "/openapi.json"])],
        ),
        logging_config=None,
    )


def _problems(hosted: list[str]) -> ExceptionHandlersMap:
    handlers: dict[Any, Any] = dict(GENERAL_PROBLEMS)
    for name in hosted:
        for error, status in MODULES[name].PROBLEMS.items():
            handlers[error] = domain_problem(status)
    return handlers
