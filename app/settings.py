"""The settings, from the environment or `.env`: read once, checked whole, refused in one line."""

import os
import re
from collections.abc import Mapping
from difflib import get_close_matches
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    create_model,
    field_validator,
)
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from app.discovery import MODULES
from bus import DeclarationError
from bus.storage import is_transient, reason
from modules import Module, ModuleSettings
from web.guards import is_loopback

PREFIX = "APP_"
SECRET_KEY_LENGTH = 32
_ALL_BUT_THE_SAME = 0.75
_FOR_TESTS = "test_"
_OVERRIDE = "_database_url"
_ORIGIN = re.compile(
    r"(?P<site>(?P<scheme>https?)://([a-z0-9.-]+|\[[0-9a-f:.]+\]))(?P<port>:(0|[1-9][0-9]*))?"
)
_USUAL_PORTS = {"http": ":80", "https": ":443"}


class SettingsError(Exception):
    """A setting, or a combination of them, that cannot be; the text is for the operator."""


def _is_database(value: SecretStr) -> SecretStr:
    try:
        url = make_url(value.get_secret_value().replace("{module}", "module"))
    except (ArgumentError, ValueError):
        raise ValueError from None
    is_file = url.drivername == "sqlite" and url.database not in {None, "", ":memory:"}
    if not (is_file or url.drivername in {"postgresql", "postgresql+psycopg"}):
        raise ValueError
    return value


def _is_amqp(value: SecretStr) -> SecretStr:
    url = urlsplit(value.get_secret_value())
    if url.scheme not in {"amqp", "amqps"} or not url.hostname or url.port == 0:
        raise ValueError
    return value


def _is_origin(value: str) -> str:
    written = _ORIGIN.fullmatch(value.lower())
    if written is None or urlsplit(value).port == 0:
        raise ValueError
    # As browsers write it, who are taken at their word: in small letters, without the usual port.
    usual = written["port"] == _USUAL_PORTS[written["scheme"]]
    return written["site"] if usual else written[0]


def _is_module_url(value: str) -> str:
    url = urlsplit(value.removesuffix("/"))
    beyond = url.path or url.query or url.fragment or url.username
    if url.scheme not in {"http", "https"} or not url.hostname or url.port == 0 or beyond:
        raise ValueError
    return url.geturl()


def _is_proxy(value: str) -> str:
    return str(ip_network(value)) if "/" in value else str(ip_address(value))


DatabaseUrl = Annotated[SecretStr, AfterValidator(_is_database)]
Origin = Annotated[str, AfterValidator(_is_origin)]
Proxy = Annotated[str, AfterValidator(_is_proxy)]
ModuleUrl = Annotated[str, AfterValidator(_is_module_url)]


