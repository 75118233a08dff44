"""Readiness names each part, and what is wrong with it while it is wrong."""

import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest

from app.container import MODULE_NAMES
from features.eventually import eventually
from features.shop import Shop, open_shop, serving
from tests.app.processes import run_app
from tests.services import PostgresCluster, RabbitNode, rabbitmq
from tests.services.plugin import lacking, own, require_postgres, require_rabbitmq
from tests.services.processes import SECONDS_TO_TAKE_OVER

NEEDS = ["products", "likes"]

PRODUCT = {"title": "mug", "description": "", "image": "image"}


def readiness(shop: Shop) -> httpx.Response:
    """What the shop says of itself."""
    return httpx.get(f"{shop.url}/health/ready")


def is_degraded(shop: Shop, sentence: str) -> None:
    """It goes on serving and says what is wrong."""

    def look() -> None:
        answer = readiness(shop)
        said = answer.json()
        assert any(sentence in each for each in said["degraded"]), said
        assert (answer.status_code, said["status"]) == (200, "degraded")

    eventually(look)


def is_ready(shop: Shop) -> None:
    """All is well again."""

    def look() -> None:
        said = readiness(shop).json()
        assert said["status"] == "ready", said

    eventually(look)


def add_product(shop: Shop) -> int:
    """Writing works, whatever readiness says."""
    answer = httpx.post(f"{shop.url}/api/products", json=PRODUCT)
    assert answer.status_code == 201
    return int(answer.json()["id"])


def is_in_storefront(shop: Shop, product: int) -> None:
    """What was written has come to another module."""

    def look() -> None:
        shown = httpx.get(f"{shop.url}/api/likes", params={"limit": 1000}).json()
        assert product in [each["id"] for each in shown]

    eventually(look)


@pytest.mark.needs("person")
def test_in_one_process_every_part_is_named(tmp_path: Path, migrated_url: str) -> None:
    with open_shop(tmp_path, {"APP_DATABASE_URL": migrated_url}) as shop:
        is_ready(shop)
        said = readiness(shop).json()

    assert said["broker"] == "none"
    assert said["modules"]["likes"] == {
        "database": "up",
        "migrations": "current",
        "bus": {"relay": "here", "consumer": "alive", "oldest_waiting_seconds": 0, "faults": []},
    }
    assert said["modules"]["person"]["bus"]["consumer"] == "none"


@pytest.mark.matrix
def test_a_lost_virtual_host_degrades_and_its_return_mends(
    tmp_path: Path, migrated_url: str, shared_broker: tuple[str, Path], rabbitmq_url: str
) -> None:
    control, name = shared_broker[1], urlsplit(rabbitmq_url).path.removeprefix("/")
    with open_shop(tmp_path, over_broker(rabbitmq_url, migrated_url)) as shop:
        is_ready(shop)

        rabbitmq.delete_vhost(control, name)
        is_degraded(shop, f"has no virtual host {name}")
        product = add_product(shop)
        rabbitmq.add_vhost(control, name)

        is_ready(shop)
        is_in_storefront(shop, product)


def over_broker(rabbitmq_url: str, database_url: str) -> dict[str, str]:
    """The settings of one process over RabbitMQ."""
    return {
        "APP_BUS": "rabbitmq",
        "APP_RABBITMQ_URL": rabbitmq_url,
        "APP_DATABASE_URL": database_url,
    }


@pytest.fixture(scope="module")
def node(pytestconfig: pytest.Config) -> Iterator[RabbitNode]:
    """A broker that these tests mistreat in turn."""
    require_rabbitmq()
    with ExitStack() as stack:
        yield own(RabbitNode, pytestconfig, stack)


@pytest.fixture(scope="module")
def cluster(pytestconfig: pytest.Config) -> Iterator[PostgresCluster]:
    """A database server that these tests mistreat in turn."""
    require_postgres()
    with ExitStack() as stack:
        yield own(PostgresCluster, pytestconfig, stack)


