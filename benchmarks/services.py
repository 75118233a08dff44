"""The database server and the broker of a run, as durable as in production."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Self

from tests.services import PostgresCluster, RabbitNode, given
from tests.services.postgres import drop_database, new_database
from tests.services.processes import Lifeline

DURABLE: list[str] = ["max_connections=200", "max_wal_size=8GB", "checkpoint_timeout=30min"]
"""Every commit reaches the disk. Checkpoints are too rare to fall into single rounds."""


class Services:
    """Starts each server at its first use, unless the environment names a running one."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._folder = Path()
        self._node: RabbitNode | None = None
        self._cluster: PostgresCluster | None = None

    def __enter__(self) -> Self:
        self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        self._folder.chmod(0o711)  # the database server runs as another user
        self._lifeline = Lifeline(self._folder / "lifeline")
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @contextmanager
    def place(self, needs: frozenset[str]) -> Iterator[Mapping[str, str]]:
        """The environment variables of an empty folder, database and virtual host."""
        with ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(dir=self._folder))
            environment = {"BENCH_FOLDER": folder}
            if "postgresql" in needs:
                environment["BENCH_DATABASE_URL"] = stack.enter_context(self._database())
            if "rabbitmq" in needs:
                environment["BENCH_RABBITMQ_URL"] = stack.enter_context(self._vhost())
            yield environment

    @contextmanager
    def _database(self) -> Iterator[str]:
        server = given.postgres_url() or self._own_cluster().url()
        url = new_database(server)
        yield url
        drop_database(server, url)

    @contextmanager
    def _vhost(self) -> Iterator[str]:
        running = given.rabbitmq_url()
        if running:
            url = given.new_vhost(running)
            yield url
            given.delete_vhost(url)
        else:
            node = self._own_node()
            url = node.new_vhost()
            yield url
            node.delete_vhost(url)

    def _own_cluster(self) -> PostgresCluster:
        if self._cluster is None:
            folder = self._new_folder("postgresql")
            cluster = PostgresCluster(folder, self._lifeline.path, options=DURABLE)
            self._cluster = self._stack.enter_context(cluster)
        return self._cluster

    def _own_node(self) -> RabbitNode:
        if self._node is None:
            node = RabbitNode(self._new_folder("rabbitmq"), self._lifeline.path)
            self._node = self._stack.enter_context(node)
        return self._node

    def _new_folder(self, name: str) -> Path:
        folder = self._folder / name
        folder.mkdir(mode=0o700)
        return folder
