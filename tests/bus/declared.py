"""Participants and events that are declared for one test, well or not."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bus import Database, DeclarationError, Event, Participant, Reactions


def declared(
    *publishes: type[Event], reactions: Reactions | None = None, folder: Path = Path("nowhere")
) -> Participant:
    """The participant `likes`, which publishes and reacts to these."""
    database = Database(f"sqlite:///{folder}/likes.db", "likes")
    return Participant("likes", database, reactions, publishes)


def refusal(*publishes: type[Event], reactions: Mapping[type[Event], Any] | None = None) -> str:
    """The sentence with which these declarations are refused."""
    with pytest.raises(DeclarationError) as refused:
        declared(*publishes, reactions=reactions)
    return str(refused.value)


def event(name: str, fields: Mapping[str, Any] | None = None, **declarations: Any) -> type[Event]:
    """An event class with these fields, `item: str` unless told, and these class variables."""
    made = msgspec.defstruct(
        name,
        (fields if fields is not None else {"item": str}).items(),
        bases=(Event,),
        namespace=declarations,
        frozen=True,
        kw_only=True,
    )
    assert issubclass(made, Event)
    return made


def event_of(type_: Any) -> type[Event]:
    """A well-named event with a field `value` of this type."""
    fields = {"item": str, "value": type_}
    return event("Valued", fields, wire_name="likes.valued", subject_fields=("item",))
