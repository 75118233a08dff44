"""How long to wait after a failure: twice as long each time, and not all at the same moment."""

import random


def pause_after(failures: int, first: float = 0.2, longest: float = 5.0) -> float:
    """Seconds to wait after so many failures in a row, at least one.

    After the first between half and all of `first`, then twice that each time, up to `longest`.
    """
    whole = min(longest, first * 2.0 ** min(failures - 1, 60))
    return whole * random.uniform(0.5, 1.0)  # noqa: S311  # jitter, not a secret
