"""The Postman collection in docs/: green against a live server."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.openapi.postman import COLLECTION
from features.shop import ROOT, Shop, open_shop
from tests.services.plugin import lacking

NEWMAN = "6.2.2"


def test_ci_has_the_same_newman() -> None:
    assert f"newman@{NEWMAN}\n" in (ROOT / ".ci/run").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def newman() -> str:
    """The program that runs collections; the test is loudly skipped where it is missing."""
    path = os.pathsep.join([str(ROOT / ".node/node_modules/.bin"), os.environ["PATH"]])
    program = shutil.which("newman", path=path)
    if program is None or shutil.which("node") is None:
        then = f"&& npm install --prefix .node newman@{NEWMAN}"
        lacking("Newman, which runs the API collection,", apt=f"npm {then}", brew=f"node {then}")
    return str(program)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A server with nothing in it."""
    data = {"APP_DATABASE_URL": f"sqlite:///{tmp_path}/{{module}}.db"}
    with open_shop(tmp_path, data) as opened:
        yield opened


@pytest.mark.matrix
def test_it_runs_green_against_a_new_server_and_one_in_use(
    newman: str, shop: Shop, tmp_path: Path
) -> None:
    for report in (tmp_path / "new.json", tmp_path / "used.json"):
        done = subprocess.run(
            [
                newman,
                "run",
                str(COLLECTION),
                "--env-var",
                f"baseUrl={shop.url}",
                *reporting(report),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        asserted = json.loads(report.read_text())["run"]["stats"]["assertions"]

        assert done.returncode == 0, done.stdout + done.stderr
        assert asserted["failed"] == 0
        assert asserted["total"] >= COLLECTION.read_text().count('"listen": "test"')


def reporting(file: Path) -> list[str]:
    """Have Newman tell what it saw, to people and to us."""
    return ["--reporters", "cli,json", "--reporter-json-export", str(file), "--color", "off"]
