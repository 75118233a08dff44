"""Events of a batch that wait for their batch reactions, with each subject in one group at most.

So a subject's events take effect in their order also across event types: before an event is applied
or joins a group, the other group in which its subject waits is run.
"""

from collections.abc import Callable, Sequence

from bus.events.envelope import Envelope
from bus.participant import BatchReaction

_Subject = tuple[str, str]


class BatchGroups:
    """The groups of one batch; `run` is called with a batch reaction and all its events."""

    def __init__(self, run: Callable[[BatchReaction, Sequence[Envelope]], None]) -> None:
        self._run = run
        self._waiting: dict[BatchReaction, list[Envelope]] = {}
        self._where: dict[_Subject, BatchReaction] = {}

    def add(self, envelope: Envelope, reaction: BatchReaction) -> None:
        """Let an event wait for its batch reaction."""
        self.flush_subject(envelope, reaction)
        self._waiting.setdefault(reaction, []).append(envelope)
        self._where[envelope.source, envelope.subject] = reaction

    def flush_subject(self, envelope: Envelope, reaction: BatchReaction | None = None) -> None:
        """Run the group, other than the reaction's own, in which the event's subject waits."""
        waits_for = self._where.get((envelope.source, envelope.subject))
        if waits_for is not None and waits_for != reaction:
            self._run_group(waits_for)

    def run_all(self) -> None:
        """Run every group."""
        for reaction in list(self._waiting):
            self._run_group(reaction)

    def _run_group(self, reaction: BatchReaction) -> None:
        envelopes = self._waiting.pop(reaction)
        for envelope in envelopes:
            self._where.pop((envelope.source, envelope.subject), None)
        self._run(reaction, envelopes)
