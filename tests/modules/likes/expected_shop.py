"""The shop on paper: what the modules must come to, from the commands and their answers alone.

Word of a product reaches the likes module late, but in order. So each answer that it gives must fit
one of the states that the product was in, and none from before a state that an answer has shown.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, NamedTuple

UNKNOWN, ACTIVE, WITHDRAWN, DELETED = "unknown", "active", "withdrawn", "deleted"


class Texts(NamedTuple):
    """What can be read of a product."""

    title: str = ""
    description: str = ""
    image: str = ""


@dataclass
class Entry:
    """A product: its texts, all the states that it was in, and who likes it."""

    texts: Texts = field(default_factory=Texts)
    states: list[str] = field(default_factory=lambda: [UNKNOWN])
    heard: int = 0
    likers: set[str] = field(default_factory=set)

    @property
    def exists(self) -> bool:
        """Whether it is there now, shown or not."""
        return self.states[-1] in (ACTIVE, WITHDRAWN)

    @property
    def was_made(self) -> bool:
        """Whether it is there or was."""
        return self.states[-1] != UNKNOWN

    @property
    def copy(self) -> tuple[str, str, str, str, bool, str]:
        """Its texts, its state, whether it is deleted, and what a search looks into.

        A deleted one has nothing but that it is.
        """
        if not self.exists:
            return (*Texts(), "", True, "")
        # The histories have small letters only.
        searched = f"{self.texts.title}\n{self.texts.description}"
        return (*self.texts, self.states[-1], False, searched)

    def taken_for(self, *states: str) -> None:
        """The likes module took it to be in one of these states, and will not fall behind that."""
        fitting = [n for n, state in enumerate(self.states) if n >= self.heard and state in states]
        assert fitting, f"{self.states} from {self.heard} on shows none of {states}"
        self.heard = fitting[0]


class Ledger:
    """Takes down each command with its answer, and fails where the answer cannot be.

    An answer is what the command gave, or the name of the domain error that refused it.
    """

    def __init__(self) -> None:
        self._entries: defaultdict[int, Entry] = defaultdict(Entry)

    def created(self, product_id: int, texts: Texts, state: str) -> None:
        """A product was added; its id was never seen before."""
        entry = self._entries[product_id]
        assert entry.states == [UNKNOWN]
        entry.texts = texts
        entry.states.append(state)

    def edited(self, product_id: int, texts: Texts, state: str | None, answer: object) -> None:
        """A product was given new texts and perhaps a state, or there was none to be edited."""
        entry = self._entries[product_id]
        assert entry.exists == (answer != "UnknownProduct")
        if entry.exists:
            entry.texts = texts
            entry.states.append(state or entry.states[-1])

    def deleted(self, product_id: int, answer: object) -> None:
        """A product was removed for good, or there was none to be removed."""
        entry = self._entries[product_id]
        assert entry.exists == (answer != "UnknownProduct")
        if entry.exists:
            entry.states.append(DELETED)

    def liked(self, product_id: int, user_id: str, answer: object) -> None:
        """A user liked a product, which says how many like it then, or was refused."""
        entry = self._entries[product_id]
        if answer == "UnknownProduct":
            entry.taken_for(UNKNOWN, DELETED)
        elif answer == "ProductWithdrawn":
            entry.taken_for(WITHDRAWN)
        else:
            entry.taken_for(ACTIVE)
            likes = "AlreadyLiked" if user_id in entry.likers else len(entry.likers) + 1
            entry.likers.add(user_id)
            assert answer == likes, f"{answer}, not {likes}"

    def unliked(self, product_id: int, user_id: str, answer: object) -> None:
        """A user took back a like, if there was one, or was refused."""
        entry = self._entries[product_id]
        if answer == "UnknownProduct":
            entry.taken_for(UNKNOWN, DELETED)
        else:
            assert answer is None
            entry.taken_for(ACTIVE, WITHDRAWN)
            entry.likers.discard(user_id)

    def all_is_heard(self) -> None:
        """Word of every change has reached the likes module."""
        for entry in self._entries.values():
            entry.heard = len(entry.states) - 1

    def kept(self) -> dict[str, list[Any]]:
        """What both modules keep when all is heard: their own, their copies and their counts."""
        there = [(id, entry) for id, entry in sorted(self._entries.items()) if entry.exists]
        return {
            "products": [
                (id, *entry.texts, entry.states[-1], len(entry.likers)) for id, entry in there
            ],
            "copies": [
                (id, *entry.copy) for id, entry in sorted(self._entries.items()) if entry.was_made
            ],
            "likes": [(id, user) for id, entry in there for user in sorted(entry.likers)],
            "tallies": [(id, len(entry.likers)) for id, entry in there if entry.likers],
        }