@dataclass(frozen=True)
class Broker:
    """A node to be mistreated, and a virtual host in it."""

    node: RabbitNode
    url: str

    def delete_queue(self, name: str) -> None:
        vhost = urlsplit(self.url).path.removeprefix("/")
        self.node.ctl("delete_queue", name, "--vhost", vhost)


@pytest.fixture
def broker(node: RabbitNode) -> Iterator[Broker]:
    """An empty virtual host on it."""
    url = node.new_vhost()
    yield Broker(node, url)
    node.delete_vhost(url)


@dataclass(frozen=True)
class Fault:
    """Something done to a broker, how it is undone, and what readiness says meanwhile."""

    begin: Callable[[Broker], None]
    end: Callable[[Broker], None]
    sentence: str


def mends_itself(_broker: Broker) -> None:
    """Nothing has to be done."""


REFUSED = "does not answer (connection refused)"


def blocked(by: str) -> str:
    """What is said while the broker takes no messages."""
    return f"blocks publishers: {by} alarm"


FAULTS = {
    "stopped": Fault(lambda b: b.node.stop(), lambda b: b.node.start(), REFUSED),
    "killed": Fault(lambda b: b.node.kill(), lambda b: b.node.start(), REFUSED),
    "memory alarm": Fault(
        lambda b: b.node.block_publishers(),
        lambda b: b.node.unblock_publishers(),
        blocked("memory"),
    ),
    "disk alarm": Fault(
        lambda b: b.node.fill_disk(), lambda b: b.node.empty_disk(), blocked("disk")
    ),
    "silent link": Fault(
        lambda b: b.node.suspend(),
        lambda b: b.node.resume(),
        "was silent for too long",
    ),
    "lost queue": Fault(
        lambda b: b.delete_queue("events.likes"), mends_itself, "likes: it consumes no events"
    ),
    "closed connections": Fault(
        lambda b: b.node.close_connections(), mends_itself, "closed the connection"
    ),
}


@contextmanager
def watched(shop: Shop) -> Iterator[set[str]]:
    """Every sentence of readiness while the block runs, for some faults are over in no time."""
    said: set[str] = set()
    over = threading.Event()

    def watch() -> None:
        while not over.is_set():
            answer = readiness(shop)
            if answer.status_code == 200:
                said.update(answer.json()["degraded"])

    with ThreadPoolExecutor(1) as pool:
        watching = pool.submit(watch)
        try:
            yield said
        finally:
            over.set()
    watching.result()


def is_said(said: set[str], sentence: str) -> None:
    """Some sentence comes to have these words."""

    def look() -> None:
        assert any(sentence in each for each in set(said)), said

    eventually(look)


@pytest.mark.matrix
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_of_the_broker_shows_while_it_lasts_and_no_write_is_refused(
    tmp_path: Path, migrated_url: str, broker: Broker, fault: Fault
) -> None:
    with open_shop(tmp_path, over_broker(broker.url, migrated_url)) as shop:
        is_ready(shop)
        is_in_storefront(shop, add_product(shop))

        with watched(shop) as said:
            fault.begin(broker)
            try:
                product = add_product(shop)
                is_said(said, fault.sentence)
                if "blocks" in fault.sentence:
                    assert readiness(shop).json()["broker"] == "blocked"
                    assert "app_broker_up 0.0" in httpx.get(f"{shop.url}/metrics").text
            finally:
                fault.end(broker)

        is_ready(shop)
        is_in_storefront(shop, product)


@pytest.mark.matrix
def test_a_database_that_is_away_is_told_and_comes_back(
    tmp_path: Path, cluster: PostgresCluster
) -> None:
    with open_shop(tmp_path, {"APP_DATABASE_URL": cluster.new_database()}) as shop:
        add_product(shop)

        cluster.stop()
        with coming_back(cluster):
            eventually(lambda: is_unable(shop, "products: its database is away"))
            refused = httpx.post(f"{shop.url}/api/products", json=PRODUCT)
            assert refused.status_code == 503
            assert refused.headers["Retry-After"]
            assert httpx.get(f"{shop.url}/health/live").status_code == 200

        is_ready(shop)
        is_in_storefront(shop, add_product(shop))


