"""The composition root: here, and only here, the parts of the application meet."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from dependency_injector import containers, providers
from litestar import Router
from sqlalchemy import MetaData

from app.secret import kept_secret_key
from app.settings import Settings, SettingsError
from bus.bus import Bus, BusSettings
from bus.database import Database
from bus.event import source_of
from bus.inbox import RetrySchedule
from bus.memory import MemoryTransport
from bus.participant import Participant, Reactions
from bus.subscriber import BatchLimits
from bus.transport import Transport
from modules.likes import module as likes
from modules.products import module as products
from web.session import Sessions


class FrontDoor(Protocol):
    """What each module's module.py has."""

    REACTIONS: Reactions
    PROBLEMS: Mapping[type[Exception], int]
    metadata: MetaData

    def Container(self, *, database: Any) -> Any: ...  # noqa: N802  # a class there

    def routes(self, container: Any) -> Sequence[Router]: ...


MODULES: Mapping[str, FrontDoor] = {"products": products, "likes": likes}
"""Every module there is, whether this process hosts it or not."""

MODULE_NAMES = tuple(MODULES)


def _memory(_settings: Settings) -> Transport:
    return MemoryTransport()


def _rabbitmq(settings: Settings) -> Transport:
    # Imported only by those who use it: the default needs no client of a broker.
    from bus.rabbitmq import RabbitMQTransport

    topology = {name: _sources(module) for name, module in MODULES.items()}
    try:
        return RabbitMQTransport(settings.rabbitmq_url.get_secret_value(), topology)
    except (ValueError, TypeError, SyntaxError):
        # Pika's own words are left out: they may quote what was meant to be the password.
        raise SettingsError(
            "APP_RABBITMQ_URL takes after its ? only options that pika knows, "
            "as connection_attempts=3"
        ) from None


def _sources(module: FrontDoor) -> list[str]:
    return sorted({source_of(event) for event in module.REACTIONS})


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


def _sessions(settings: Settings) -> Sessions:
    given = settings.secret_key
    return Sessions(given.get_secret_value() if given else kept_secret_key())


class Application(containers.DeclarativeContainer):
    """The parts of one process, made once each when first asked for."""

    settings: providers.Dependency[Settings] = providers.Dependency(instance_of=Settings)
    hosted: providers.Dependency[dict[str, Any]] = providers.Dependency()

    transport = providers.ThreadSafeSingleton(_transport, settings)
    databases = providers.ThreadSafeSingleton(_databases, hosted)
    participants = providers.ThreadSafeSingleton(_participants, hosted)
    bus_settings = providers.ThreadSafeSingleton(_bus_settings, settings)
    bus = providers.ThreadSafeSingleton(Bus, participants, transport, bus_settings)
    sessions = providers.ThreadSafeSingleton(_sessions, settings)


def assemble(settings: Settings) -> Application:
    """The application for these settings, with a container for each module that it hosts."""
    hosted = {
        name: MODULES[name].Container(
            database=providers.ThreadSafeSingleton(Database, settings.database_of(name), name)
        )
        for name in settings.hosting(MODULE_NAMES)
    }
    return Application(settings=settings, hosted=providers.Object(hosted))
