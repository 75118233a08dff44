"""Any history of persons and their entries ends with the scores that the commands alone give."""

import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from dependency_injector import providers
from hypothesis import HealthCheck, given, settings
from sqlalchemy import text

from bus import Bus, Database, Event, MemoryTransport, PermanentError, Reaction, UnitOfWork
from bus.admin import DeadLetters, logged_events
from modules.person import module as person
from modules.person.domain import CpfTaken, UnknownPerson
from modules.person.service import Persons
from modules.score import module as score
from modules.score.service import Scores
from tests.bus.members import eventually, with_attempts
from tests.bus.unreliable_transport import Chaos, Disturbance, Disturbed, as_it_came
from tests.modules.history_faults import Disturb, Restart, behind
from tests.modules.score.history_steps import (
    ANN,
    Add,
    Command,
    Erase,
    Expected,
    Fail,
    Register,
    Remove,
    commands,
)

NEEDS = ["person"]

NAMES = ("person", "score")


class History:
    """The real modules under commands, with a bus that is disturbed between them."""

    def __init__(self, folder: Path) -> None:
        databases = {name: Database(f"sqlite:///{folder}/{name}.db", name) for name in NAMES}
        self.databases = databases
        persons = person.MODULE.open("person", providers.Object(databases["person"]))
        scores = score.MODULE.open("score", providers.Object(databases["score"]))
        self.persons: Persons = persons.persons()
        self.scores: Scores = scores.scores()
        self.person, self.score = persons.participant(), scores.participant()
        self.failures: list[Exception] = []
        self.score.reactions = {
            name: (heard, partial(self._fail_after, react))
            for name, (heard, react) in self.score.reactions.items()
        }
        self.disturbance = Disturbance()
        transport = Disturbed(MemoryTransport(), self.disturbance)
        self.bus = Bus([self.person, self.score], transport, with_attempts(3))
        self.letters = DeadLetters(self.score)
        self.expected: dict[str, Expected] = {}
        self.ids: dict[str, str] = {}

    def play(self, history: list[Command]) -> None:
        """Do the commands one after the other, then end the faults and let everything arrive."""
        self.bus.start()
        try:
            for command in history:
                with suppress(UnknownPerson, CpfTaken):
                    self.do(command)
            self.failures.clear()
            self.disturbance.distort = as_it_came
            self.bus.stop()
            self.bus.start()
            eventually(self._redriven_until_all_arrived)
        finally:
            self.bus.stop()

    def found(self, cpf: str) -> tuple[Any, ...]:
        """Score, make-up and history as the module shows them."""
        shown = self.scores.of(cpf, limit=1000)
        history = [(change.kind, change.points, change.score) for change in shown.history]
        points = shown.points
        makeup = {"income": points.income, "asset": points.asset, "debt": points.debt}
        return shown.score, makeup, history

    def rows(self, table: str) -> int:
        """How many rows a table of the score module has."""
        with self.score.database.snapshot() as connection:
            counted = connection.execute(text(f"SELECT count(*) FROM score.{table}"))
            return int(counted.scalar_one())

    def announced(self) -> dict[str, list[Any]]:
        """Per person the scores that were announced, oldest first; nothing for a forgotten one."""
        announced: dict[str, list[Any]] = {}
        with self.score.database.snapshot() as connection:
            for event in reversed(logged_events(connection, self.score.tables, limit=1000)):
                said = event.data and event.data["score"]
                announced.setdefault(event.subject, []).append(said)
        return announced

    def close(self) -> None:
        for database in self.databases.values():
            database.dispose()

    def do(self, command: Command) -> None:
        """Do one command; raises what the person module refuses."""
        match command:
            case Register(cpf):
                self.ids[cpf] = self._register(cpf)
                self.expected[cpf] = Expected()
            case Erase(cpf):
                self.persons.erase(cpf)
                del self.expected[cpf], self.ids[cpf]
            case Add(cpf, kind, cents):
                entry_id = self._add(cpf, kind, cents)
                self.expected[cpf].add(kind, entry_id, cents)
            case Remove(cpf, which):
                self._remove(cpf, which)
            case Disturb(seed):
                self.disturbance.distort = Chaos(seed)
            case Fail(times, for_good):
                error = PermanentError if for_good else RuntimeError
                self.failures += [error("as commanded") for _ in range(times)]
            case Restart():
                self.bus.stop()
                self.bus.start()

    def _register(self, cpf: str) -> str:
        born = date(2000, 1, 1)
        person = self.persons.register(cpf=cpf, name="Ann", address="here", date_of_birth=born)
        return str(person.id)

    def _add(self, cpf: str, kind: str, cents: int) -> int:
        value = Decimal(cents).scaleb(-2)
        if kind == "debt":
            return int(self.persons.add_debt(cpf, value=value).id)
        add = self.persons.add_income if kind == "income" else self.persons.add_asset
        return int(add(cpf, type_="some", value=value).id)

    def _remove(self, cpf: str, which: int) -> None:
        entries = list(self.expected[cpf].entries) if cpf in self.expected else []
        if entries:
            kind, entry_id = entries[which % len(entries)]
            getattr(self.persons, f"remove_{kind}")(cpf, entry_id)
            self.expected[cpf].remove(kind, entry_id)

    def _fail_after(self, react: Reaction, event: Event, work: UnitOfWork) -> None:
        react(event, work)
        if self.failures:
            raise self.failures.pop()

    def _redriven_until_all_arrived(self) -> bool:
        self.letters.redrive()
        return self.all_arrived()

    def all_arrived(self) -> bool:
        """Whether score has applied all that person published, and nothing is left to repeat."""
        return not (behind(self.score, self.person) or self.letters.messages(state=None)[0])


