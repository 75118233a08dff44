"""The real services that tests start: they serve, survive, and leave nothing behind."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pika
import psycopg
import pytest

from tests.browser import windows
from tests.services import (
    PostgresCluster,
    RabbitNode,
    given,
    plugin,
    postgres,
    rabbitmq,
    wait_until,
)
from tests.services.processes import free_port

ROOT = Path(__file__).parents[2]
QUORUM = {"x-queue-type": "quorum"}


def connect(url: str) -> pika.BlockingConnection:
    return pika.BlockingConnection(pika.URLParameters(url))


def publish(url: str, queue: str, body: bytes) -> None:
    connection = connect(url)
    channel = connection.channel()
    channel.confirm_delivery()
    channel.queue_declare(queue, durable=True, arguments=QUORUM)
    channel.basic_publish("", queue, body, pika.BasicProperties(delivery_mode=2))
    connection.close()


def first_message(url: str, queue: str) -> bytes | None:
    connection = connect(url)
    body: bytes | None = connection.channel().basic_get(queue, auto_ack=True)[2]
    connection.close()
    return body


def test_each_test_gets_an_empty_virtual_host(rabbitmq_url: str) -> None:
    publish(rabbitmq_url, "letters", b"hello")

    assert first_message(rabbitmq_url, "letters") == b"hello"
    assert urlsplit(rabbitmq_url).path.startswith("/test-")


def test_each_test_gets_an_empty_database(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE TABLE letters (body text)")
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()

    assert tables == [("letters",)]


@pytest.mark.matrix
def test_a_killed_or_stopped_broker_comes_back_with_its_durable_messages(
    own_rabbit_node: Callable[[], RabbitNode],
) -> None:
    node = own_rabbit_node()
    url = node.new_vhost()
    publish(url, "letters", b"kept")

    node.kill()
    with pytest.raises(pika.exceptions.AMQPConnectionError):
        connect(url)
    node.start()

    assert first_message(url, "letters") == b"kept"
    publish(url, "letters", b"kept as well")
    node.restart()
    assert first_message(url, "letters") == b"kept as well"


@pytest.mark.matrix
def test_a_broker_obeys_its_operator(own_rabbit_node: Callable[[], RabbitNode]) -> None:
    node = own_rabbit_node()
    blocked: list[object] = []
    connection = connect(node.new_vhost())
    connection.add_on_connection_blocked_callback(lambda *_: blocked.append(True))
    connection.add_on_connection_unblocked_callback(lambda *_: blocked.clear())

    def hears(condition: Callable[[], bool]) -> bool:
        connection.process_data_events(time_limit=0)
        return condition()

    node.block_publishers()
    connection.channel().basic_publish("", "nowhere", b"")
    wait_until(lambda: hears(lambda: bool(blocked)), what="the alarm")
    node.unblock_publishers()
    wait_until(lambda: hears(lambda: not blocked), what="the end of the alarm")
    node.close_connections()
    with pytest.raises(pika.exceptions.ConnectionClosedByBroker):
        wait_until(lambda: hears(lambda: False), what="the connection to be closed")

    assert node.ctl("list_connections", "pid").strip() == ""
    assert "test-" in node.ctl("list_vhosts")


@pytest.mark.matrix
def test_a_killed_database_server_comes_back_with_what_was_committed(
    own_postgres_cluster: Callable[[], PostgresCluster],
) -> None:
    cluster = own_postgres_cluster()
    url = cluster.new_database()
    idle = psycopg.connect(url)
    idle.execute("CREATE TABLE letters AS SELECT 'kept' AS body")
    idle.commit()

    cluster.kill()
    cluster.start()

    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT body FROM letters").fetchall() == [("kept",)]
    cluster.restart()
    cluster.drop_database(url)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(url)
    idle.close()


STUCK = """
def test_that_never_ends(own_postgres_cluster, {shared}, pytestconfig):
    from tests.services.plugin import WORKSHOP
    own_postgres_cluster()
    with open({note!r}, "w") as note:
        note.write(str(pytestconfig.stash[WORKSHOP].folder))
    import threading
    threading.Event().wait()
"""


@pytest.mark.matrix
@pytest.mark.parametrize(
    ("number", "shared"),
    [
        (signal.SIGINT, "postgres_url"),
        (signal.SIGKILL, "postgres_url"),
        (signal.SIGKILL, "rabbitmq_url"),
    ],
)
def test_nothing_is_left_running_however_pytest_ends(
    number: signal.Signals,
    shared: str,
    tmp_path: Path,
    own_rabbit_node: object,
    own_postgres_cluster: object,
) -> None:
    note, test = tmp_path / "note", tmp_path / "test_stuck.py"
    test.write_text(STUCK.format(note=str(note), shared=shared))
    options = ["-p", "no:cacheprovider", "-n", "0", "-c", str(ROOT / "pyproject.toml")]
    command = [sys.executable, "-m", "pytest", *options, "-p", "tests.services.plugin"]
    pytest_run = subprocess.Popen([*command, str(test)], cwd=ROOT, preexec_fn=heed_interrupts)
    wait_until(lambda: note.exists() and note.read_text() != "", what="the servers")
    folder = Path(note.read_text())

    pytest_run.send_signal(number)
    pytest_run.wait(60)

    wait_until(lambda: not commands_naming(folder), what="the servers to end")
    assert not folder.exists()


def heed_interrupts() -> None:
    # What was started in the background ignores them, and so do its children.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def commands_naming(folder: Path) -> list[str]:
    processes = subprocess.run(["ps", "-A", "-ww", "-o", "args"], capture_output=True, text=True)
    return [line for line in processes.stdout.splitlines() if str(folder) in line]


def test_a_missing_service_skips_the_test_and_says_how_to_have_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(plugin.REQUIRED, raising=False)
    monkeypatch.setattr(rabbitmq, "script", lambda _: None)

    with pytest.raises(pytest.skip.Exception, match=r"RabbitMQ is not installed.* install rabbit"):
        plugin.require_rabbitmq()


def test_a_missing_browser_skips_the_test_and_says_how_to_have_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _without_browser(monkeypatch)
    monkeypatch.delenv(plugin.REQUIRED, raising=False)

    with pytest.raises(pytest.skip.Exception, match=r"Chromium is not installed.* chromium"):
        windows.chromium()


def test_a_missing_browser_fails_the_test_where_services_are_required(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _without_browser(monkeypatch)
    monkeypatch.setenv(plugin.REQUIRED, "1")

    with pytest.raises(pytest.fail.Exception, match="Chromium is not installed"):
        windows.chromium()


def _without_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "NAMES", [])
    monkeypatch.setattr(windows, "ELSEWHERE", [])


def test_a_missing_service_fails_the_test_where_services_are_required(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(plugin.REQUIRED, "1")
    monkeypatch.setattr(postgres, "program", lambda _: None)

    with pytest.raises(pytest.fail.Exception, match="PostgreSQL is not installed"):
        plugin.require_postgres()


def test_a_given_broker_that_makes_no_virtual_host_is_named_in_the_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(given, "MANAGEMENT_PORT", free_port())

    with pytest.raises(given.CannotMakeVhost, match="APP_TEST_RABBITMQ_URL"):
        given.new_vhost("amqp://guest:guest@127.0.0.1/")
