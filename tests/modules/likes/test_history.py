"""Whatever was commanded, both modules settle at the counts and copies that it alone gives."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import astuple
from functools import partial
from itertools import count, repeat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy import Table, select

from app.container import Application, assemble
from app.settings import settings_from
from bus import BatchReaction, Bus, Participant, PermanentError, Reaction, UnitOfWork, current_trace
from bus.admin import DeadLetters
from modules.likes import service
from modules.likes.domain import AlreadyLiked, ProductWithdrawn
from modules.likes.domain import UnknownProduct as UnknownToLikes
from modules.likes.service import Likes
from modules.likes.tables import like_tallies, product_copies, product_user
from modules.products.domain import UnknownProduct
from modules.products.service import Products
from tests.bus.members import eventually, with_attempts
from tests.bus.unreliable_transport import Chaos, Disturbance, Disturbed, as_it_came
from tests.modules.history_faults import Disturb, Restart, behind
from tests.modules.likes.expected_shop import Ledger, Texts
from tests.modules.likes.history_steps import (
    MODULES,
    Command,
    Create,
    Delete,
    Disruption,
    Edit,
    Fail,
    Like,
    Redrive,
    Repeat,
    Step,
    Stop,
    Unlike,
    histories,
)

NEEDS = ["products"]


class Unreliable:
    """Lets a module's reactions fail as commanded."""

    def __init__(self, participant: Participant) -> None:
        self._planned: list[Fail] = []
        self._failures: dict[str | None, Iterator[Fail]] = {}
        # Spoilt once each, so that types which share a batch reaction still come together.
        spoilt = {do: self._spoilt(do) for _, do in participant.reactions.values()}
        participant.reactions = {
            name: (event, spoilt[do]) for name, (event, do) in participant.reactions.items()
        }

    def plan(self, fail: Fail) -> None:
        """Let the next event that is new fail like this."""
        self._planned.append(fail)

    def mend(self) -> None:
        """Let no event that has failed fail again."""
        self._failures = dict.fromkeys(list(self._failures), iter(()))

    def _spoilt(self, do: Reaction) -> Reaction:
        if isinstance(do, BatchReaction):
            return BatchReaction(partial(self._react_to_all, do))
        return partial(self._react, do)

    def _react(self, do: Reaction, event: Any, work: UnitOfWork) -> None:
        failure = self._failure_at(current_trace().causation_id)
        if not (failure and failure.early):
            do(event, work)
        if failure:
            raise (PermanentError if failure.for_good else RuntimeError)("as commanded")

    def _react_to_all(self, do: BatchReaction, events: Sequence[Any], work: UnitOfWork) -> None:
        failures = []
        for event in events:
            with work.caused_by(event):
                failures.append(self._failure_at(current_trace().causation_id))
        failure = next(filter(None, failures), None)
        if not (failure and failure.early):
            do.do(events, work)
        if failure:
            raise (PermanentError if failure.for_good else RuntimeError)("as commanded")

    def _failure_at(self, event_id: str | None) -> Fail | None:
        if event_id not in self._failures:
            self._failures[event_id] = self._failures_of_next()
        return next(self._failures.get(event_id, iter(())), None)

    def _failures_of_next(self) -> Iterator[Fail]:
        if not self._planned:
            return iter(())
        fail = self._planned.pop(0)
        return repeat(fail) if fail.for_good else repeat(fail, fail.times)


