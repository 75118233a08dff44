"""pytest fixtures for real services, shared among the workers and ended with pytest.

`rabbitmq_url` and `postgres_url` give each test an empty virtual host or database on a server that
the whole run shares. `own_rabbit_node` and `own_postgres_cluster` start servers for one test, to
be stopped, killed or blocked. Where the programs are missing the test is skipped, which the end of
the run says loudly; with APP_TEST_REQUIRE_SERVICES=1 it fails.
"""

import os
import platform
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NoReturn, Protocol, TypeVar
from urllib.parse import urlsplit

import pytest
from filelock import FileLock

from tests.services import given, postgres, rabbitmq
from tests.services.guard import remove_folder
from tests.services.postgres import PostgresCluster
from tests.services.processes import Lifeline
from tests.services.rabbitmq import RabbitNode

REQUIRED = "APP_TEST_REQUIRE_SERVICES"
MISSING = "real service missing: "


class Service(Protocol):
    """What the fixtures ask of a server."""

    folder: Path

    def start(self) -> None: ...

    def close(self) -> None: ...


S = TypeVar("S", bound=Service, covariant=True)


class Maker(Protocol[S]):
    """A class of services."""

    def __call__(self, folder: Path, lifeline: Path) -> S: ...


class Workshop:
    """Where this process keeps its servers; whatever it leaves running ends with it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="services-"))
        # A database server of another user lives in there.
        self.folder.chmod(0o711)
        self.lifeline = Lifeline(self.folder / "lifeline")
        # Kept, because a process that nobody holds any longer makes Python warn.
        self.shared: list[Service] = []

    def new_folder(self) -> Path:
        return Path(tempfile.mkdtemp(prefix="s-", dir=self.folder))

    def close(self) -> None:
        """End every server, wait until they are gone, and leave no file."""
        self.lifeline.release()
        remove_folder(self.folder)


WORKSHOP = pytest.StashKey[Workshop]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[WORKSHOP] = Workshop()


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[WORKSHOP].close()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell an xdist worker where the whole run keeps what it shares."""
    node.workerinput["shared_services"] = str(node.config.stash[WORKSHOP].folder)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was skipped for want of a service, and the line that gets it."""
    reports = terminalreporter.stats.get("skipped", [])
    reasons = [str(report.longrepr[2]).partition(MISSING)[2] for report in reports]
    wanting = [reason for reason in reasons if reason]
    if wanting:
        terminalreporter.section("NOT TESTED", sep="!", red=True, bold=True)
        for reason in sorted(set(wanting)):
            terminalreporter.line(f"skipped {wanting.count(reason)}: {reason}", yellow=True)


# Shared servers


@pytest.fixture(scope="session")
def shared_folder(pytestconfig: pytest.Config) -> Path:
    """The folder of the servers that all workers share; they live as long as the run."""
    worker_input: dict[str, str] = getattr(pytestconfig, "workerinput", {})
    own = str(pytestconfig.stash[WORKSHOP].folder)
    return Path(worker_input.get("shared_services", own))


@pytest.fixture(scope="session")
def shared_broker(shared_folder: Path, pytestconfig: pytest.Config) -> tuple[str, Path]:
    """The AMQP URL of the broker that the run shares, and the control socket beside it."""
    require_rabbitmq()
    url, folder = shared_url("rabbitmq", RabbitNode, shared_folder, pytestconfig.stash[WORKSHOP])
    return url, folder / "control"


@pytest.fixture(scope="session")
def shared_database_server(shared_folder: Path, pytestconfig: pytest.Config) -> str:
    """The URL of the database server that the run shares."""
    require_postgres()
    return shared_url("postgres", PostgresCluster, shared_folder, pytestconfig.stash[WORKSHOP])[0]


class Addressed(Service, Protocol):
    """A server with an address."""

    def url(self) -> str: ...


def shared_url(
    name: str, make: "Maker[Addressed]", shared: Path, workshop: Workshop
) -> tuple[str, Path]:
    """The URL and folder of the run's server of this name; the first to ask starts it."""
    folder, note = shared / name, shared / f"{name}.url"
    with FileLock(shared / f"{name}.lock"), ExitStack() as undo:
        if not note.exists():
            folder.mkdir(mode=0o700)
            server = started(make, folder, shared / "lifeline", undo)
            note.write_text(server.url())
            workshop.shared.append(server)
        undo.pop_all()
    return note.read_text(), folder


