"""How one participant fares in this process: what the operator and the load balancer ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Whereabouts = Literal["here", "elsewhere", "nowhere"]
"""Where the one active relay of a source is: in this process, in another, or in none."""

OVERDUE_SECONDS = 5.0
"""After how long something that waits is worth a word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The parts of one participant, and a sentence for each that is not as it should be.

    A participant that reacts to nothing has no consumer. `oldest_waiting_seconds` is the age of the
    oldest event that was not sent yet, 0 when there is none.
    """

    relay: Whereabouts
    consumer: Literal["alive", "away", "none"]
    oldest_waiting_seconds: float
    faults: Sequence[str]
