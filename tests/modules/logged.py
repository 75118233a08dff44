"""What a module has announced."""

from app.container import Application
from bus.admin import logged_events


def logged(application: Application, module: str) -> list[str]:
    """The types of a module's events, oldest first."""
    participant = application.hosted()[module].participant()
    with participant.database.snapshot() as connection:
        return [event.type for event in logged_events(connection, participant.tables)][::-1]
