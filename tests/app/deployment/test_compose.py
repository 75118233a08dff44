"""The image and the containers of compose.yaml, as far as they can be tested without containers."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from app.container import MODULE_NAMES
from app.deployment.caddyfile import CADDYFILE
from features.eventually import eventually
from features.shop import ROOT
from tests.services.plugin import MISSING
from tests.services.processes import free_port

MODULE = MODULE_NAMES[0]

SECRETS = {
    "APP_SECRET_KEY": "k" * 32,
    "POSTGRES_PASSWORD": "secret",
    "RABBITMQ_PASSWORD": "secret",
}


def services() -> dict[str, Any]:
    """What compose.yaml starts."""
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    return found


def instructions(name: str) -> list[str]:
    """What follows this word in the Dockerfile's last stage."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    lines = text[text.rindex("\nFROM ") + 1 :].splitlines()
    return [line.partition(" ")[2].strip() for line in lines if line.startswith(f"{name} ")]


def words(name: str) -> list[str]:
    """The command in the Dockerfile's last instruction of this name."""
    found: list[str] = json.loads(instructions(name)[-1].rpartition("CMD ")[2])
    return found


def test_each_module_has_a_service_that_hosts_it_alone() -> None:
    hosting = {name: each["command"][1:] for name, each in services().items() if hosts(each)}

    assert hosting == {name: ["--modules", name] for name in MODULE_NAMES}


def hosts(service: dict[str, Any]) -> bool:
    return "serve" in service.get("command", [])


def test_the_proxy_knows_and_waits_for_each_of_them() -> None:
    file = CADDYFILE.read_text()

    assert services()["proxy"]["depends_on"] == list(MODULE_NAMES)
    assert (
        f"./{CADDYFILE.relative_to(ROOT)}:/etc/caddy/Caddyfile:ro"
        in (services()["proxy"]["volumes"])
    )
    assert all(f":{name}:8000}}" in file for name in MODULE_NAMES)


def test_no_secret_has_a_default_and_roles_count() -> None:
    text = (ROOT / "compose.yaml").read_text()
    asked = set(re.findall(r"\$\{(\w+):\?", text))

    assert asked == SECRETS.keys()
    assert all(
        each["environment"]["APP_AUTH"] == "required"
        for each in services().values()
        if each["image"] == services()["migrate"]["image"]
    )


def test_one_service_builds_the_image_and_the_others_wait_for_it() -> None:
    ours = {n: each for n, each in services().items() if each["image"] == "modular-shop"}
    built = [name for name, each in ours.items() if "build" in each]

    assert built == ["migrate"]
    assert [name for name, each in ours.items() if "migrate" in each["depends_on"]] == list(
        MODULE_NAMES
    )


def test_docker_takes_the_file() -> None:
    clients = [each for each in (["docker", "compose"], ["docker-compose"]) if answers(each)]
    if not clients:
        pytest.skip(f"{MISSING}Docker Compose is not installed, to look at compose.yaml")

    subprocess.run(
        [*clients[0], "config", "--quiet"], cwd=ROOT, env={**os.environ, **SECRETS}, check=True
    )


def answers(client: list[str]) -> bool:
    """Whether this form of Docker Compose is there."""
    if not shutil.which(client[0]):
        return False
    return not subprocess.run([*client, "version"], capture_output=True, check=False).returncode


def test_the_image_is_built_of_what_docker_is_let_see_and_runs_as_nobody_special() -> None:
    copied = [line.split()[0] for line in instructions("COPY") if not line.startswith("--from")]
    seen = (ROOT / ".dockerignore").read_text().splitlines()

    assert {f"!{each}" for each in [*copied, "requirements.txt"]} <= set(seen)
    assert "*" in seen
    assert instructions("USER") not in ([], ["root"])


def test_a_container_is_unhealthy_only_where_a_restart_would_help_and_keeps_its_files() -> None:
    assert "/health/live" in words("HEALTHCHECK")[-1]
    assert instructions("VOLUME") == ["/shop/var"]


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A folder with what the image has, and nothing else of ours."""
    folder = tmp_path / "shop"
    folder.mkdir()
    for line in instructions("COPY"):
        if not line.startswith("--from"):
            source, target = line.split()
            shutil.copytree(
                ROOT / source, folder / target, ignore=shutil.ignore_patterns("__pycache__")
            )
    return folder


@pytest.fixture
def environment(rabbitmq_url: str, postgres_url: str) -> dict[str, str]:
    """What a module's container is told, with a broker and a database that there are."""
    [image] = instructions("ENV")
    told = dict(each.split("=", 1) for each in image.split())
    compose: dict[str, str] = services()[MODULE]["environment"]
    return {
        **told,
        **compose,
        "PATH": os.environ["PATH"],
        "APP_PORT": str(free_port()),
        "APP_SECRET_KEY": SECRETS["APP_SECRET_KEY"],
        "APP_RABBITMQ_URL": rabbitmq_url,
        "APP_DATABASE_URL": postgres_url,
    }


@pytest.mark.matrix
def test_the_commands_of_the_containers_serve_a_module_that_is_found_healthy(
    image: Path, environment: dict[str, str]
) -> None:
    serve = services()[MODULE]["command"]
    migrate = services()["migrate"]["command"]

    assert run(image, environment, words("HEALTHCHECK")) != 0
    assert run(image, environment, [*words("ENTRYPOINT"), *migrate]) == 0
    with started(image, environment, [*words("ENTRYPOINT"), *serve]) as log:
        eventually(lambda: is_healthy(image, environment, log), within=30)
        ready = eventually(lambda: readiness(environment), within=30)
        bus = httpx.get(f"http://127.0.0.1:{environment['APP_PORT']}/api/bus")

    assert list(ready["modules"]) == [MODULE]
    assert bus.status_code == 401


def readiness(environment: dict[str, str]) -> Any:
    answer = httpx.get(f"http://127.0.0.1:{environment['APP_PORT']}/health/ready")
    assert answer.status_code == 200, answer.text
    return answer.json()


def is_healthy(folder: Path, environment: dict[str, str], log: Path) -> None:
    assert run(folder, environment, words("HEALTHCHECK")) == 0, log.read_text()


def run(folder: Path, environment: dict[str, str], command: list[str]) -> int:
    """The exit status of one of the image's commands."""
    return subprocess.run(
        [sys.executable, *command[1:]],
        cwd=folder,
        env=environment,
        capture_output=True,
        check=False,
    ).returncode


@contextmanager
def started(folder: Path, environment: dict[str, str], command: list[str]) -> Iterator[Path]:
    """The log of one of the image's commands while it runs; it ends well when it is told to."""
    log = folder.parent / "log"
    with log.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, *command[1:]], cwd=folder, env=environment, stderr=file
        )
        try:
            yield log
        finally:
            process.terminate()
            assert process.wait(10) == 0
