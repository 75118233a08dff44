"""The server process: how it starts, refuses to, logs and ends."""

import json
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx
import pytest

from app.container import MODULE_NAMES
from bus import Database
from features.eventually import eventually
from features.shop import SECONDS_TO_END, Shop, open_shop, serving
from tests.app.processes import run_app
from tests.migrated import url_in


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    """A shop in files of this test alone."""
    return {"APP_DATABASE_URL": f"sqlite:///{tmp_path}/{{module}}.db"}


def assert_refused(done: "subprocess.CompletedProcess[str]", variable: str) -> None:
    """It ended with status 1 and one line that names the variable."""
    assert done.returncode == 1
    assert variable in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr


def test_a_database_that_is_not_migrated_is_refused(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    assert_refused(run_app(tmp_path, settings, "serve"), "python -m app migrate")
    assert list(tmp_path.iterdir()) == []


def test_a_host_that_is_no_name_is_refused(tmp_path: Path, settings: dict[str, str]) -> None:
    assert_refused(run_app(tmp_path, {**settings, "APP_HOST": ".localhost"}, "serve"), "APP_HOST")


def test_a_taken_port_is_refused(tmp_path: Path, settings: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        done = run_app(tmp_path, {**settings, "APP_PORT": port}, "serve", "--migrate")

    assert_refused(done, "APP_PORT")
    assert list(tmp_path.iterdir()) == []


def test_a_second_process_on_the_same_data_is_refused(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    with open_shop(tmp_path, settings), socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
        free.close()

        done = run_app(tmp_path, {**settings, "APP_PORT": port, "APP_LOG_FORMAT": "json"}, "serve")

    assert done.returncode == 1
    assert "APP_BUS" in done.stderr.splitlines()[-1]
    assert '"serving"' not in done.stderr


@pytest.mark.parametrize(
    "wrong",
    [
        {"APP_BUS": "rabbitmq", "APP_RABBITMQ_URL": "amqp://u:hush@h/?heartbeat=abc"},
        {"APP_SECRET_KEY": ""},
    ],
)
def test_what_is_wrong_is_refused_before_anything_is_migrated(
    tmp_path: Path, settings: dict[str, str], wrong: dict[str, str]
) -> None:
    (tmp_path / "var").touch()

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    done = run_app(tmp_path, {**settings, **wrong, "APP_PORT": port}, "serve", "--migrate")

    assert_refused(done, list(wrong)[-1])
    assert [path.name for path in tmp_path.iterdir()] == ["var"]


@pytest.mark.parametrize(
    "ending", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.matrix)]
)
def test_it_ends_well_while_it_waits_to_migrate(
    tmp_path: Path, settings: dict[str, str], ending: signal.Signals
) -> None:
    database = Database(f"sqlite:///{tmp_path}/{MODULE_NAMES[0]}.db", MODULE_NAMES[0])
    migration = database.lock("migration")
    assert migration.acquire()
    try:
        with serving(tmp_path, settings) as shop:
            eventually(lambda: is_bound(shop))
            shop.server.send_signal(ending)

            assert shop.server.wait(SECONDS_TO_END) == 0, shop.log.read_text()
    finally:
        migration.release()
        database.dispose()


def is_bound(shop: Shop) -> None:
    """Something listens on the port, though nothing may answer yet."""
    address = httpx.URL(shop.url)
    try:
        socket.create_connection((address.host, address.port or 80)).close()
    except ConnectionError as error:
        raise AssertionError(shop.log.read_text()) from error


@pytest.mark.needs("products")
@pytest.mark.parametrize(
    "ending", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.matrix)]
)
def test_it_ends_within_seconds_although_a_request_is_open(
    tmp_path: Path, settings: dict[str, str], ending: signal.Signals
) -> None:
    with open_shop(tmp_path, settings) as shop, slow_request(shop) as open_request:
        shop.server.send_signal(ending)

        assert shop.server.wait(SECONDS_TO_END) == 0
        assert open_request.recv(1000).startswith(b"HTTP/1.1 503 ")
    assert "Traceback" not in shop.log.read_text()


def slow_request(shop: Shop) -> socket.socket:
    """A request that the server reads, and whose body does not come to an end."""
    address = httpx.URL(shop.url)
    connection = socket.create_connection((address.host, address.port or 80))
    connection.sendall(
        b"POST /api/products HTTP/1.1\r\nHost: localhost\r\n"
        b"Content-Type: application/json\r\nContent-Length: 100\r\n"
        b"Expect: 100-continue\r\n\r\n"
    )
    assert b" 100 " in connection.recv(1000)
    connection.sendall(b"{")
    return connection


@pytest.fixture(scope="module")
def flooded_shop(migrated_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop that stands one flood after another."""
    folder = tmp_path_factory.mktemp("flooded")
    shutil.copytree(migrated_files, folder, dirs_exist_ok=True)
    with open_shop(folder, {"APP_DATABASE_URL": url_in(folder)}) as shop:
        yield shop


@pytest.mark.needs("products")
@pytest.mark.parametrize(
    "headers",
    [
        b"".join(b"X-%d: 1\r\n" % number for number in range(20_000)),
        b"X-Large: " + b"x" * 200_000 + b"\r\n",
        b"x" * 200_000,
        b"Transfer-Encoding: chunked\r\n\r\n0\r\nX-Trailer: " + b"x" * 200_000,
    ],
    ids=["many", "large", "endless", "trailers"],
)
def test_a_flood_of_headers_is_refused_and_others_are_served(
    flooded_shop: Shop, headers: bytes
) -> None:
    status = asked_with(flooded_shop, headers)

    assert 400 <= status < 500
    assert httpx.get(f"{flooded_shop.url}/api/products").status_code == 200


def asked_with(shop: Shop, headers: bytes) -> int:
    """The status of the answer to a request with these headers."""
    address = httpx.URL(shop.url)
    with socket.create_connection((address.host, address.port or 80), timeout=10) as connection:
        # The server need not take all of it before it answers and hangs up.
        with suppress(ConnectionError):
            connection.sendall(b"GET /api/products HTTP/1.1\r\nHost: localhost\r\n" + headers)
            connection.sendall(b"\r\n")
        return int(connection.recv(100).split()[1])


def test_an_answer_has_the_date_of_its_own_time(tmp_path: Path, settings: dict[str, str]) -> None:
    with open_shop(tmp_path, settings) as shop:

        def date() -> str:
            return httpx.get(f"{shop.url}/health/live").headers["Date"]

        first = date()

        def has_moved() -> None:
            assert date() != first

        eventually(has_moved)
        age = datetime.now(UTC) - parsedate_to_datetime(date())
        assert age < timedelta(seconds=2)


@pytest.mark.needs("products")
def test_log_lines_have_templates_and_ids_but_no_bodies_or_cookies(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    with open_shop(tmp_path, {**settings, "APP_LOG_FORMAT": "json"}) as shop:
        headers = {"X-Correlation-Id": "look-for-me", "Cookie": "session=confidential"}
        body = {"title": "confidential", "image": "confidential"}
        httpx.post(f"{shop.url}/api/products", json=body, headers=headers)
        httpx.get(f"{shop.url}/api/products/1?q=confidential", headers=headers)

    lines = [json.loads(line) for line in shop.log.read_text().splitlines()]
    mine = [line for line in lines if line.get("correlation_id") == "look-for-me"]
    assert [line["route"] for line in mine if line["event"] == "request"] == [
        "/api/products",
        "/api/products/{product_id}",
    ]
    assert "confidential" not in shop.log.read_text()
