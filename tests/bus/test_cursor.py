"""A cursor tells what is new from one number, whatever comes and in whatever order."""

from collections.abc import Iterator, Sequence

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from bus import Database, Participant
from bus.events.envelope import HEAD, Envelope, padded
from bus.subscription.cursor import Cursors, Verdict

EVENTS = 10
EPOCHS = ("0190-a", "0190-b")


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Participant]:
    url = f"sqlite:///{tmp_path_factory.mktemp('cursors')}/reader.db"
    participant = Participant("reader", Database(url, "reader"))
    participant.create_tables()
    yield participant
    participant.database.dispose()


def envelope(position: int, *, turn: int = EVENTS, kind: str = "shop.placed") -> Envelope:
    """The event at a position of a log whose second epoch begins behind `turn`."""
    second = position > turn
    return Envelope(
        specversion="1.0",
        id=f"event-{position}",
        source="shop",
        type=kind,
        subject="pen",
        time="2026-01-31T12:00:00.000000Z",
        datacontenttype="application/json",
        dataversion=1,
        epoch=EPOCHS[second],
        sequence=padded(position),
        previousid=f"event-{position - 1}" if position > 1 else None,
        previousepoch=EPOCHS[0] if second else None,
        epochstart=padded(turn) if second else None,
        data=msgspec.Raw(b"{}"),
    )


class Undone(Exception):
    """The transaction is not to be committed."""


def apply_all(
    reader: Participant, messages: Sequence[Envelope], *, undo: bool = False
) -> list[int]:
    """What a batch of these messages applies; nothing when it is undone."""
    applied = []
    try:
        with reader.database.transaction() as connection:
            cursors = Cursors.lock(connection, reader.tables, ["shop"])
            for message in messages:
                cursors.enter_epoch(message)
                if cursors.classify(message) is Verdict.NEXT:
                    applied.append(message.position)
                    cursors.of(message).advance(message)
            cursors.save()
            if undo:
                raise Undone
    except Undone:
        return []
    return applied


def forget(reader: Participant) -> None:
    with reader.database.transaction() as connection:
        connection.execute(delete(reader.tables.cursors))


batches = st.lists(
    st.tuples(
        st.lists(st.tuples(st.integers(1, EVENTS), st.booleans()), max_size=8), st.booleans()
    ),
    max_size=8,
)


@settings(deadline=None)
@given(batches=batches, turn=st.integers(1, EVENTS))
def test_whatever_comes_each_event_is_applied_once_and_in_order(
    reader: Participant, batches: list[tuple[list[tuple[int, bool]], bool]], turn: int
) -> None:
    forget(reader)
    applied = []

    for messages, undo in batches:
        envelopes = [
            envelope(position, turn=turn, kind=HEAD if is_head else "shop.placed")
            for position, is_head in messages
        ]
        applied += apply_all(reader, envelopes, undo=undo)
    in_time = list(applied)
    everything = [envelope(position, turn=turn) for position in range(1, EVENTS + 1)]
    applied += apply_all(reader, everything)

    assert in_time == list(range(1, len(in_time) + 1))
    assert applied == list(range(1, EVENTS + 1))


@settings(deadline=None)
@given(known=st.integers(1, EVENTS - 1), came=st.integers(1, EVENTS), forked=st.integers(1, EVENTS))
def test_an_event_of_a_log_that_went_another_way_is_never_applied(
    reader: Participant, known: int, came: int, forked: int
) -> None:
    forget(reader)
    apply_all(reader, [envelope(position) for position in range(1, known + 1)])
    other = msgspec.structs.replace(
        envelope(came),
        id=f"other-{came}",
        previousid=f"{'other' if came > forked else 'event'}-{came - 1}",
    )

    applied = apply_all(reader, [other])

    follows = came == known + 1 and came <= forked
    assert applied == ([came] if follows else [])


def test_events_of_an_older_epoch_are_known(reader: Participant) -> None:
    forget(reader)
    log = [envelope(position, turn=2) for position in range(1, 5)]

    applied = apply_all(reader, [*log, *log[:2], envelope(3, turn=9)])

    assert applied == [1, 2, 3, 4]


def test_an_epoch_that_follows_on_another_is_not_entered_before_that_is_read(
    reader: Participant,
) -> None:
    forget(reader)
    log = [envelope(position, turn=2) for position in range(1, 5)]

    applied = apply_all(reader, [log[2], log[0], log[2], log[1], log[2]])

    assert applied == [1, 2, 3]
