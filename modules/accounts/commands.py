"""The commands of the module."""

import sys
from collections.abc import Callable
from typing import Any

import rich_click as click

from modules.accounts.domain import NameTaken


@click.command("create-admin")
@click.argument("name")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.pass_obj
def create_admin(parts: Callable[[], Any], name: str, password_stdin: bool) -> None:
    """Open an account NAME that may do everything; asks for its password."""
    accounts = parts().accounts()
    # A line's end belongs to the line, blanks to the password.
    password = sys.stdin.read().rstrip("\r\n") if password_stdin else _asked_twice()
    try:
        account = accounts.create_admin(name, password)
    except (NameTaken, ValueError) as refused:
        sys.exit(str(refused))
    print(f"{account.name} is an admin.")


def _asked_twice() -> str:
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