@pytest.fixture
def new_history(
    migrated_files: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], History]:
    def new() -> History:
        folder = tmp_path_factory.mktemp("history")
        for name in NAMES:
            shutil.copy(migrated_files / f"{name}.db", folder)
        return History(folder)

    return new


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(history=commands)
def test_any_history_ends_with_the_scores_of_its_commands(
    new_history: Callable[[], History], history: list[Command]
) -> None:
    played = new_history()
    played.play(history)

    for cpf, expected in played.expected.items():
        score_now = expected.history[-1][-1]
        assert played.found(cpf) == (score_now, expected.points(), expected.history)
        scores = [score for _, points, score in expected.history if points]
        assert played.announced().pop(played.ids[cpf], []) == scores
    everybody = played.expected.values()
    assert played.rows("people") == len(everybody)
    assert played.rows("entries") == sum(len(expected.entries) for expected in everybody)
    assert played.rows("history") == sum(len(expected.history) for expected in everybody)
    for person_id, announced in played.announced().items():
        assert person_id in played.ids.values() or set(announced) == {None}
    played.close()


def test_what_is_delivered_twice_counts_once(new_history: Callable[[], History]) -> None:
    played = new_history()
    played.disturbance.distort = lambda messages: [*messages, *messages]
    with played.bus:
        played.do(Register(ANN))
        played.do(Add(ANN, "income", 100_000))
        eventually(played.all_arrived)

    assert played.found(ANN)[0] == 20
    assert played.rows("history") == 2
    played.close()


def test_an_erasure_waits_behind_no_dead_letter(new_history: Callable[[], History]) -> None:
    played = new_history()
    with played.bus:
        played.do(Fail(100, for_good=True))
        played.do(Register(ANN))
        played.do(Add(ANN, "income", 100_000))
        eventually(lambda: len(played.letters.messages(state=None)[1]) == 2)
        played.failures.clear()

        played.do(Erase(ANN))
        eventually(played.all_arrived)

    assert [played.rows(table) for table in ("people", "entries", "history")] == [0, 0, 0]
    played.close()
