"""Declarations that cannot work are refused before anything runs, in one sentence each."""

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import chain, combinations
from types import UnionType
from typing import Any, Union, get_args, get_origin

import msgspec
from msgspec import inspect as kinds

from bus.events.event import Event, source_of


class DeclarationError(Exception):
    """A module declares what cannot work; the text names the module and what to write."""


Handlers = Mapping[type[Event], Callable[..., object]]

_SCALARS = (
    kinds.NoneType,
    kinds.BoolType,
    kinds.IntType,
    kinds.FloatType,
    kinds.StrType,
    kinds.DecimalType,
    kinds.DateTimeType,
    kinds.DateType,
    kinds.TimeType,
    kinds.TimeDeltaType,
    kinds.UUIDType,
    kinds.LiteralType,
)
_SUPPORTED = (
    "str, int, float, bool, None, Decimal, datetime, date, time, timedelta, uuid.UUID, Literal, "
    "or a list, tuple, dict with str or int keys or msgspec.Struct of these"
)


def check_declarations(module: str, publishes: Iterable[type[Event]], reactions: Handlers) -> None:
    """Raise DeclarationError for the first thing that is wrong with what a module declares."""
    published, heard = list(dict.fromkeys(publishes)), list(reactions)
    findings = chain(
        *(_findings_of_published(event, module) for event in published),
        *(_findings_of_heard(event, reactions[event]) for event in heard),
        _findings_of_shared_names(published),
        _findings_of_shared_names(heard),
    )
    for finding in findings:
        raise DeclarationError(f"{module}: {finding}")


def _findings_of_published(event: type[Event], module: str) -> Iterator[str]:
    name, source = event.__name__, _source(event)
    write = f'write wire_name = "{module}.{_in_snake_case(name)}"'
    if not source:
        yield f"{name} has no wire_name of the form module.event: {write}"
    if source != module:
        yield f"{name} has the wire_name {event.wire_name}, which only {source} publishes: {write}"
    yield from _findings_of_fields(event)
    yield from _findings_of_subject(event)


def _findings_of_subject(event: type[Event]) -> Iterator[str]:
    name, fields = event.__name__, event.__struct_fields__
    if not fields:
        yield f"{name} has no fields: declare the one that names its subject"
    likely = next((field for field in fields if field.endswith("id")), fields[0])
    if not event.subject_fields:
        yield f'{name} names no subject_fields: write subject_fields = ("{likely}",)'
    if not set(event.subject_fields) <= set(fields):
        yield (
            f"{name} names subject_fields that it does not have: "
            f'write subject_fields = ("{likely}",), or another of {", ".join(fields)}'
        )


def _findings_of_heard(event: type[Event], reaction: Callable[..., object]) -> Iterator[str]:
    name = event.__name__
    if not _source(event):
        write = f'write wire_name = "<the module that publishes it>.{_in_snake_case(name)}"'
        yield f"{name} has no wire_name of the form module.event: {write}"
    yield from _findings_of_fields(event)
    handler = getattr(reaction, "do", reaction)  # what a BatchReaction does
    does = getattr(handler, "__name__", type(handler).__name__)
    if not callable(handler):
        yield f"the reaction to {name} is no function, but of type {type(handler).__name__}"
        return
    annotation = _first_annotation(handler)
    taken = list(_events_in(annotation))
    takes_several = get_origin(annotation) not in (None, Union, UnionType)
    if taken and takes_several and handler is reaction:
        yield f"{does} takes several events: write on({name}, BatchReaction({does}))"
    if taken and not takes_several and handler is not reaction:
        yield f"{does} takes one event: write on({name}, {does}), without BatchReaction"
    if taken and not any(issubclass(event, each) for each in taken):
        yield (
            f"{does} is the reaction to {name}, and takes {' | '.join(t.__name__ for t in taken)}: "
            f"write on({taken[0].__name__}, …), or let it take {name}"
        )


def _findings_of_shared_names(events: Iterable[type[Event]]) -> Iterator[str]:
    for one, other in combinations(events, 2):
        if one.wire_name == other.wire_name:
            yield (
                f"{one.__name__} and {other.__name__} have one wire_name, {one.wire_name}: "
                "give each its own, or keep one of the classes"
            )


def _findings_of_fields(event: type[Event]) -> Iterator[str]:
    try:
        fields = msgspec.structs.fields(event)
    except NameError as error:
        yield f"a type of {event.__name__}'s fields is unknown ({error}): import it in that file"
        return
    for field in fields:
        try:
            supported = _comes_back(kinds.type_info(field.type))
        except TypeError:  # a union that JSON could not tell apart
            supported = False
        if not supported:
            yield (
                f"{event.__name__}.{field.name} is declared {_written(field.type)}, which JSON "
                f"does not give back as it was: write {_SUPPORTED}"
            )


def _comes_back(kind: kinds.Type, within: tuple[type, ...] = ()) -> bool:
    match kind:
        case kinds.ListType() | kinds.VarTupleType():
            return _comes_back(kind.item_type, within)
        case kinds.DictType():
            keys = isinstance(kind.key_type, kinds.StrType | kinds.IntType)
            return keys and _comes_back(kind.value_type, within)
        case kinds.TupleType():
            return all(_comes_back(each, within) for each in kind.item_types)
        case kinds.UnionType():
            return all(_comes_back(each, within) for each in kind.types)
        case kinds.StructType():
            inside = (*within, kind.cls)
            return kind.cls in within or all(_comes_back(f.type, inside) for f in kind.fields)
    return isinstance(kind, _SCALARS)


def mismatch(event: Event) -> str:
    """A sentence on the first field whose value is not of its declared type, without the value."""
    for field in msgspec.structs.fields(event):
        value = getattr(event, field.name)
        with suppress(TypeError, ValueError, msgspec.MsgspecError):
            if msgspec.json.decode(msgspec.json.encode(value), type=field.type) == value:
                continue
        return (
            f"{type(event).__name__}.{field.name} is declared {_written(field.type)}, "
            f"and its value, of type {_written(type(value))}, does not come back from JSON as that"
        )
    return f"{type(event).__name__} does not come back from JSON as it was"


def _first_annotation(handler: Callable[..., object]) -> Any:
    """The annotation of its first parameter, None if it has none."""
    try:
        parameters = inspect.signature(handler, eval_str=True).parameters.values()
    except Exception:  # an annotation may be any expression, and it need not hold at run time
        return None
    return next((each.annotation for each in parameters), None)


def _events_in(annotation: Any) -> Iterator[type[Event]]:
    if isinstance(annotation, type) and issubclass(annotation, Event):
        yield annotation
    for part in get_args(annotation):
        yield from _events_in(part)


def _source(event: type[Event]) -> str:
    try:
        return source_of(event)
    except (AttributeError, TypeError):
        return ""


def _in_snake_case(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _written(type_: Any) -> str:
    """A type as one writes it."""
    return inspect.formatannotation(type_)
