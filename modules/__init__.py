"""The business modules: one bounded context each, which never import one another.

A module imports `bus`, `web` and its own files; contracts in pyproject.toml hold it to that.

Each folder here is a module and has the folder's name. Its file `module.py` ends in
`MODULE = Module(...)`, the front door: all that the app mounts of it. docs/modules.md shows how to
write one.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from dependency_injector import containers, providers
from pydantic import BaseModel, ConfigDict

from bus import Database, Event, Participant, Reactions, source_of

if TYPE_CHECKING:
    from click import Command
    from litestar import Router
    from sqlalchemy import MetaData

    from web.pages import Link


class Parts(containers.DeclarativeContainer):
    """The parts of a module, each made once when it is first asked for.

    A module adds its services: `likes = providers.ThreadSafeSingleton(Likes, Parts.participant)`.
    """

    database: providers.Dependency[Database] = providers.Dependency(instance_of=Database)
    participant: providers.Dependency[Participant] = providers.Dependency(instance_of=Participant)
    settings: providers.Dependency[Any] = providers.Dependency()


class ModuleSettings(BaseModel):
    """The settings of one module: each field is the variable `APP_<FIELD>`.

    A field has a default and a description, which says what the variable takes.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


P = TypeVar("P", bound=Parts)


@dataclass(frozen=True, kw_only=True)
class SampleData:
    """The samples that `demo` adds, one per step of `count`; a step is True if it was added."""

    what: str
    count: int
    add: Callable[[Any], Iterator[bool]]


@dataclass(frozen=True, kw_only=True)
class Module(Generic[P]):
    """The front door of a module. Only `tables` and `parts` are needed."""

    tables: "MetaData"
    """Its tables, in the schema that has the module's name."""

    parts: type[P]
    """Its services."""

    publishes: Sequence[type[Event]] = ()
    """The events that it announces."""

    reactions: Reactions = field(default_factory=dict)
    """The function for each event that it listens to."""

    optional_sources: Collection[str] = ()
    """The modules that it listens to and can do without: they may be missing."""

    problems: Mapping[type[Exception], int] = field(default_factory=dict)
    """The HTTP status of each of its errors."""

    routes: "Callable[[P], Sequence[Router]]" = lambda _parts: ()
    """The JSON that it serves."""

    pages: "Callable[[P], Sequence[Router]]" = lambda _parts: ()
    """The pages that it serves; their templates are in its folder templates/."""

    public: Collection[str] = ()
    """The routes for everybody, as `GET /api/products/{product_id}`. All others need an admin."""

    links: "Sequence[Link]" = ()
    """Its entries in the navigation."""

    settings: type[ModuleSettings] = ModuleSettings
    """Its settings; the services get them as `Parts.settings.provided.<field>`."""

    commands: "Sequence[Command]" = ()
    """Its commands; the object of their context is a function that gives the parts."""

    sample_data: SampleData | None = None
    """What the command `demo` adds."""

    @property
    def sources(self) -> list[str]:
        """The modules that it listens to."""
        return sorted({source_of(event) for event in self.reactions})

    def open(
        self,
        name: str,
        database: providers.Provider[Database],
        settings: ModuleSettings | None = None,
    ) -> P:
        """The parts of the module, which keep their data in this database."""
        participant = providers.ThreadSafeSingleton(
            Participant, name, database, self.reactions, self.publishes
        )
        return self.parts(
            database=database, participant=participant, settings=settings or self.settings()
        )

    def declared_routers(self) -> "Sequence[Router]":
        """All its routes, to look at; they serve nothing."""
        parts = self.parts()
        return [*self.routes(parts), *self.pages(parts)]
