"""What score announces."""

from bus import Event


class ScoreChanged(Event, frozen=True, kw_only=True):
    """A person's score is another than before; until the first of these it is 0."""

    wire_name = "score.score_changed"
    subject_fields = ("person_id",)

    person_id: str
    score: int


PUBLISHES = (ScoreChanged,)
"""All of them, for whoever asks what this module publishes."""
