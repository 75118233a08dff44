"""Any history of commands ends with the counts that the commands alone give."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bus.participant import PermanentError
from bus.unit_of_work import UnitOfWork
from tests.bus.disturbance import Chaos, as_it_came
from tests.bus.world import Counted, Member, Placed, World, eventually, with_attempts

ITEMS = st.sampled_from(["pen", "ink", "cap"])


@dataclass(frozen=True)
class Place:
    """Place orders for an item in one unit of work; the command may be refused after all."""

    item: str
    count: int
    refused: bool


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


Command = Place | Disturb | Fail | Restart

commands = st.lists(
    st.builds(Place, ITEMS, st.integers(1, 4), st.booleans())
    | st.builds(Place, ITEMS, st.integers(1, 4), st.just(False))
    | st.builds(Disturb, st.integers(0, 1000))
    | st.builds(Fail, st.integers(1, 4), st.booleans())
    | st.builds(Restart),
    max_size=25,
)


class Refused(Exception):
    """The use case said no after it had published."""


class History:
    """A shop, a stock that passes on what it counts, and an audit, under commands."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.shop = world.member("shop")
        self.stock = world.member("stock", [Placed])
        self.audit = world.member("audit", [Counted])
        self.placed: Counter[str] = Counter()
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
        """The numbers of each item, straight from the commands."""
        return {item: list(range(count)) for item, count in self.placed.items()}

    def _do(self, command: Command) -> None:
        match command:
            case Place(item, count, refused):
                self._place(item, count, refused=refused)
            case Disturb(seed):
                self.world.disturbance.distort = Chaos(seed)
            case Fail(times, for_good):
                error = PermanentError if for_good else RuntimeError
                self.failures += [error("as commanded") for _ in range(times)]
            case Restart():
                self.bus.stop()
                self.bus.start()

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
        total = self.placed.total()
        eventually(lambda: self._redrive() == (total, total))

    def _redrive(self) -> tuple[int, int]:
        for member in (self.stock, self.audit):
            if member.dead():
                member.letters.redrive()
        return self.stock.count(), self.audit.count()

    def _pass_on(self, event: Placed, work: UnitOfWork) -> None:
        work.publish(Counted(item=event.item, number=event.number))
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

    members: list[Member] = [played.stock, played.audit]
    assert [member.numbers_by_item() for member in members] == [played.expected()] * 2
    assert [member.stored() for member in members] == [[], []]
    played.world.close()