@pytest.mark.matrix
@pytest.mark.parametrize("bus", ["memory", "rabbitmq"])
def test_a_database_that_is_away_at_the_start_is_awaited_and_migrated(
    tmp_path: Path, cluster: PostgresCluster, rabbitmq_url: str, bus: str
) -> None:
    settings = {**over_broker(rabbitmq_url, cluster.new_database()), "APP_BUS": bus}
    cluster.stop()
    with serving(tmp_path, settings) as shop:
        with coming_back(cluster):
            eventually(lambda: is_unable(shop, "products: its database is away"))
            assert httpx.get(f"{shop.url}/health/live").status_code == 200
            assert httpx.get(f"{shop.url}/api/products").status_code == 503
            eventually(lambda: every_relay_has_told(shop))
            told = warnings(shop)

        is_ready(shop)
        is_in_storefront(shop, add_product(shop))

    assert "APP_DATABASE_URL" in told[0]
    assert len(told) == 1 + len(MODULE_NAMES), told
    # Until it is migrated, too, one thread speaks for all.
    assert all("the relay steps down" in line for line in warnings(shop)[1:]), warnings(shop)


def warnings(shop: Shop) -> list[str]:
    """What it has warned of."""
    return [line for line in shop.log.read_text().splitlines() if "[warning" in line]


def every_relay_has_told(shop: Shop) -> None:
    """One line per module says that its database is away."""
    assert shop.log.read_text().count("the relay steps down") == len(MODULE_NAMES)


@contextmanager
def coming_back(cluster: PostgresCluster) -> Iterator[None]:
    """It is there again for this and the next test, however this block ends."""
    try:
        yield
    finally:
        cluster.start()


def test_a_schema_that_the_user_may_not_use_is_named_and_requests_are_503_in_one_line(
    tmp_path: Path, postgres_url: str
) -> None:
    assert run_app(tmp_path, {"APP_DATABASE_URL": postgres_url}, "migrate").returncode == 0
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE ROLE stranger LOGIN")
        try:
            url = urlsplit(postgres_url)
            theirs = url._replace(netloc=f"stranger@{url.hostname}:{url.port}").geturl()
            with serving(tmp_path, {"APP_DATABASE_URL": theirs}, migrate=False) as shop:
                denied = "(permission denied for schema products)"
                eventually(lambda: is_unable(shop, f"products: its database is away {denied}"))
                assert httpx.get(f"{shop.url}/api/products").status_code == 503
                log = shop.log.read_text()
        finally:
            connection.execute("DROP ROLE stranger")

    assert "Traceback" not in log


@pytest.mark.matrix
def test_a_database_that_comes_unmigrated_is_told_until_it_is_migrated(
    tmp_path: Path, cluster: PostgresCluster
) -> None:
    settings = {"APP_DATABASE_URL": cluster.new_database()}
    cluster.stop()
    with serving(tmp_path, settings, migrate=False) as shop:
        with coming_back(cluster):
            eventually(lambda: is_unable(shop, "products: its database is away"))

        eventually(lambda: is_unable(shop, "products: its database is not at this version"))
        assert run_app(tmp_path, settings, "migrate").returncode == 0

        is_ready(shop)
        is_in_storefront(shop, add_product(shop))


def is_unable(shop: Shop, sentence: str) -> None:
    """It asks for no requests, and says why."""
    try:
        answer = readiness(shop)
    except httpx.TransportError as error:
        raise AssertionError(shop.log.read_text()) from error
    assert answer.status_code == 503
    assert sentence in answer.json()["detail"]


