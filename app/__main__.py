"""`python -m app`: the commands of app/cli and of the modules."""

import sys

from app.refusal import StartRefused


def main() -> None:
    """Run the command that was typed; a refusal is one line and exit status 1."""
    from bus import DeclarationError

    try:
        # A module that cannot be used is noticed while it is imported.
        from app.cli.group import commands

        commands(prog_name="python -m app")
    except (StartRefused, DeclarationError) as error:
        print(error, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
