"""Topics: the kinds of signals, and how often threads look without one."""

from enum import StrEnum

LOOK_SECONDS = 5.0
"""How often every thread looks for work by itself, for a signal may be lost."""


class Topic(StrEnum):
    """The kinds of work; REQUESTS are those of subscribers to a source.

    EFFECTS and WATCHERS are for bus/signals/watch.py.
    """

    OUTBOX = "outbox"
    REQUESTS = "requests"
    INBOX = "inbox"
    CURSORS = "cursors"
    EFFECTS = "effects"
    WATCHERS = "watchers"
