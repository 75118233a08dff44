"""The operator's commands: how things stand, what is logged and what is dead."""

import json
import shlex
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import rich_click as click

from app.cli.group import application, commands, migrated_application
from bus.admin import logged_events
from bus.storage import time_from

if TYPE_CHECKING:
    from bus import Participant
    from bus.admin import DeadLetters

_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for a script.")
_type = click.option("--type", "type_", help="Only this type, as products.product_created.")
_subject = click.option("--subject", help="Only events of this subject, as 17.")
_cause = click.option("--cause", help="Only what died of this, as `dead-letters list` has it.")
_module = click.argument("module")
_ids = click.argument("ids", nargs=-1)
_all = click.option("--all", "every", is_flag=True, help="All that match, instead of IDS.")

# On SQLite no signal crosses processes: they look every so often.
_HEARD = "a serving process takes it up within 5 s"


def _time(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    try:
        return value and time_from(value)
    except ValueError:
        raise click.BadParameter("takes a time as 2026-01-31 or 2026-01-31T12:00") from None


@commands.command()
@_as_json
def status(as_json: bool) -> None:
    """Say how each module stands and what to do; exit status 0 whatever it is."""
    from app.operations.local import diagnoses

    found = diagnoses(_participants_even_if_away())
    if as_json:
        _print_json(found)
        return
    for diagnosis in found:
        for sentence in diagnosis.sentences or ["all is well"]:
            click.echo(f"{diagnosis.module}: {sentence}")


@commands.command()
@_module
@_type
@_subject
@click.option("--correlation", help="Only what one request caused, by its X-Correlation-Id.")
@click.option("--since", callback=_time, help="Only from then on, as 2026-01-31T12:00 (UTC).")
@click.option("--until", callback=_time, help="Only before then.")
@click.option("--before", type=click.IntRange(min=1), help="Only what is older than this position.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@_as_json
def events(
    module: str,
    type_: str | None,
    subject: str | None,
    correlation: str | None,
    since: str | None,
    until: str | None,
    before: int | None,
    limit: int,
    as_json: bool,
) -> None:
    """Show MODULE's event log, newest first."""
    from app.operations.masking import event_without_personal_data

    participant = _participant(module)
    with participant.database.snapshot() as connection:
        logged = logged_events(
            connection,
            participant.tables,
            before=before,
            limit=limit,
            type=type_,
            subject=subject,
            correlation=correlation,
            since=since,
            until=until,
        )
    found = [event_without_personal_data(event) for event in logged]
    if as_json:
        _print_json(found)
        return
    for event in found:
        data = json.dumps(event.data, ensure_ascii=False)
        shown = data if len(data) <= 100 else data[:99] + "…"
        position = event.position or "-"
        click.echo(f"{position:>8}  {event.time}  {event.type}  {event.subject}  {shown}")


@commands.group("dead-letters")
def dead_letters() -> None:
    """Events that could not be applied: list, show, redrive or discard them."""


@dead_letters.command("list")
@_module
@_type
@_subject
@_cause
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True)
@_as_json
def list_(
    module: str,
    type_: str | None,
    subject: str | None,
    cause: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """List MODULE's dead letters, oldest first, and what they died of."""
    from app.operations.local import in_short

    letters = _dead_letters(module)
    total, found = letters.messages(type=type_, subject=subject, cause=cause, limit=limit)
    if as_json:
        _print_json([in_short(message) for message in found])
        return
    for message in map(in_short, found):
        error = message["causes"][-1]["error"].partition("\n")[0] if message["causes"] else ""
        columns = [message[name] for name in ("id", "stored", "type", "subject")]
        click.echo("  ".join([*columns, error]))
    click.echo(f"{total} dead")
    for group in letters.groups(type=type_, subject=subject, cause=cause):
        click.echo(f"{group.count:>8}  {group.type}  --cause {shlex.quote(group.cause)}")


@dead_letters.command()
@_module
@click.argument("id_", metavar="ID")
def show(module: str, id_: str) -> None:
    """Show one message with its causes, as JSON."""
    from app.operations.local import described, letter_in
    from bus.admin import UnknownDeadLetter

    try:
        found = letter_in(_dead_letters(module), id_)
    except UnknownDeadLetter:
        raise click.ClickException(_no_letter(id_)) from None
    _print_json(described(found))


@dead_letters.command()
@_module
@_ids
@_all
@_type
@_subject
@_cause
def redrive(
    module: str,
    ids: Sequence[str],
    every: bool,
    type_: str | None,
    subject: str | None,
    cause: str | None,
) -> None:
    """Try dead letters again: those with these IDS, or --all that match."""
    letters = _dead_letters(module)
    _insist_on_choice(ids, every)
    if every:
        count = letters.redrive(type=type_, subject=subject, cause=cause)
        click.echo(f"{count} redriven; {_HEARD}")
    else:
        _with_each(letters, ids, f"redriven; {_HEARD}", lambda id_: letters.redrive(id=id_))


def _reason(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    from pydantic import TypeAdapter, ValidationError

    from app.operations.module_view import Reason

    try:
        return str(TypeAdapter(Reason).validate_python(value))
    except ValidationError:
        raise click.BadParameter("takes 1 to 500 characters of text") from None


@dead_letters.command()
@_module
@_ids
@_all
@_type
@_subject
@_cause
@click.option("--reason", required=True, callback=_reason, help="Why; it stays on record.")
def discard(
    module: str,
    ids: Sequence[str],
    every: bool,
    type_: str | None,
    subject: str | None,
    cause: str | None,
    reason: str,
) -> None:
    """Give dead letters up: those with these IDS, or --all that match."""
    from bus.admin import MustErase

    letters = _dead_letters(module)
    _insist_on_choice(ids, every)
    if every:
        try:
            count = letters.discard(reason, type=type_, subject=subject, cause=cause)
        except MustErase as error:
            raise click.ClickException(f"none discarded: {error}") from None
        click.echo(f"{count} discarded")
    else:
        _with_each(letters, ids, "discarded", lambda id_: letters.discard(reason, id=id_))


@commands.command()
@_module
@click.option("--source", help="Only from this module; otherwise from all it listens to.")
def resend(module: str, source: str | None) -> None:
    """Have MODULE's sources send it again what follows on what it has applied."""
    from bus.admin import ask_resend

    try:
        asked = ask_resend(_participant(module), source)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"asked {', '.join(asked)}; {_HEARD}")


@commands.command("new-epoch")
@_module
@click.option(
    "--after", type=click.IntRange(min=0), help="From behind this position; else the end."
)
def new_epoch(module: str, after: int | None) -> None:
    """Let MODULE's log, restored from an old dump, go its new way: its readers follow."""
    participant = _participant(module)
    try:
        with participant.database.transaction() as connection:
            epoch = participant.log.epochs.begin_new(connection, after)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"epoch {epoch}")


def _participants() -> "dict[str, Participant]":
    return {each.name: each for each in migrated_application().participants()}


def _participants_even_if_away() -> "list[Participant]":
    from app.migrations import DatabaseAway, refuse_unmigrated

    assembled = application()
    for name, database in assembled.databases().items():
        with suppress(DatabaseAway):
            refuse_unmigrated({name: database}, assembled.settings())
    return assembled.participants()


def _participant(module: str) -> "Participant":
    participants = _participants()
    if module not in participants:
        raise click.ClickException(f"MODULE takes one of {', '.join(participants)}, not {module!r}")
    return participants[module]


def _dead_letters(module: str) -> "DeadLetters":
    from bus.admin import DeadLetters

    return DeadLetters(_participant(module))


def _with_each(
    letters: "DeadLetters", ids: Sequence[str], done: str, settle: Callable[[str], int]
) -> None:
    """Settle these letters, say how many are `done`, and complain of the others in one line."""
    from app.operations.local import letter_in
    from bus.admin import NotSettled, UnknownDeadLetter

    count, complaints = 0, []
    for id_ in ids:
        try:
            count += settle(letter_in(letters, id_).id)
        except UnknownDeadLetter:
            complaints.append(_no_letter(id_))
        except NotSettled as error:
            complaints.append(str(error))
    if count:
        click.echo(f"{count} {done}")
    if complaints:
        raise click.ClickException("; ".join(complaints))


def _no_letter(id_: str) -> str:
    return f"no dead letter, or more than one, begins with {id_!r}"


def _insist_on_choice(ids: Sequence[str], every: bool) -> None:
    if bool(ids) == every:
        raise click.ClickException("name IDS, or --all that match, one of the two")


def _print_json(value: Any) -> None:
    import msgspec

    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())
