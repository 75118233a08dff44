"""What crosses the bus is a CloudEvent that others can read."""

from datetime import UTC, datetime

import msgspec
from cloudevents.core.bindings.amqp import AMQPMessage, from_amqp_event
from cloudevents.core.formats.json import JSONFormat
from hypothesis import given
from hypothesis import strategies as st

from bus.events.envelope import CONTENT_TYPE, Envelope, decode, encode, padded

# What PostgreSQL's text and JSON both take.
characters = st.characters(exclude_characters="\x00", exclude_categories=["Cs"])
words = st.text(characters)
named = st.text(characters, min_size=1, max_size=200)
identifiers = st.uuids().map(str)

envelopes = st.builds(
    Envelope,
    specversion=st.just("1.0"),
    id=identifiers,
    source=named,
    type=named,
    subject=named,
    time=st.datetimes(min_value=datetime(2000, 1, 1)).map(  # noqa: DTZ001  # UTC is said by the Z
        lambda time: time.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    ),
    datacontenttype=st.just("application/json"),
    dataversion=st.integers(1, 1000),
    epoch=identifiers,
    sequence=st.integers(0, 10**18 - 1).map(padded),
    previousid=st.none() | identifiers,
    previousepoch=st.none() | identifiers,
    epochstart=st.none() | st.integers(0, 10**18 - 1).map(padded),
    correlationid=st.none() | named,
    causationid=st.none() | identifiers,
    traceparent=st.none() | named,
    data=st.dictionaries(words, words | st.integers() | st.none()).map(
        lambda data: msgspec.Raw(msgspec.json.encode(data))
    ),
)


@given(envelopes)
def test_an_envelope_is_read_as_it_was_written(envelope: Envelope) -> None:
    assert decode(encode(envelope)) == envelope


@given(envelopes)
def test_an_envelope_is_a_cloud_event_to_others(envelope: Envelope) -> None:
    message = AMQPMessage({"content-type": CONTENT_TYPE}, {}, encode(envelope))

    event = from_amqp_event(message, JSONFormat())

    attributes = event.get_attributes()
    time = datetime.strptime(envelope.time, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    expected = {
        field: getattr(envelope, field)
        for field in envelope.__struct_fields__
        if field not in ("data", "time") and getattr(envelope, field) is not None
    }
    assert attributes == expected | {"time": time}
    assert event.get_data() == msgspec.json.decode(envelope.data)


@given(st.lists(st.integers(0, 10**18 - 1)))
def test_sequences_sort_as_text_as_their_positions_do(positions: list[int]) -> None:
    assert sorted(map(padded, positions)) == [padded(p) for p in sorted(positions)]
