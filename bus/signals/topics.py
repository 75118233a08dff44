"""Topics: the kinds of work that a signal tells of."""

from enum import StrEnum

LOOK_SECONDS = 5.0
"""How often every thread looks for work by itself, for a signal may be lost."""


class Topic(StrEnum):
    """What there is to look at; REQUESTS is what others want sent again.

    EFFECTS and WATCHERS are for bus/signals/watch.py.
    """

    OUTBOX = "outbox"
    REQUESTS = "requests"
    INBOX = "inbox"
    CURSORS = "cursors"
    EFFECTS = "effects"
    WATCHERS = "watchers"
