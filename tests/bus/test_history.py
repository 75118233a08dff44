"""Any history of commands ends with the counts that the commands alone give.

And with nothing of what they erased.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bus import Event, PermanentError, UnitOfWork
from tests.bus.members import (
    LAST,
    Counted,
    Erased,
    Member,
    Placed,
    World,
    eventually,
    with_attempts,
)
from tests.bus.unreliable_transport import Chaos, as_it_came

ITEMS = st.sampled_from(["pen", "ink", "cap"])


@dataclass(frozen=True)
class LogPosition:
    """LogPosition orders for an item in one unit of work; the command may be refused after all."""

    item: str
    count: int
    refused: bool


@dataclass(frozen=True)
class Erase:
    """Forget an item; what is placed for it from now on is another subject."""

    item: str


@dataclass(frozen=True)
class Disturb:
    """From now on messages are lost, repeated, delayed and reordered."""

    seed: int


@dataclass(frozen=True)
class Fail:
    """The next reactions fail, so many of them, and for good if so."""

    times: int
    for_good: bool


@dataclass(frozen=True)
class Restart:
    """The process stops and starts again."""


Command = LogPosition | Erase | Disturb | Fail | Restart

commands = st.lists(
    st.builds(LogPosition, ITEMS, st.integers(1, 4), st.booleans())
    | st.builds(LogPosition, ITEMS, st.integers(1, 4), st.just(False))
    | st.builds(Erase, ITEMS)
    | st.builds(Disturb, st.integers(0, 1000))
    | st.builds(Fail, st.integers(1, 4), st.booleans())
    | st.builds(Restart),
    max_size=25,
)


class Uncounted(Event, frozen=True):
    """What the stock says when it hears that an item is forgotten."""

    wire_name = "stock.uncounted"
    subject_fields = ("item",)
    erases = True
    item: str
    number: int = LAST


class Refused(Exception):
    """The use case said no after it had published."""


class History:
    """A shop, a stock that passes on what it counts, and an audit, under commands."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.shop = world.member("shop")
        self.stock = world.member("stock", [Placed, Erased])
        self.audit = world.member("audit", [Counted, Uncounted])
        self.placed: Counter[str] = Counter()
        self.erased: Counter[str] = Counter()
        self.failures: list[Exception] = []
        self.stock.temper = self._pass_on
        self.audit.temper = self._fail
        self.bus = world.bus(self.shop, self.stock, self.audit, settings=with_attempts(3))

    def play(self, history: list[Command]) -> None:
        """Do the commands one after the other."""
        self.bus.start()
        try:
            for command in history:
                self._do(command)
            self._recover()
        finally:
            self.bus.stop()

    def expected(self) -> dict[str, list[int]]:
        """The numbers of each item that is not erased, straight from the commands."""
        return {item: list(range(count)) for item, count in self.placed.items()}

    def erased_items(self) -> set[str]:
        """The items that are erased, straight from the commands."""
        return {f"{item} {n}" for item, count in self.erased.items() for n in range(count)}

    def _do(self, command: Command) -> None:
        match command:
            case LogPosition(item, count, refused):
                self._place(self._named(item), count, refused=refused)
            case Erase(item):
                self.shop.erase(self._named(item))
                self.placed.pop(self._named(item), None)
                self.erased[item] += 1
            case Disturb(seed):
                self.world.disturbance.distort = Chaos(seed)
            case Fail(times, for_good):
                error = PermanentError if for_good else RuntimeError
                self.failures += [error("as commanded") for _ in range(times)]
            case Restart():
                self.bus.stop()
                self.bus.start()

    def _named(self, item: str) -> str:
        return f"{item} {self.erased[item]}"

    def _place(self, item: str, count: int, *, refused: bool) -> None:
        numbers = range(self.placed[item], self.placed[item] + count)
        try:
            with self.shop.participant.unit_of_work() as work:
                for number in numbers:
                    work.publish(Placed(item=item, number=number))
                if refused:
                    raise Refused
        except Refused:
            return
        self.placed[item] += count

    def _recover(self) -> None:
        """End the faults, and redrive until nothing is left to do."""
        self.failures.clear()
        self.world.disturbance.distort = as_it_came
        self.bus.stop()
        self.bus.start()
        eventually(lambda: all(map(self._has_all, (self.stock, self.audit))))

    def _has_all(self, member: Member) -> bool:
        if member.dead():
            member.letters.redrive()
        numbers = member.numbers_by_item()
        complete = all(numbers.get(item) == all_ for item, all_ in self.expected().items())
        return complete and all(LAST in numbers.get(item, ()) for item in self.erased_items())

    def _pass_on(self, event: Placed | Erased, work: UnitOfWork) -> None:
        said = Uncounted if event.erases else Counted
        work.publish(said(item=event.item, number=event.number))
        self._fail(event, work)

    def _fail(self, _event: Any, _work: UnitOfWork) -> None:
        if self.failures:
            raise self.failures.pop()


@pytest.fixture
def new_history(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], History]:
    def new() -> History:
        folder: Path = tmp_path_factory.mktemp("history")
        return History(World("memory-sqlite", folder, "", ""))

    return new


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(history=commands)
def test_any_history_ends_with_the_counts_of_its_commands(
    new_history: Callable[[], History], history: list[Command]
) -> None:
    played = new_history()
    played.play(history)

    for member in (played.stock, played.audit):
        numbers = member.numbers_by_item()
        for item in played.erased_items():
            assert_some_in_order_then_the_erasure(numbers.pop(item))
        assert numbers == played.expected()
        assert (member.stored(), parked(member)) == ([], 0)
    for member in (played.shop, played.stock):
        for item in played.erased_items():
            assert [data for data in member.data(item) if data] == [{"item": item, "number": LAST}]
    played.world.close()


def assert_some_in_order_then_the_erasure(numbers: list[int]) -> None:
    # How many depends on what had been delivered when they were forgotten.
    assert numbers == [*sorted(set(numbers) - {LAST}), LAST]


def parked(member: Member) -> int:
    return sum(member.parked(source) for source in member.participant.sources)
