"""What can happen to two persons and on the way to their scores, and the scores that follow."""

from dataclasses import dataclass, field

from hypothesis import strategies as st

from tests.modules.history_faults import Disturb, Restart

ANN, BOB = "00000011111", "00000022222"
CPFS = st.sampled_from([ANN, BOB])
KINDS = st.sampled_from(["income", "asset", "debt"])
CENTS = st.sampled_from([1, 1999, 2000, 4999, 5000, 100_000, 99_999_999_999_999])
POINT_IN_CENTS = {"income": 5000, "asset": 2000, "debt": -2000}


@dataclass(frozen=True)
class Register:
    """Register somebody under a CPF; refused while it is taken."""

    cpf: str


@dataclass(frozen=True)
class Erase:
    """Erase whoever has the CPF."""

    cpf: str


@dataclass(frozen=True)
class Add:
    """Add an entry to whoever has the CPF."""

    cpf: str
    kind: str
    cents: int


@dataclass(frozen=True)
class Remove:
    """Remove one of the person's entries, counted round from the first."""

    cpf: str
    which: int


@dataclass(frozen=True)
class Fail:
    """The next reactions fail when they are all but done, so many of them, and for good if so."""

    times: int
    for_good: bool


Command = Register | Erase | Add | Remove | Disturb | Fail | Restart

commands = st.lists(
    st.one_of(
        *[st.builds(Add, CPFS, KINDS, CENTS)] * 4,
        *[st.builds(Remove, CPFS, st.integers(0, 5))] * 2,
        st.builds(Register, CPFS),
        st.builds(Erase, CPFS),
        st.builds(Disturb, st.integers(0, 1000)),
        st.builds(Fail, st.integers(1, 8), st.booleans()),
        st.builds(Restart),
    ),
    min_size=20,
    max_size=40,
).map(lambda more: [Register(ANN), Register(BOB), *more])


@dataclass
class Expected:
    """What the commands alone make of one person."""

    entries: dict[tuple[str, int], int] = field(default_factory=dict)
    history: list[tuple[str, int, int]] = field(default_factory=lambda: [("registration", 0, 0)])

    def add(self, kind: str, entry_id: int, cents: int) -> None:
        unit = POINT_IN_CENTS[kind]
        self.entries[kind, entry_id] = cents // abs(unit) * (1 if unit > 0 else -1)
        self._change(kind, self.entries[kind, entry_id])

    def remove(self, kind: str, entry_id: int) -> None:
        self._change(kind, -self.entries.pop((kind, entry_id)))

    def points(self) -> dict[str, int]:
        return {
            each: sum(points for (kind, _), points in self.entries.items() if kind == each)
            for each in POINT_IN_CENTS
        }

    def _change(self, kind: str, points: int) -> None:
        if points:
            self.history.append((kind, points, self.history[-1][-1] + points))
