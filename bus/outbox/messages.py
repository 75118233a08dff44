"""Messages: logged events and control messages about a log, in the form that travels."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from uuid_utils import uuid7

from bus.events.envelope import Envelope, encode, padded
from bus.outbox.epochs import Epoch
from bus.storage.tables import now


@dataclass(frozen=True, slots=True)
class Message:
    """A logged event, or a control message, ready to travel."""

    position: int
    type: str
    body: bytes


def event_message(
    source: str, row: Sequence[Any], previous_id: str | None, in_epoch: Epoch
) -> Message:
    """The message of a row of the outbox, whose columns are those of `statements.SENT`."""
    # Unpacked, for asking the row by name takes longer than all the rest.
    position, epoch, id, type, version, subject, time, correlation, cause, trace, data, *_ = row
    envelope = Envelope(
        specversion="1.0",
        id=id,
        source=source,
        type=type,
        subject=subject,
        time=time,
        datacontenttype="application/json",
        dataversion=version,
        epoch=epoch,
        sequence=padded(position),
        previousid=previous_id,
        previousepoch=in_epoch.previous,
        epochstart=padded(in_epoch.start) if in_epoch.previous else None,
        correlationid=correlation,
        causationid=cause,
        traceparent=trace,
        data=msgspec.Raw(data.encode()),
    )
    return Message(position, type, encode(envelope))


def control_message(
    source: str,
    type: str,
    position: int,
    epoch: str,
    in_epoch: Epoch,
    *,
    previous_id: str | None = None,
    data: bytes = b"{}",
) -> Message:
    """A message of the bus itself, of the type HEAD, DIVERGED or EPOCH, at a position."""
    envelope = Envelope(
        specversion="1.0",
        id=str(uuid7()),
        source=source,
        type=type,
        subject=source,
        time=now(),
        datacontenttype="application/json",
        dataversion=1,
        epoch=epoch,
        sequence=padded(position),
        previousid=previous_id,
        previousepoch=in_epoch.previous,
        epochstart=padded(in_epoch.start) if in_epoch.previous else None,
        data=msgspec.Raw(data),
    )
    return Message(position, type, encode(envelope))
