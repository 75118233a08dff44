"""Schemathesis asks a live server everything that its OpenAPI document allows, and much it forbids.

It finds no server error and no answer that the document does not know, whoever is asking.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from features.shop import ROOT, Shop, open_shop

CONFIGURATION = Path(__file__).parent / "schemathesis.toml"
PASSWORD = "a password for this test"


@dataclass(frozen=True)
class Visitors:
    """A shop where people sign in, and the cookies of those who did."""

    shop: Shop
    cookies: dict[str, str]


@pytest.fixture(scope="module")
def visitors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitors]:
    """Nobody, a customer and an admin."""
    folder = tmp_path_factory.mktemp("shop")
    settings = {
        "APP_DATABASE_URL": f"sqlite:///{folder}/{{module}}.db",
        "APP_AUTH": "required",
        "APP_SECRET_KEY": "k" * 32,
    }
    with open_shop(folder, settings) as shop:
        create_admin(folder, settings)
        cookies = {
            "nobody": "",
            "customer": cookie(shop, "/api/accounts", "customer"),
            "admin": cookie(shop, "/api/session", "admin"),
        }
        yield Visitors(shop, cookies)


def create_admin(folder: Path, settings: dict[str, str]) -> None:
    """Open the account of an admin, beside the server."""
    subprocess.run(
        [sys.executable, "-m", "app", "create-admin", "admin", "--password-stdin"],
        cwd=folder,
        env={**os.environ, **settings, "PYTHONPATH": str(ROOT)},
        input=PASSWORD,
        text=True,
        check=True,
        capture_output=True,
    )


def cookie(shop: Shop, path: str, name: str) -> str:
    """The session cookie of somebody who signs up or in."""
    body = {"name": name, "password": PASSWORD}
    return httpx.post(f"{shop.url}{path}", json=body).raise_for_status().cookies["session"]


@pytest.mark.matrix
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("who", "phases"),
    [("nobody", "fuzzing"), ("customer", "fuzzing"), ("admin", "coverage,fuzzing,stateful")],
)
def test_every_answer_is_as_the_document_says(
    visitors: Visitors, tmp_path: Path, who: str, phases: str
) -> None:
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIGURATION)]
    document = f"{visitors.shop.url}/schema/openapi.json"
    cookie = f"Cookie: session={visitors.cookies[who]}"
    done = subprocess.run(
        [*command, "--no-color", "run", document, "--phases", phases, "--header", cookie],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "No issues found" in done.stdout, done.stdout
