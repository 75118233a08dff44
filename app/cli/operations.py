"""The operator's commands: status, log, dead letters, resend and new epoch."""

import json
import shlex
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING, Any

import rich_click as click

from app.cli.application import application, migrated_application
from bus.storage import time_from

if TYPE_CHECKING:
    from app.operations.local import LocalModule
    from app.operations.module_view import LogQuery
    from bus import Participant
    from bus.admin import DeadLetterFilter, LoggedEvent

_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for a script.")
_type = click.option("--type", "type_", help="Only this type, as orders.order_placed.")
_subject = click.option("--subject", help="Only events of this subject, as 17.")
_cause = click.option("--cause", help="Only what died of this, as `dead-letters list` has it.")
_module = click.argument("module")
_ids = click.argument("ids", nargs=-1)
_all = click.option("--all", "every", is_flag=True, help="All that match, instead of IDS.")

# On SQLite no signal crosses processes: they look every so often.
_TAKEN_UP = "a serving process takes it up within 5 s"


def _filtered(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that filter dead letters, as one `filter`."""

    @wraps(command)
    def with_filter(
        *, type_: str | None, subject: str | None, cause: str | None, **given: Any
    ) -> None:
        from bus.admin import DeadLetterFilter

        command(filter=DeadLetterFilter(type=type_, subject=subject, cause=cause), **given)

    return _type(_subject(_cause(with_filter)))


def _time(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    try:
        return value and time_from(value)
    except ValueError:
        raise click.BadParameter("takes a time as 2026-01-31 or 2026-01-31T12:00") from None


@click.command()
@_as_json
def status(as_json: bool) -> None:
    """Print the findings of each module and what to do; exit status 0 whatever they are."""
    from app.operations.local import unserved_modules
    from app.operations.module_view import status_answers

    found = status_answers(unserved_modules(_participants_even_if_away()))
    if as_json:
        _print_json(found)
        return
    for each in found:
        for sentence in each.sentences or ["all is well"]:
            click.echo(f"{each.module}: {sentence}")


@click.command()
@_module
@_type
@_subject
@click.option("--correlation", help="Only what one request caused, by its X-Correlation-Id.")
@click.option("--since", callback=_time, help="Only from then on, as 2026-01-31T12:00 (UTC).")
@click.option("--until", callback=_time, help="Only before then.")
@click.option("--before", type=click.IntRange(min=1), help="Only what is older than this position.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@_as_json
def events(module: str, type_: str | None, as_json: bool, **query: Any) -> None:
    """Show MODULE's event log, newest first."""
    from app.operations.module_view import LogQuery

    found = _events(_local(module), LogQuery(type=type_, **query))
    if as_json:
        _print_json(found)
        return
    for event in found:
        data = json.dumps(event.data, ensure_ascii=False)
        shown = data if len(data) <= 100 else data[:99] + "…"
        position = event.position or "-"
        click.echo(f"{position:>8}  {event.time}  {event.type}  {event.subject}  {shown}")


def _events(module: "LocalModule", query: "LogQuery") -> "Sequence[LoggedEvent]":
    """As many events as are wanted, from however many parts of the log."""
    found: list[LoggedEvent] = []
    while True:
        page = module.events(replace(query, limit=query.limit - len(found)))
        found += page.events
        if page.older is None or len(found) == query.limit:
            return found
        query = replace(query, before=page.older)


@click.group("dead-letters")
def dead_letters() -> None:
    """Events that could not be applied: list, show, redrive or discard them."""


@dead_letters.command("list")
@_module
@_filtered
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True)
@_as_json
def list_(module: str, filter: "DeadLetterFilter", limit: int, as_json: bool) -> None:
    """List MODULE's dead letters, oldest first, and what they died of."""
    local = _local(module)
    page = local.dead_letters(filter, limit)
    if as_json:
        _print_json(page.found)
        return
    for message in page.found:
        error = message["causes"][-1]["error"].partition("\n")[0] if message["causes"] else ""
        columns = [message[name] for name in ("id", "stored", "type", "subject")]
        click.echo("  ".join([*columns, error]))
    click.echo(f"{page.total} dead")
    for group in local.groups(filter):
        click.echo(f"{group.count:>8}  {group.type}  --cause {shlex.quote(group.cause)}")


@dead_letters.command()
@_module
@click.argument("id_", metavar="ID")
def show(module: str, id_: str) -> None:
    """Show one message with its causes, as JSON."""
    from bus.admin import UnknownDeadLetter

    try:
        found = _local(module).message(id_)
    except UnknownDeadLetter:
        raise click.ClickException(
            f"no dead letter, or more than one, begins with {id_!r}"
        ) from None
    _print_json(found)


@dead_letters.command()
@_module
@_ids
@_all
@_filtered
def redrive(module: str, ids: Sequence[str], every: bool, filter: "DeadLetterFilter") -> None:
    """Try dead letters again: those with these IDS, or --all that match."""
    _apply(module, ids, every, filter, f"redriven; {_TAKEN_UP}")


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
@_filtered
@click.option("--reason", required=True, callback=_reason, help="Why; it stays on record.")
def discard(
    module: str, ids: Sequence[str], every: bool, filter: "DeadLetterFilter", reason: str
) -> None:
    """Give dead letters up: those with these IDS, or --all that match."""
    _apply(module, ids, every, filter, "discarded", reason)


def _apply(
    module: str,
    ids: Sequence[str],
    every: bool,
    filter: "DeadLetterFilter",
    done: str,
    reason: str | None = None,
) -> None:
    """Discard for the reason, or redrive where there is none; a refusal ends it in one line."""
    from app.operations.bulk_actions import apply
    from bus.admin import DeadLetterFilter

    local = _local(module)
    if bool(ids) == every:
        raise click.ClickException("name IDS, or --all that match, one of the two")
    outcome = apply(local, [filter] if every else [DeadLetterFilter(id=id_) for id_ in ids], reason)
    refused = "; ".join(outcome.refused)
    if every and refused:
        raise click.ClickException(f"none {done}: {refused}")
    if every or outcome.count:
        click.echo(f"{outcome.count} {done}")
    if refused:
        raise click.ClickException(refused)


@click.command()
@_module
@click.option("--source", help="Only from this module; otherwise from all it listens to.")
def resend(module: str, source: str | None) -> None:
    """Have MODULE's sources send it again what follows on what it has applied."""
    from bus.admin import UnknownSource

    try:
        sources = _local(module).resend(source)
    except UnknownSource as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"asked {', '.join(sources)}; {_TAKEN_UP}")


@click.command("new-epoch")
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


def _participants_even_if_away() -> "list[Participant]":
    from app.migrations import DatabaseAway, refuse_unmigrated

    assembled = application()
    for name, database in assembled.databases().items():
        with suppress(DatabaseAway):
            refuse_unmigrated({name: database}, assembled.settings())
    return assembled.participants()


def _participant(module: str) -> "Participant":
    participants = {each.name: each for each in migrated_application().participants()}
    if module not in participants:
        raise click.ClickException(f"MODULE takes one of {', '.join(participants)}, not {module!r}")
    return participants[module]


def _local(module: str) -> "LocalModule":
    from app.operations.local import unserved_modules

    return unserved_modules([_participant(module)])[module]


def _print_json(value: Any) -> None:
    import msgspec

    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


COMMANDS = (status, events, dead_letters, resend, new_epoch)
