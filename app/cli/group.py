"""The commands of `python -m app`: those of the app and those of the modules."""

from copy import copy
from functools import partial

import click
from rich_click import RichGroup

from app import __version__
from app.cli import operations, setup
from app.cli.application import parts_of


class _Commands(RichGroup):
    """Asks the modules for their commands last: importing them takes a while."""

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted([*super().list_commands(context), *_of_modules()])

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        return super().get_command(context, name) or _of_modules().get(name)


def _of_modules() -> dict[str, click.Command]:
    from app.discovery import MODULES

    return {
        str(command.name): _opened(command, name)
        for name, module in MODULES.items()
        for command in module.commands
    }


def _opened(command: click.Command, module: str) -> click.Command:
    """The command with its module's parts as the object of its context, made when asked for."""
    opened = copy(command)
    opened.context_settings = {**command.context_settings, "obj": partial(parts_of, module)}
    return opened


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="modular-shop", message="%(prog)s %(version)s")
def commands() -> None:
    """Modules that talk over a durable event bus. Settings are APP_… variables or in .env."""


for _command in (*setup.COMMANDS, *operations.COMMANDS):
    commands.add_command(_command)
