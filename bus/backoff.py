"""Backoff: growing pauses after failures, and the schedule of a failed reaction's attempts."""

import random
from dataclasses import dataclass


def pause_after(failures: int, first: float = 0.2, longest: float = 5.0) -> float:
    """Seconds to wait after so many failures in a row, at least one.

    After the first between half and all of `first`, then twice that each time, up to `longest`.
    """
    whole = min(longest, first * 2.0 ** min(failures - 1, 60))
    return whole * random.uniform(0.5, 1.0)  # noqa: S311  # jitter, not a secret


@dataclass(frozen=True, slots=True)
class RetrySchedule:
    """The pauses between attempts: `first` seconds, then twice as long each time.

    Each pause is between half and all of that, at most `longest`; `attempts` in all.
    """

    attempts: int = 8
    first: float = 0.2
    longest: float = 60.0

    def pause_after(self, attempts: int) -> float:
        """Seconds to wait after so many attempts, with jitter."""
        return pause_after(attempts, self.first, self.longest)
