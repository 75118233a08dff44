"""The base class of events: facts of the past, frozen, keyword-only and made of plain values."""

from typing import Any, ClassVar

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that one module announces and others may react to.

    The publisher declares it with all its fields; a consumer declares a class of its own under the
    same `wire_name` with only the fields it uses. Unknown fields are ignored when it is read.
    """

    wire_name: ClassVar[str]
    """`<module>.<event>`, for instance `products.product_created`."""

    version: ClassVar[int] = 1
    """Raised when the meaning or shape of a field changes; 1 or more."""

    subject_fields: ClassVar[tuple[str, ...]] = ()
    """The fields that name the subject; events of one subject are applied in order."""

    erases: ClassVar[bool] = False
    """True for the event that erases its subject; it is the subject's last.

    Publishing it empties the data of the subject's earlier events in the publisher's own log. Where
    it arrives, what the inbox holds of that source and subject is deleted first, so it waits behind
    nothing, dead letters included. The publisher's class says so and each consumer's as well.
    """

    @classmethod
    def upcast(cls, data: dict[str, Any], version: int) -> dict[str, Any]:
        """Lift `data` of an older `version` to this class's version; override it to raise one."""
        return data


def subject_of(event: Event) -> str:
    """The subject as text: the subject fields' values joined by colons, never empty."""
    if not event.subject_fields:
        raise TypeError(f"{type(event).__name__} names no subject_fields, so it has no order")
    return ":".join(str(getattr(event, field)) for field in event.subject_fields)


def source_of(event_class: type[Event]) -> str:
    """The module that publishes it: the part of the wire name before the dot."""
    source, dot, name = event_class.wire_name.partition(".")
    if not (source and dot and name):
        raise TypeError(
            f"{event_class.__name__}: wire_name {event_class.wire_name!r} is not module.event"
        )
    return source
