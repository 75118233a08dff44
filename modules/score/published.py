"""The event that score publishes."""

from bus import Event


class ScoreChanged(Event, frozen=True, kw_only=True):
    """A person's score changed. Before the first of these events it is 0."""

    wire_name = "score.score_changed"
    subject_fields = ("person_id",)

    person_id: str
    score: int


PUBLISHES = (ScoreChanged,)
"""Every event class that this module publishes."""
