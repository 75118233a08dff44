"""`python -m app`: the commands of app/commands.py and app/operating.py."""

import sys

from app import commands, operating
from app.command_line import commands as command_line

__all__ = ["commands", "operating"]
"""Imported for the commands that they add."""


def main() -> None:
    """Run the command that was typed; a refusal is one line and exit status 1."""
    from app.settings import SettingsError

    try:
        command_line(prog_name="python -m app")
    except SettingsError as error:
        print(error, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
