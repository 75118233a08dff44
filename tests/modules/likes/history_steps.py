"""What can happen to products and likes, and on the way between them."""

from collections import Counter
from dataclasses import dataclass

from hypothesis import strategies as st

from modules.products.domain import State
from tests.modules.history_faults import Disturb, Restart

MODULES = ("products", "likes")


@dataclass(frozen=True)
class Create:
    """Add a product."""

    state: State


@dataclass(frozen=True)
class Edit:
    """Give a product new texts, and withdraw or activate it where a state is given."""

    product_id: int
    state: State | None


@dataclass(frozen=True)
class Delete:
    """Remove a product."""

    product_id: int


@dataclass(frozen=True)
class Like:
    """Like a product for a user."""

    product_id: int
    user_id: str


@dataclass(frozen=True)
class Unlike:
    """Take a user's like back."""

    product_id: int
    user_id: str


Command = Create | Edit | Delete | Like | Unlike


@dataclass(frozen=True)
class Repeat:
    """All that was ever sent is delivered once more."""


@dataclass(frozen=True)
class Fail:
    """The next event that a module reacts to fails, so many times or until it is mended.

    The reaction raises early, before it has done its work, or after.
    """

    module: str
    times: int
    early: bool
    for_good: bool


@dataclass(frozen=True)
class Redrive:
    """An operator mends what has failed, then has the dead letters tried again."""


@dataclass(frozen=True)
class Stop:
    """The bus stops; commands go on."""


@dataclass(frozen=True)
class Settle:
    """Messages pass again, what fails is mended, and all that was commanded arrives."""


Disruption = Disturb | Repeat | Fail | Redrive | Stop | Restart
Step = Command | Disruption | Settle

IDS = st.integers(1, 4)
"""The first three are created before all else; the fourth one may never be."""
USERS = st.sampled_from(["ann", "bob", "cid", "dan"])
STATES = st.sampled_from(State)
BOOLEANS = st.booleans()

SHARES = Counter(
    {
        st.builds(Like, IDS, USERS): 6,
        st.builds(Unlike, IDS, USERS): 3,
        st.builds(Create, STATES): 1,
        st.builds(Edit, IDS, st.none() | STATES): 6,
        st.builds(Delete, IDS): 1,
        st.builds(Disturb, st.integers(0, 1000)): 2,
        st.builds(Repeat): 1,
        st.builds(Fail, st.sampled_from(MODULES), st.integers(2, 8), BOOLEANS, BOOLEANS): 4,
        st.builds(Redrive): 1,
        st.builds(Stop): 1,
        st.builds(Restart): 1,
        st.builds(Settle): 2,
    }
)
"""How often each kind of step comes, beside the others."""

histories = st.lists(
    st.sampled_from(list(SHARES.elements())).flatmap(lambda kind: kind), min_size=20, max_size=60
).map(lambda steps: [*[Create(State.ACTIVE)] * 3, *steps, Settle()])
