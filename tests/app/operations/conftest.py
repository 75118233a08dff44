"""All modules on SQLite, and a way to log what no module would."""

import pytest
from sqlalchemy import insert

from app.container import Application
from bus.signals.topics import Topic
from bus.storage.tables import now
from tests.app.operations.logged_events import Publish, participant


@pytest.fixture
def settings(migrated_url: str) -> dict[str, str]:
    """On SQLite alone: the bus's own tests cover both databases."""
    return {"APP_DATABASE_URL": migrated_url}


@pytest.fixture
def publish(application: Application) -> Publish:
    """Log an event as it stands, whether a subscriber can read it or not."""

    def log(type_: str, subject: str, data: str, *, correlation: str = "c-1", id_: int = 1) -> None:
        source = participant(application, type_.partition(".")[0])
        with source.database.transaction() as connection:
            connection.execute(
                insert(source.tables.outbox).values(
                    event_id=f"01900000-0000-7000-8000-{id_:012d}",
                    type=type_,
                    version=1,
                    subject=subject,
                    time=now(),
                    correlation_id=correlation,
                    data=data,
                )
            )
        source.waker.wake(Topic.OUTBOX)

    return log