@pytest.mark.matrix
def test_a_database_that_takes_no_writes_is_no_reason_to_lose_any(
    tmp_path: Path, cluster: PostgresCluster
) -> None:
    url = cluster.new_database()
    with open_shop(tmp_path, {"APP_DATABASE_URL": url}) as shop:
        product = add_product(shop)
        is_in_storefront(shop, product)

        # What providers of databases do when the disk is full.
        set_read_only(url, "on")
        refused = httpx.post(f"{shop.url}/api/products", json=PRODUCT)
        assert refused.status_code == 503
        assert httpx.get(f"{shop.url}/api/products/{product}").status_code == 200
        set_read_only(url, "off")

        # 503 once more where a session that it used a moment ago is one of those ended.
        is_in_storefront(shop, eventually(lambda: add_product(shop)))
        letters = httpx.get(f"{shop.url}/api/bus/likes/dead-letters").json()
        assert letters == []


def set_read_only(url: str, value: str) -> None:
    """Let a database take no writes, or take them again, in sessions old and new."""
    name = urlsplit(url).path.removeprefix("/")
    writing = "-c default_transaction_read_only=off"
    with psycopg.connect(url, autocommit=True, options=writing) as connection:
        connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = {value}")
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def relay_is(where: str, shop: Shop) -> None:
    """So a process says of the relay of products."""
    said = readiness(shop)
    assert said.status_code == 200, said.text
    assert said.json()["modules"]["products"]["bus"]["relay"] == where


@pytest.mark.matrix
def test_another_instance_takes_over_within_seconds_of_a_kill(
    tmp_path: Path, postgres_url: str, rabbitmq_url: str
) -> None:
    settings = {**over_broker(rabbitmq_url, postgres_url), "APP_SECRET_KEY": "k" * 32}
    first_folder, second_folder = tmp_path / "first", tmp_path / "second"
    first_folder.mkdir()
    second_folder.mkdir()
    with ExitStack() as shops:
        first = shops.enter_context(open_shop(first_folder, settings))
        is_ready(first)
        second = shops.enter_context(open_shop(second_folder, settings))
        is_ready(second)
        relay_is("here", first)
        relay_is("elsewhere", second)
        is_in_storefront(second, add_product(second))

        first.server.send_signal(signal.SIGKILL)
        product = add_product(second)

        eventually(lambda: relay_is("here", second), SECONDS_TO_TAKE_OVER)
        is_in_storefront(second, product)


def test_a_broker_that_refuses_the_password_is_told_in_one_line_without_it(
    tmp_path: Path, migrated_url: str, rabbitmq_url: str
) -> None:
    url = rabbitmq_url.replace("guest:guest@", "guest:wrong@")
    at = urlsplit(url)
    sentence = f"RabbitMQ at {at.hostname}:{at.port} refuses the user name or password"
    with open_shop(tmp_path, over_broker(url, migrated_url)) as shop:
        is_degraded(shop, sentence)
        add_product(shop)
        shown = readiness(shop)

    assert [each for each in shown.json()["degraded"] if "broker" in each] == [
        f"broker: {sentence}"
    ]
    lines = [line for line in shop.log.read_text().splitlines() if sentence in line]
    assert len(lines) == 1, lines
    assert "wrong" not in shop.log.read_text() + shown.text


@pytest.mark.matrix
def test_amqps_is_spoken_with_a_broker_whose_certificate_is_trusted_and_with_no_other(
    tmp_path: Path,
    migrated_url: str,
    own_rabbit_node: Callable[[], RabbitNode],
) -> None:
    certificate, key = new_certificate(tmp_path)
    url = own_rabbit_node().restart_with_tls(certificate, key)
    settings = over_broker(url, migrated_url)

    with open_shop(tmp_path, settings) as shop:
        is_degraded(shop, "certificate")
    with open_shop(tmp_path, {**settings, "SSL_CERT_FILE": str(certificate)}) as shop:
        is_ready(shop)
        is_in_storefront(shop, add_product(shop))


def new_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of 127.0.0.1 by itself, and its key; anyone on this machine may read them."""
    program = shutil.which("openssl")
    if program is None:
        lacking("OpenSSL", apt="openssl", brew="openssl")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    what = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "1"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(
        [str(program), "req", "-x509", "-newkey", "rsa:2048", "-nodes", *what, *files],
        check=True,
        capture_output=True,
    )
    return certificate, key
