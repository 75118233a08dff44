"""When things are tried again, asked again and whose turn it is."""

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bus import Database, RetrySchedule
from bus.signals.topics import LOOK_SECONDS
from bus.storage.locks import ExclusiveLock, FairLock
from bus.subscription import gaps as gaps_module
from bus.subscription.gaps import Gaps
from bus.transports.rabbitmq.publisher import Confirms
from tests.bus.members import eventually


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(gaps_module, "time", clock)
    return clock


def test_a_gap_is_asked_for_only_when_it_lasts(clock: Clock) -> None:
    gaps = Gaps(patience=1.0)
    gaps.ahead("shop", 5)
    at_once = gaps.due()
    clock.now += 1.0
    later = gaps.due()

    assert (at_once, later) == ([], ["shop"])


def test_a_gap_that_closes_by_itself_is_never_asked_for(clock: Clock) -> None:
    gaps = Gaps(patience=1.0)
    gaps.ahead("shop", 5)
    gaps.ahead("shop", 7)
    gaps.moved("shop", 7)
    clock.now += 1000

    assert gaps.due() == []
    assert gaps.seconds_until_due() == LOOK_SECONDS


def test_a_gap_that_is_being_filled_is_not_asked_for_again(clock: Clock) -> None:
    gaps = Gaps(patience=1.0)
    gaps.ahead("shop", 1000)
    for position in range(1, 100):
        clock.now += 0.9
        gaps.moved("shop", position)

    assert gaps.due() == []


def test_an_unanswered_request_is_repeated_ever_less_often(clock: Clock) -> None:
    gaps = Gaps(patience=1.0)
    gaps.ahead("shop", 5)
    pauses = []
    for _ in range(10):
        waited = 0.0
        while not gaps.due():
            clock.now += 0.5
            waited += 0.5
        gaps.asked("shop")
        pauses.append(waited)

    assert pauses == [1, 5, 10, 20, 40, 80, 160, 300, 300, 300]


def test_each_source_has_a_gap_of_its_own(clock: Clock) -> None:
    gaps = Gaps(patience=1.0)
    gaps.ahead("shop", 5)
    clock.now += 0.5
    gaps.ahead("likes", 9)
    clock.now += 0.5
    first = gaps.due()
    gaps.moved("shop", 5)
    clock.now += 0.5

    assert first == ["shop"]
    assert gaps.due() == ["likes"]


@given(
    attempts=st.integers(1, 10_000),
    first=st.floats(0.001, 60),
    longest=st.floats(0.001, 3600),
)
def test_a_pause_lies_between_half_and_all_of_what_the_schedule_says(
    attempts: int, first: float, longest: float
) -> None:
    schedule = RetrySchedule(attempts=attempts, first=first, longest=longest)
    whole = min(longest, first * 2 ** min(attempts - 1, 60))

    assert whole / 2 <= schedule.pause_after(attempts) <= whole


def has_waiting(lock: FairLock, number: int) -> bool:
    return len(lock._queue) == number


def test_a_fair_lock_is_had_in_the_order_of_asking() -> None:
    lock = FairLock()
    order: list[int] = []

    def ask(number: int) -> None:
        with lock:
            order.append(number)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    with lock:
        for number, thread in enumerate(threads, start=1):
            thread.start()
            # Only the lock itself knows that somebody waits.
            eventually(partial(has_waiting, lock, number))
    for thread in threads:
        thread.join()

    assert order == list(range(8))


def test_a_fair_lock_is_held_by_one_at_a_time() -> None:
    lock = FairLock()
    counter = [0]

    def count() -> None:
        for _ in range(2000):
            with lock:
                seen = counter[0]
                counter[0] = seen + 1

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert counter == [8000]


def test_a_fair_lock_is_free_again_after_an_error() -> None:
    lock = FairLock()
    with pytest.raises(ZeroDivisionError), lock:
        raise ZeroDivisionError

    with lock:
        assert True


def test_a_late_confirm_ends_no_batch_that_is_not_sent_yet() -> None:
    # Not to be had from a broker at will: the confirm of a batch that was given up comes just now.
    confirms = Confirms()
    confirms.confirm(7, multiple=True)
    before = confirms.done.is_set()
    confirms.expect(range(8, 10))
    confirms.confirm(7, multiple=False)
    confirms.confirm(9, multiple=True)

    assert (before, confirms.done.is_set()) == (False, True)


def test_a_lock_of_a_file_is_never_refused_because_somebody_asks_whether_it_is_held(
    tmp_path: Path,
) -> None:
    asked, wanted = (Database(f"sqlite:///{tmp_path}/shop.db", "shop").lock("x") for _ in range(2))
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            asked.is_held()

    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(ask)
        refused = sum(not acquired(wanted) for _ in range(200))
        done.set()
        asking.result()

    assert refused == 0


def acquired(lock: ExclusiveLock) -> bool:
    """Whether it was to be had; it is given back."""
    connection = lock.acquire()
    lock.release()
    return connection is not None
