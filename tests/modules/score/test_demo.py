"""Sample persons have scores, as all persons have."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from app.cli.group import commands
from app.container import MODULE_NAMES, assemble, dispose
from app.settings import settings_from
from features.eventually import eventually
from modules.score.tables import people

NEEDS = ["person"]


def test_the_score_of_each_sample_person_follows(
    migrated_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = {"APP_DATABASE_URL": migrated_url}
    assert CliRunner(env=settings).invoke(commands, ["demo"]).exit_code == 0
    application = assemble(settings_from(settings, MODULE_NAMES))
    database = application.databases()["score"]

    def all_scored() -> None:
        points = select(people.c.income, people.c.asset, people.c.debt)
        with database.snapshot() as connection:
            assert connection.execute(points).all() == [(84, 1800, -125)] * 3

    with application.bus():
        eventually(all_scored)
    dispose(application)
