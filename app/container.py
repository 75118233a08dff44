"""The composition root: here, and only here, the parts of the application meet."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dependency_injector import containers, providers
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template import TemplateConfig

from app.declarations import refuse_wrong_modules
from app.discovery import FOLDER, MODULE_NAMES, MODULES
from app.secret_key import kept_secret_key
from app.settings import Settings, SettingsError
from bus import (
    BatchLimits,
    Bus,
    BusSettings,
    Database,
    MemoryTransport,
    Participant,
    RetrySchedule,
)
from bus.transports import Transport
from web.assets import Assets
from web.flash import Flash
from web.live import Live
from web.pages import Link, template_config
from web.session import Sessions

if TYPE_CHECKING:
    from app.operations.directory import ModuleDirectory
    from app.operations.metrics import Metrics

__all__ = ["LISTENERS", "MODULES", "MODULE_NAMES", "Application", "assemble", "dispose"]

LISTENERS: Mapping[str, Sequence[str]] = {
    event.wire_name: [
        name
        for name, module in MODULES.items()
        if event.wire_name in {heard.wire_name for heard in module.reactions}
    ]
    for module in MODULES.values()
    for event in (*module.publishes, *module.reactions)
}
"""Which modules react to an event, if any, by its wire name."""

_TEMPLATES = Path(__file__).parent / "templates"
_OPERATIONS = Link("Operations", "/operations", role="admin", place=9)


def _memory(_settings: Settings) -> Transport:
    return MemoryTransport()


def _rabbitmq(settings: Settings) -> Transport:
    # Imported only by those who use it: the default needs no client of a broker.
    from bus.transports.rabbitmq import RabbitMQTransport

    topology = {name: module.sources for name, module in MODULES.items() if module.sources}
    try:
        return RabbitMQTransport(settings.rabbitmq_url.get_secret_value(), topology)
    except (ValueError, TypeError, SyntaxError):
        # Pika's own words are left out: they may quote what was meant to be the password.
        raise SettingsError(
            "APP_RABBITMQ_URL takes after its ? only options that pika knows, "
            "as connection_attempts=3"
        ) from None


_TRANSPORTS = {"memory": _memory, "rabbitmq": _rabbitmq}


def _transport(settings: Settings) -> Transport:
    return _TRANSPORTS[settings.bus](settings)


def _participants(hosted: Mapping[str, Any]) -> list[Participant]:
    return [container.participant() for container in hosted.values()]


def _databases(hosted: Mapping[str, Any]) -> dict[str, Database]:
    return {name: container.database() for name, container in hosted.items()}


def _bus_settings(settings: Settings) -> BusSettings:
    return BusSettings(
        retry=RetrySchedule(
            attempts=settings.retry_attempts,
            first=settings.retry_first_seconds,
            longest=settings.retry_longest_seconds,
        ),
        batch=BatchLimits(messages=settings.batch_size, seconds=settings.batch_seconds),
        reaction_seconds=settings.reaction_seconds,
    )


def _secret_key(settings: Settings) -> str:
    given = settings.secret_key
    return given.get_secret_value() if given else kept_secret_key()


def _templates(
    settings: Settings, sessions: Sessions, assets: Assets, flash: Flash
) -> "TemplateConfig[JinjaTemplateEngine]":
    return template_config(
        folders={name: FOLDER / name / "templates" for name in MODULE_NAMES} | {"app": _TEMPLATES},
        # Also those of modules in other processes: together they are one shop.
        links=[*(link for module in MODULES.values() for link in module.links), _OPERATIONS],
        sessions=sessions,
        roles_count=settings.auth == "required",
        assets=assets,
        flash=flash,
    )


def _directory(bus: Bus, settings: Settings) -> "ModuleDirectory":
    # Imported only by those who serve, as are the metrics.
    from app.operations.directory import ModuleDirectory

    return ModuleDirectory(bus, MODULE_NAMES, settings.module_urls)


def _metrics(bus: Bus) -> "Metrics":
    # Imported only by those who serve: commands count nothing.
    from app.operations.metrics import Metrics

    return Metrics(bus)


class Application(containers.DeclarativeContainer):
    """The parts of one process, made once each when first asked for."""

    settings: providers.Dependency[Settings] = providers.Dependency(instance_of=Settings)
    hosted: providers.Dependency[dict[str, Any]] = providers.Dependency()

    transport = providers.ThreadSafeSingleton(_transport, settings)
    databases = providers.ThreadSafeSingleton(_databases, hosted)
    participants = providers.ThreadSafeSingleton(_participants, hosted)
    bus_settings = providers.ThreadSafeSingleton(_bus_settings, settings)
    bus = providers.ThreadSafeSingleton(Bus, participants, transport, bus_settings)
    secret_key = providers.ThreadSafeSingleton(_secret_key, settings)
    sessions = providers.ThreadSafeSingleton(Sessions, secret_key)
    assets = providers.ThreadSafeSingleton(Assets)
    flash = providers.ThreadSafeSingleton(Flash, secret_key)
    live = providers.ThreadSafeSingleton(Live)
    templates = providers.ThreadSafeSingleton(_templates, settings, sessions, assets, flash)
    directory = providers.ThreadSafeSingleton(_directory, bus, settings)
    metrics = providers.ThreadSafeSingleton(_metrics, bus)


def assemble(settings: Settings) -> Application:
    """The application for these settings, with the parts of each module that it hosts.

    Raises DeclarationError where modules declare what cannot be.
    """
    refuse_wrong_modules(all_are_here=settings.bus == "memory")
    hosted = {
        name: MODULES[name].open(
            name,
            providers.ThreadSafeSingleton(Database, settings.database_of(name), name),
            settings.of(MODULES[name].settings),
        )
        for name in settings.hosting(MODULE_NAMES)
    }
    return Application(settings=settings, hosted=providers.Object(hosted))


def dispose(application: Application) -> None:
    """Close every connection that it holds open for the next use."""
    for database in application.databases().values():
        database.dispose()
