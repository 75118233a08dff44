"""Contracts: the events that a source publishes, compared with those that a subscriber wants.

Publisher and consumer may be processes of different versions. Each head message carries
the source's events with their versions and fields; a subscriber that misses one reports it.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from bus.events.event import Event, source_of


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """One event as its source publishes it."""

    version: int
    fields: tuple[str, ...]


class Contract(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All events of a source by their wire names; None where it names none."""

    events: Mapping[str, Offer] | None = None


def contract_of(events: Iterable[type[Event]]) -> Contract:
    """The contract of a source that publishes these classes; empty when it names none."""
    offers = {
        event.wire_name: Offer(version=event.version, fields=event.__struct_fields__)
        for event in events
    }
    return Contract(events=offers or None)


def read_contract(data: bytes) -> Contract:
    """The contract as a source sent it; empty when its form is not known."""
    try:
        return msgspec.json.decode(data, type=Contract)
    except msgspec.DecodeError:
        return Contract()


def missing_from(source: str, contract: Contract, wanted: Iterable[type[Event]]) -> Sequence[str]:
    """A sentence for each event or field that is wanted and not published.

    A field with a default is not needed. One of a later version may come from the upcaster.
    """
    if contract.events is None:
        return []
    sentences = []
    for event in wanted:
        if source_of(event) != source:
            continue
        offer = contract.events.get(event.wire_name)
        if offer is None:
            sentences.append(f"{source} publishes no {event.wire_name}")
        elif offer.version >= event.version:
            needed = {field.name for field in msgspec.structs.fields(event) if field.required}
            sentences += [
                f"{source} publishes {event.wire_name} without {field}"
                for field in sorted(needed - set(offer.fields))
            ]
    return sentences
