"""`python -m app`: the commands of app/cli and of the modules."""

import sys

from bus import DeclarationError


def main() -> None:
    """Run the command that was typed; a refusal is one line and exit status 1."""
    try:
        # A module that cannot be used is noticed while it is imported.
        from app.cli.group import commands
        from app.settings import SettingsError
    except DeclarationError as error:
        sys.exit(str(error))
    try:
        commands(prog_name="python -m app")
    except (SettingsError, DeclarationError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
