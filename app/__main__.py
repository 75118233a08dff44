"""`python -m app`: the commands of app/cli/setup.py and app/cli/operations.py."""

import sys

from app.cli import operations, setup
from app.cli.group import commands

__all__ = ["operations", "setup"]
"""Imported for the commands that they add."""


def main() -> None:
    """Run the command that was typed; a refusal is one line and exit status 1."""
    from app.settings import SettingsError
    from bus import DeclarationError

    try:
        commands(prog_name="python -m app")
    except (SettingsError, DeclarationError) as error:
        print(error, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