def started(make: "Maker[S]", folder: Path, lifeline: Path, stack: ExitStack) -> S:
    """Start a server in the folder, to end and vanish with the stack."""
    stack.callback(remove_folder, folder)
    server = make(folder, lifeline)
    stack.callback(server.close)
    server.start()
    return server


# What tests ask for


@pytest.fixture
def rabbitmq_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of an empty virtual host, deleted after the test."""
    with empty_vhost(request) as url:
        yield url


@pytest.fixture
def postgres_url(emptied_postgres_url: str) -> Iterator[str]:
    """The URL of an empty database, emptied after the test."""
    yield emptied_postgres_url
    postgres.empty_database(emptied_postgres_url)


@pytest.fixture(scope="session")
def emptied_postgres_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The database that the tests of a worker have one after another."""
    with empty_database(request) as url:
        yield url


@contextmanager
def empty_vhost(request: pytest.FixtureRequest) -> Iterator[str]:
    """A virtual host on the broker that the run was given, or else on the one it shares."""
    running = given.rabbitmq_url()
    if running:
        url = given.new_vhost(running)
        yield url
        given.delete_vhost(url)
        return
    server, control = request.getfixturevalue("shared_broker")
    name = rabbitmq.new_vhost(control)
    yield urlsplit(server)._replace(path=f"/{name}").geturl()
    rabbitmq.delete_vhost(control, name)


@contextmanager
def empty_database(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database on the server that the run was given, or else on the one it shares."""
    server = given.postgres_url() or request.getfixturevalue("shared_database_server")
    url = postgres.new_database(server)
    yield url
    postgres.drop_database(server, url)


@pytest.fixture
def own_rabbit_node(pytestconfig: pytest.Config) -> Iterator[Callable[[], RabbitNode]]:
    """Start a broker that belongs to this test alone; call it once for each node wanted."""
    require_rabbitmq()
    with ExitStack() as stack:
        yield lambda: own(RabbitNode, pytestconfig, stack)


@pytest.fixture
def own_postgres_cluster(pytestconfig: pytest.Config) -> Iterator[Callable[[], PostgresCluster]]:
    """Start a database server that belongs to this test alone; call it once for each wanted."""
    require_postgres()
    with ExitStack() as stack:
        yield lambda: own(PostgresCluster, pytestconfig, stack)


def own(make: "Maker[S]", config: pytest.Config, stack: ExitStack) -> S:
    """Start a server that ends with the stack."""
    workshop = config.stash[WORKSHOP]
    return started(make, workshop.new_folder(), workshop.lifeline.path, stack)


# What is missing


def require_rabbitmq() -> None:
    """Skip the test, or fail it, where RabbitMQ is not installed."""
    if rabbitmq.script("rabbitmq-server") is None:
        lacking("RabbitMQ", apt="rabbitmq-server", brew="rabbitmq")


def require_postgres() -> None:
    """Skip the test, or fail it, where PostgreSQL is not installed."""
    if postgres.program("initdb") is None:
        lacking("PostgreSQL", apt="postgresql", brew="postgresql")


def lacking(service: str, *, apt: str, brew: str) -> NoReturn:
    """Skip the test, or fail it, and say the line that installs the service."""
    install = f"brew install {brew}" if platform.system() == "Darwin" else f"sudo apt install {apt}"
    reason = f"{MISSING}{service} is not installed. To have it: {install}"
    if os.environ.get(REQUIRED) == "1":
        pytest.fail(f"{reason} ({REQUIRED}=1 makes this a failure)", pytrace=False)
    pytest.skip(reason)
