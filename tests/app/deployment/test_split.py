"""One process per module on one machine, as `python3 dev.py split` runs them."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from app.container import MODULE_NAMES
from app.deployment.local_split import port_of
from features.eventually import eventually
from features.shop import ROOT, SECONDS_TO_END, Shop, open_shop, serving
from tests.services.processes import can_listen, free_port


@pytest.fixture
def settings(tmp_path: Path, rabbitmq_url: str) -> dict[str, str]:
    """A shop in files of this test alone."""
    return {
        "APP_DATABASE_URL": f"sqlite:///{tmp_path}/{{module}}.db",
        "APP_RABBITMQ_URL": rabbitmq_url,
    }


@pytest.mark.needs("accounts", "likes", "products")
@pytest.mark.matrix
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has more than one loopback address")
def test_modules_apart_are_one_shop_until_it_is_told_to_end(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    with open_shop(tmp_path, settings, split=True) as shop:
        mug = {"title": "mug", "image": "an image"}
        added = httpx.post(f"{shop.url}/api/products", json=mug)
        shown = eventually(lambda: storefront(shop))
        origin = {"Origin": shop.url}
        liked = httpx.post(f"{shop.url}/api/products/{shown}/like", headers=origin)
        elsewhere = httpx.get(f"{shop.url}/api/products", headers={"Host": "shop.example"})
        strangers = answers_after_wrong_passwords(shop)
        hosted = [httpx.get(f"{url}/health/ready").json() for url in shop.processes]
        shop.server.send_signal(signal.SIGTERM)
        status = shop.server.wait(SECONDS_TO_END)

    assert added.status_code == liked.status_code == 201
    assert added.json()["id"] == shown
    assert elsewhere.status_code == 403
    assert strangers == [429, 401]
    assert [list(each["modules"]) for each in hosted] == [[name] for name in MODULE_NAMES]
    assert status == 0, shop.log.read_text()
    assert_all_have_ended(shop)
    assert f"The shop, in a moment: {shop.url}" in shop.log.read_text()
    assert "-m app demo" in shop.log.read_text()
    prefixes = {line.split()[1] for line in shop.log.read_text().splitlines()}
    assert prefixes >= {*MODULE_NAMES, "proxy", "system"}


def answers_after_wrong_passwords(shop: Shop) -> list[int]:
    """What a client is told that has guessed too often, and what another one is told."""
    from modules.accounts.service import FAILURES_PER_NAME

    addresses = ["127.0.0.1"] * FAILURES_PER_NAME + ["127.0.0.1", "127.0.0.2"]
    statuses = []
    for address in addresses:
        with httpx.Client(transport=httpx.HTTPTransport(local_address=address)) as client:
            guess = {"name": "Ann", "password": "wrong horse"}
            statuses.append(client.post(f"{shop.url}/api/session", json=guess).status_code)
    return statuses[-2:]


@pytest.mark.needs("likes", "products")
@pytest.mark.matrix
def test_the_operations_page_asks_every_process(tmp_path: Path, settings: dict[str, str]) -> None:
    with open_shop(tmp_path, settings, split=True) as shop:
        mug = {"title": "mug", "image": "an image"}
        mark = {"X-Correlation-Id": "apart"}
        httpx.post(f"{shop.url}/api/products", json=mug, headers=mark)

        eventually(lambda: told_apart(shop))

        page = httpx.get(f"{shop.url}/operations", timeout=30).text

    assert "does not answer" not in page
    assert all(f'<th scope="row">{name}</th><td>rabbitmq' in page for name in MODULE_NAMES)


def told_apart(shop: Shop) -> None:
    """One process tells what became of another's event at a third."""
    story = httpx.get(f"{shop.url}/operations/story?correlation=apart", timeout=30).text
    assert re.search(r"<strong>likes</strong> +applied", story)


def storefront(shop: Shop) -> int:
    """The id of the product in the storefront."""
    [product] = httpx.get(f"{shop.url}/api/likes").json() or [None]
    assert product
    return int(product["id"])


def assert_all_have_ended(shop: Shop) -> None:
    """Nobody listens any more."""
    ports = [httpx.URL(url).port or 0 for url in (shop.url, *shop.processes)]
    assert all(can_listen(port) for port in ports)


@pytest.mark.matrix
@pytest.mark.parametrize("module", MODULE_NAMES[1:2])
def test_when_one_process_dies_all_end_and_it_is_named(
    tmp_path: Path, settings: dict[str, str], module: str
) -> None:
    with open_shop(tmp_path, settings, split=True) as shop:
        os.kill(shop.process_id(module), signal.SIGKILL)

        assert shop.server.wait(SECONDS_TO_END) == 1

    assert_all_have_ended(shop)
    assert f"{module} stopped (rc=-9)" in shop.log.read_text()


@pytest.mark.matrix
def test_when_it_is_killed_it_leaves_nobody_behind(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    with open_shop(tmp_path, settings, split=True) as shop:
        shop.server.kill()

        eventually(lambda: assert_all_have_ended(shop))


@pytest.mark.matrix
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_well_while_it_is_starting(
    tmp_path: Path, settings: dict[str, str], ending: signal.Signals
) -> None:
    with serving(tmp_path, settings, split=True) as shop:
        eventually(lambda: has_begun(shop))
        shop.server.send_signal(ending)

        assert shop.server.wait(SECONDS_TO_END) == 0, shop.log.read_text()

    assert_all_have_ended(shop)


def has_begun(shop: Shop) -> None:
    """The first process has started, though not each."""
    assert " started (pid=" in shop.log.read_text()


def refused(folder: Path, **settings: str) -> str:
    """The one line with which it refuses to start."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("APP_")}
    done = subprocess.run(
        [sys.executable, "-m", "app.deployment.local_split"],
        cwd=folder,
        env={**clean, **settings, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert list(folder.iterdir()) == []
    [line] = done.stderr.splitlines()
    return line


def test_without_a_broker_it_says_what_to_do(tmp_path: Path) -> None:
    port = free_port()

    line = refused(tmp_path, APP_RABBITMQ_URL=f"amqp://u:hush@127.0.0.1:{port}/")

    assert f"127.0.0.1:{port} (APP_RABBITMQ_URL" in line
    assert "start RabbitMQ" in line
    assert "hush" not in line


def test_a_taken_port_of_a_module_is_refused(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as broker:
        first, broker_port = free_port(), broker.getsockname()[1]
        taken = port_of(MODULE_NAMES[-1], first)
        with socket.create_server(("127.0.0.1", taken)):
            line = refused(
                tmp_path,
                APP_PORT=str(first),
                APP_RABBITMQ_URL=f"amqp://127.0.0.1:{broker_port}/",
            )

    assert "APP_PORT" in line
    assert str(taken) in line


def test_what_the_modules_would_refuse_is_refused_at_once(tmp_path: Path) -> None:
    assert "APP_AUTH is open" in refused(tmp_path, APP_HOST="0.0.0.0")