class History:
    """Both modules under commands on a bus that is disrupted; a ledger takes down the answers."""

    def __init__(self, application: Application) -> None:
        self.participants: dict[str, Participant] = {
            participant.name: participant for participant in application.participants()
        }
        self.products: Products = application.hosted()["products"].products()
        self.likes: Likes = application.hosted()["likes"].likes()
        self.ledger = Ledger()
        self._numbers = count(1)
        self._unreliable = {name: Unreliable(self.participants[name]) for name in MODULES}
        self._letters = {name: DeadLetters(self.participants[name]) for name in MODULES}
        self._disturbance = Disturbance()
        transport = Disturbed(application.transport(), self._disturbance)
        self._bus = Bus(application.participants(), transport, with_attempts(3))

    def play(self, steps: list[Step]) -> None:
        """Do one step after the other; whenever all is settled the ledger must be right."""
        self._bus.start()
        try:
            for step in steps:
                self._do(step)
        finally:
            self._bus.stop()

    def close(self) -> None:
        """Give every connection back."""
        for participant in self.participants.values():
            participant.database.dispose()

    def _do(self, step: Step) -> None:
        if isinstance(step, Command):
            self._ask(step)
        elif isinstance(step, Disruption):
            self._disrupt(step)
        else:
            self._settle()
            assert self._kept() == self.ledger.kept()
            self.ledger.all_is_heard()

    def _ask(self, command: Command) -> None:
        products, ledger = self.products, self.ledger
        match command:
            case Create(state):
                texts = self._new_texts()
                created = products.create(**texts._asdict(), state=state)
                ledger.created(created.id, texts, state)
            case Edit(id, state):
                texts = self._new_texts()
                answer = _answer(lambda: products.replace(id, **texts._asdict(), state=state))
                ledger.edited(id, texts, state, answer)
            case Delete(id):
                ledger.deleted(id, _answer(lambda: products.delete(id)))
            case Like(id, user):
                ledger.liked(id, user, _answer(lambda: self.likes.like(id, user)))
            case Unlike(id, user):
                ledger.unliked(id, user, _answer(lambda: self.likes.unlike(id, user)))

    def _disrupt(self, disruption: Disruption) -> None:
        match disruption:
            case Disturb(seed):
                self._disturbance.distort = Chaos(seed)
            case Repeat():
                self._repeat()
            case Fail(module):
                self._unreliable[module].plan(disruption)
            case Redrive():
                self._redrive()
            case Stop():
                self._bus.stop()
            case Restart():
                self._bus.stop()
                self._bus.start()

    def _settle(self) -> None:
        self._disturbance.distort = as_it_came
        self._disrupt(Restart())
        eventually(self._redriven_to_the_end)

    def _redriven_to_the_end(self) -> bool:
        self._redrive()
        return not any(map(self._behind, self.participants.values())) and not self._stored()

    def _behind(self, receiver: Participant) -> int:
        return any(
            behind(receiver, self.participants[source])
            for source in receiver.sources
            if source in self.participants
        )

    def _stored(self) -> int:
        return sum(letters.messages(state=None)[0] for letters in self._letters.values())

    def _kept(self) -> dict[str, list[Any]]:
        return {
            "products": [astuple(product) for product in self.products.search()[0]],
            "copies": self._rows(product_copies),
            "likes": self._rows(product_user),
            "tallies": [(id, likes) for id, likes in self._rows(like_tallies) if likes],
        }

    def _rows(self, table: Table) -> list[tuple[Any, ...]]:
        with self.participants["likes"].database.snapshot() as connection:
            return [tuple(row) for row in connection.execute(select(table).order_by(*table.c))]

    def _repeat(self) -> None:
        for sender in self.participants.values():
            with sender.database.snapshot() as connection:
                sent = sender.log.read(connection, 0, limit=1000)
            for message in sent:
                for receiver in MODULES:
                    self._disturbance.insert(receiver, message.body)

    def _redrive(self) -> None:
        for name in MODULES:
            self._unreliable[name].mend()
            self._letters[name].redrive()

    def _new_texts(self) -> Texts:
        number = next(self._numbers)
        return Texts(f"title {number}", f"description {number}", f"image {number}")


def _answer(call: Callable[[], object]) -> object:
    try:
        return call()
    except (UnknownProduct, UnknownToLikes, ProductWithdrawn, AlreadyLiked) as refusal:
        return type(refusal).__name__


@pytest.fixture
def new_history(
    migrated_files: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], History]:
    # Of some products no word comes in time, on purpose.
    monkeypatch.setattr(service, "PROJECTION_WAIT_SECONDS", 0.05)

    def new() -> History:
        folder = tmp_path_factory.mktemp("history")
        shutil.copytree(migrated_files, folder, dirs_exist_ok=True)
        return History(application_in(folder))

    return new


def application_in(folder: Path) -> Application:
    """Products and likes alone, with their files in a folder."""
    url, modules = f"sqlite:///{folder}/{{module}}.db", ",".join(MODULES)
    return assemble(settings_from({"APP_DATABASE_URL": url, "APP_MODULES": modules}, MODULES))


@settings(
    max_examples=12,
    deadline=None,
    report_multiple_bugs=False,
    # No shrinking: a shorter history runs at another pace, and trying takes minutes.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=histories)
def test_any_history_settles_at_the_counts_and_copies_of_its_commands(
    new_history: Callable[[], History], steps: list[Step]
) -> None:
    with closing(new_history()) as history:
        history.play(steps)
