"""The application of one command. Heavy parts are imported by the commands that need them."""

from typing import TYPE_CHECKING, Any

from click import get_current_context

if TYPE_CHECKING:
    from app.container import Application
    from app.settings import Settings


def settings(modules: str | None = None) -> "Settings":
    """This process's settings; raises SettingsError."""
    from app.container import MODULE_NAMES
    from app.settings import read_settings

    return read_settings(MODULE_NAMES, modules)


def application() -> "Application":
    """The application's parts for one command; at its end their connections are closed."""
    from app.container import assemble, dispose

    assembled = assemble(settings())
    get_current_context().call_on_close(lambda: dispose(assembled))
    return assembled


def migrated_application() -> "Application":
    """The application's parts, for a command beside or without a serving process."""
    from app.migrations import refuse_unmigrated

    assembled = application()
    refuse_unmigrated(assembled.databases(), assembled.settings())
    return assembled


def parts_of(module: str) -> Any:
    """The parts of one module that this process hosts, for a command of that module."""
    from app.settings import SettingsError

    hosted = migrated_application().hosted()
    if module not in hosted:
        raise SettingsError(
            f"APP_MODULES must name {module} for {get_current_context().info_name}: it is a "
            "command of that module"
        )
    return hosted[module]