class Settings(BaseModel):
    """Each field is the variable `APP_<FIELD>`; its description says what it takes."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    host: Annotated[str, Field(min_length=1, description="an address or name to listen on")] = (
        "127.0.0.1"
    )
    port: Annotated[int, Field(ge=1, le=65535, description="a whole number from 1 to 65535")] = 8000
    bus: Annotated[Literal["memory", "rabbitmq"], Field(description="memory or rabbitmq")] = (
        "memory"
    )
    rabbitmq_url: Annotated[
        SecretStr,
        AfterValidator(_is_amqp),
        Field(description="amqp://user:password@host:port/vhost, or amqps://…"),
    ] = SecretStr("amqp://guest:guest@127.0.0.1:5672/")
    modules: Annotated[
        tuple[str, ...], Field(min_length=1, description="all, or names of modules with commas")
    ] = ("all",)
    database_url: Annotated[
        DatabaseUrl, Field(description="sqlite:///path/to/{module}.db or postgresql://…")
    ] = SecretStr("sqlite:///var/{module}.db")
    database_urls: dict[str, DatabaseUrl] = {}
    module_urls: Annotated[
        dict[str, ModuleUrl],
        Field(description="module=http://host:port, several with commas, or https"),
    ] = {}
    auth: Annotated[Literal["open", "required"], Field(description="open or required")] = "open"
    secret_key: Annotated[
        SecretStr | None,
        Field(min_length=SECRET_KEY_LENGTH, description="at least 32 random characters"),
    ] = None
    cors_origins: Annotated[
        tuple[Origin, ...],
        Field(description="origins with commas, each as https://shop.example or http://host:port"),
    ] = ()
    trusted_proxies: Annotated[
        tuple[Proxy, ...],
        Field(description="addresses or networks with commas, each as 10.0.0.7 or 10.0.0.0/24"),
    ] = ()
    log_format: Annotated[Literal["console", "json"], Field(description="console or json")] = (
        "console"
    )
    retry_attempts: Annotated[
        int, Field(ge=1, le=100, description="a whole number of attempts from 1 to 100")
    ] = 8
    retry_first_seconds: Annotated[
        float, Field(gt=0, le=3600, description="seconds, above 0 and at most 3600")
    ] = 0.2
    retry_longest_seconds: Annotated[
        float, Field(gt=0, le=86400, description="seconds, above 0 and at most 86400")
    ] = 60.0
    batch_size: Annotated[
        int, Field(ge=1, le=10_000, description="a whole number of events from 1 to 10000")
    ] = 500
    batch_seconds: Annotated[
        float, Field(gt=0, le=10, description="seconds, above 0 and at most 10")
    ] = 0.05
    reaction_seconds: Annotated[
        float, Field(gt=0, le=3600, description="seconds, above 0 and at most 3600")
    ] = 5.0

    @field_validator("modules", "cors_origins", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(name.strip() for name in value.split(",") if name.strip())
        return value

    @field_validator("module_urls", mode="before")
    @classmethod
    def _pair(cls, value: Any) -> Any:
        if isinstance(value, str):
            pairs = [each.partition("=") for each in value.split(",") if each.strip()]
            return {name.strip(): url.strip() for name, _, url in pairs}
        return value

    def database_of(self, module: str) -> str:
        """The URL of this module's database."""
        url = self.database_urls.get(module, self.database_url)
        return url.get_secret_value().replace("{module}", module)

    def database_variable(self, module: str) -> str:
        """The variable that says so."""
        override = module in self.database_urls
        return f"{PREFIX}{module.upper()}{_OVERRIDE.upper()}" if override else "APP_DATABASE_URL"

    def hosting(self, known: tuple[str, ...]) -> tuple[str, ...]:
        """The modules that this process hosts, of those that are known."""
        return known if self.modules == ("all",) else self.modules

    def of(self, own: type[ModuleSettings]) -> ModuleSettings:
        """The settings of one module, which sees no others."""
        return own.model_construct(**{name: getattr(self, name) for name in own.model_fields})


def with_settings_of(modules: Mapping[str, Module[Any]]) -> type[Settings]:
    """The application's settings and those that modules declare; raises DeclarationError."""
    taken = dict.fromkeys(Settings.model_fields, "the app")
    for name, module in modules.items():
        for field in module.settings.model_fields:
            if owner := taken.get(field):
                raise DeclarationError(
                    f"{name}: its setting {field} (APP_{field.upper()}) is one of {owner}: "
                    "give it another name in settings of its MODULE"
                )
            taken[field] = name
    own: list[Any] = [each.settings for each in modules.values() if each.settings.model_fields]
    return create_model("AllSettings", __base__=(Settings, *own))


AllSettings = with_settings_of(MODULES)


def read_settings(known_modules: tuple[str, ...], modules: str | None = None) -> Settings:
    """The settings of this process; raises SettingsError. `modules` goes before APP_MODULES."""
    environment = {**_written_down(), **os.environ}
    if modules is not None:
        environment["APP_MODULES"] = modules
    return settings_from(environment, known_modules)


def _written_down() -> dict[str, str | None]:
    try:
        return dotenv_values(".env")
    except (OSError, UnicodeError) as error:
        raise SettingsError(f".env takes readable text in UTF-8: {error}") from None


