"""The form on the wire: a CloudEvents 1.0 event in JSON (structured mode).

Attributes beyond the specification's: `dataversion`, `epoch` and `sequence` (the place in the
publisher's log; the sequence extension wants a string that sorts, hence the padding), `previousid`
(the event before it in the log), `previousepoch` and `epochstart` (the epoch before this one, and
the position where this one starts), `correlationid`, `causationid` and `traceparent`.
Source: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
"""

from contextlib import suppress
from typing import Annotated, Any, Literal

import msgspec

from bus.events.declaration import mismatch
from bus.events.event import Event

CONTENT_TYPE = "application/cloudevents+json"
HEAD = "bus.head"
DIVERGED = "bus.diverged"
EPOCH = "bus.epoch"
FORGOTTEN = "null"
"""The data of an event whose subject was erased."""

_FORGOTTEN = msgspec.Raw(FORGOTTEN.encode())


class Undecodable(Exception):
    """The bytes are no event, or its data does not fit the class; repeating cannot help."""


_Name = Annotated[str, msgspec.Meta(pattern=r"^[^\x00]{1,200}$")]
_Uuid = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f-]{36}$")]
_Position = Annotated[str, msgspec.Meta(pattern=r"^(00)?[0-9]{1,18}$")]


class Envelope(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One event as it travels, its data still in bytes; every field fits the tables."""

    specversion: Literal["1.0"]
    id: _Uuid
    source: _Name
    type: _Name
    subject: _Name
    time: str
    datacontenttype: Literal["application/json"]
    dataversion: int
    epoch: _Uuid
    sequence: _Position
    previousid: _Uuid | None = None
    previousepoch: _Uuid | None = None
    epochstart: _Position | None = None
    correlationid: _Name | None = None
    causationid: _Name | None = None
    traceparent: _Name | None = None
    data: msgspec.Raw

    @property
    def position(self) -> int:
        """The place in the source's log, counted from 1 without holes."""
        return int(self.sequence)

    @property
    def is_forgotten(self) -> bool:
        """True if the event's data was emptied because its subject was erased."""
        return self.data == _FORGOTTEN


_encoder = msgspec.json.Encoder()
_envelope_decoder = msgspec.json.Decoder(Envelope)
_data_decoders: dict[type[Event], msgspec.json.Decoder[Event]] = {}


def padded(position: int) -> str:
    """A position as CloudEvents' sequence wants it: it sorts alike as text and as a number."""
    return f"{position:020d}"


def encode(envelope: Envelope) -> bytes:
    """The bytes that cross the bus, on both transports."""
    return _encoder.encode(envelope)


def encode_data(event: Event) -> str:
    """An event's own fields as JSON, as the log keeps them.

    Raises TypeError when they would not come back as they are: a value is not of its declared type.
    """
    with suppress(TypeError, ValueError, msgspec.MsgspecError):  # these may show the value
        data = _encoder.encode(event)
        if _data_decoder(type(event)).decode(data) == event:
            return data.decode()
    raise TypeError(mismatch(event))


def decode(message: bytes) -> Envelope:
    """Read an envelope; raises Undecodable with what is wrong."""
    try:
        return _envelope_decoder.decode(message)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Undecodable(str(error)) from error


def decode_event(envelope: Envelope, event_class: type[Event]) -> Event:
    """Read the data as the consumer's class, lifted from an older version if need be.

    Raises Undecodable when a wanted field is missing or of another type.
    """
    try:
        if envelope.dataversion < event_class.version:
            data: dict[str, Any] = msgspec.json.decode(envelope.data)
            return msgspec.convert(event_class.upcast(data, envelope.dataversion), event_class)
        return _data_decoder(event_class).decode(envelope.data)
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        raise Undecodable(f"{type(error).__name__}: {error}") from error


def _data_decoder(event_class: type[Event]) -> msgspec.json.Decoder[Event]:
    decoder = _data_decoders.get(event_class)
    if decoder is None:
        decoder = _data_decoders[event_class] = msgspec.json.Decoder(event_class)
    return decoder
