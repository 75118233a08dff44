"""Modules as the bus sees them, and events in their logs."""

from collections.abc import Callable

from app.container import Application
from bus import Participant
from bus.admin import LoggedEvent, Sent

Publish = Callable[..., None]


def participant(application: Application, name: str) -> Participant:
    """A module as the bus sees it."""
    [found] = [each for each in application.participants() if each.name == name]
    return found


def sent_from(source: str, event: LoggedEvent) -> Sent:
    """How one asks what became of an event of this source."""
    assert event.epoch
    assert event.position
    return Sent(source=source, epoch=event.epoch, position=event.position, event_id=event.event_id)