def settings_from(
    environment: Mapping[str, str | None], known_modules: tuple[str, ...]
) -> Settings:
    """The settings that these variables make; raises SettingsError. Empty ones count as unset."""
    given = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(PREFIX) and value
    }
    overrides = {
        name: given[name + _OVERRIDE] for name in known_modules if name + _OVERRIDE in given
    }
    _refuse_misspelt(given, known_modules)
    try:
        settings = AllSettings.model_validate({**given, "database_urls": overrides})
    except ValidationError as error:
        raise SettingsError("; ".join(_findings(error, given))) from None
    _refuse_combinations(settings, known_modules)
    return settings


def _refuse_misspelt(given: Mapping[str, str], known_modules: tuple[str, ...]) -> None:
    """Refuse a misspelt setting: it would be ignored, and APP_AUTH not be required, say."""
    known = {*AllSettings.model_fields, *(name + _OVERRIDE for name in known_modules)}
    for name in sorted(given.keys() - known):
        meant = get_close_matches(name, known, n=1, cutoff=_ALL_BUT_THE_SAME)
        if meant and not name.startswith(_FOR_TESTS):
            written, right = PREFIX + name.upper(), PREFIX + meant[0].upper()
            raise SettingsError(f"{written} is no setting: {right} is")


def unreachable(module: str, variable: str, error: Exception) -> str:
    """A sentence on a module's database that does not answer, without its password."""
    known = getattr(error, "orig", None) or getattr(error, "strerror", None)
    words = str(known or type(error).__name__).strip().splitlines()[0]
    why = reason(error) if is_transient(error) else words
    return f"The database of {module} ({variable}) cannot be reached: {why}"


def _findings(error: ValidationError, given: Mapping[str, str]) -> list[str]:
    findings = []
    for wrong in error.errors(include_input=False):
        field = str(wrong["loc"][0])
        info = AllSettings.model_fields["database_url" if field == "database_urls" else field]
        name = f"{wrong['loc'][1]}{_OVERRIDE}" if field == "database_urls" else field
        shown = "" if "url" in field or "secret" in field else f", not {given.get(name)!r}"
        findings.append(f"{PREFIX}{name.upper()} takes {info.description}{shown}")
    return findings


def _refuse_combinations(settings: Settings, known: tuple[str, ...]) -> None:
    hosted = settings.hosting(known)
    _refuse_modules(settings.modules, hosted, known)
    if unknown := set(settings.module_urls) - set(known):
        raise SettingsError(
            f"APP_MODULE_URLS takes addresses of {', '.join(known)}, not of {min(unknown)!r}"
        )
    apart = set(hosted) != set(known)
    if apart and settings.bus == "memory":
        raise SettingsError(
            "APP_BUS=memory needs every module in this process: "
            "leave APP_MODULES at all, or set APP_BUS to rabbitmq"
        )
    if apart and settings.secret_key is None:
        raise SettingsError(
            "APP_SECRET_KEY takes at least 32 random characters, the same in every process: "
            "it is needed when APP_MODULES names some modules only"
        )
    if settings.auth == "open" and not is_loopback(settings.host):
        raise SettingsError(
            "APP_HOST takes a loopback address such as 127.0.0.1 while APP_AUTH is open, "
            f"not {settings.host!r}: anyone who reaches it could act as admin"
        )
    _refuse_shared_files(settings, known)


def _refuse_modules(
    named: tuple[str, ...], hosted: tuple[str, ...], known: tuple[str, ...]
) -> None:
    if set(hosted) - set(known) or len(set(hosted)) != len(hosted):
        raise SettingsError(
            f"APP_MODULES takes all, or some of {', '.join(known)} with commas, "
            f"not {','.join(named)!r}"
        )


def _refuse_shared_files(settings: Settings, known: tuple[str, ...]) -> None:
    files = [
        Path(url.database or "").absolute()
        for url in (make_url(settings.database_of(name)) for name in known)
        if url.drivername == "sqlite"
    ]
    if len(set(files)) != len(files):
        raise SettingsError(
            "APP_DATABASE_URL takes a file of its own for each module on SQLite: "
            "put {module} into its name"
        )
