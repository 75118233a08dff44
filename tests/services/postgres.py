"""A PostgreSQL cluster of its own for tests that need a real server."""

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
from psycopg.sql import SQL, Identifier

from tests.services.guard import remove_folder
from tests.services.processes import GuardedProcess, free_port, wait_until

FOLDERS = [
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
]
# A test's data need not survive a power cut.
OPTIONS = ["fsync=off", "full_page_writes=off", "max_connections=200"]


def program(name: str) -> str | None:
    """Where this program of the newest installed PostgreSQL is, or None."""
    return next(_programs(name), None)


def _programs(name: str) -> Iterator[str]:
    on_path = shutil.which(name)
    if on_path:
        yield on_path
    for pattern in FOLDERS:
        folders = Path("/").glob(pattern.lstrip("/"))
        yield from sorted((str(folder / name) for folder in folders), key=_version, reverse=True)


def _version(path: str) -> list[int]:
    return [int(part) for part in path.replace("@", "/").split("/") if part.isdigit()]


class PostgresCluster:
    """One server in a folder of its own: loopback only, a free port, no passwords.

    It ends with the owner of the lifeline. Use it as a context manager, or call `start` and
    `close`. PostgreSQL refuses to run as root, so root hands the folder to another user.
    """

    def __init__(self, folder: Path, lifeline: Path, *, options: Sequence[str] = OPTIONS) -> None:
        self.folder = folder
        self._options = options
        self.port = free_port()
        self._lifeline = lifeline
        self._user = _unprivileged_user()
        self._process: GuardedProcess | None = None
        self._initialise()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Starting and stopping

    def start(self) -> None:
        """Start the server and return when it serves."""
        self._process = self._run()
        wait_until(self._serves, what=f"PostgreSQL in {self.folder}")

    def stop(self) -> None:
        """Shut the server down in order, ending its sessions."""
        if self._process:
            self._process.ask_to_end(signal.SIGINT)

    def kill(self) -> None:
        """SIGKILL the server: nothing is flushed, no session is ended."""
        if self._process:
            self._process.kill()

    def restart(self) -> None:
        """Stop in order and start again, on the same port with the same data."""
        self.stop()
        self.start()

    def close(self) -> None:
        """End the server and remove its folder."""
        self.kill()
        remove_folder(self.folder)

    # Using it

    def url(self, database: str = "postgres") -> str:
        """The URL of a database."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """Make an empty database and return its URL."""
        return new_database(self.url())

    def drop_database(self, url: str) -> None:
        """Drop a database, ending its sessions."""
        drop_database(self.url(), url)

    # Inside

    def _initialise(self) -> None:
        if self._user:
            shutil.chown(self.folder, self._user)
        options = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C"]
        command = [str(program("initdb")), "-D", str(self._data), *options, "--no-sync"]
        done = subprocess.run(
            command,
            user=self._user or None,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"initdb: {done.stderr}")
        (self._data / "postgresql.auto.conf").write_text("\n".join(self._options) + "\n")

    def _run(self) -> GuardedProcess:
        place = ["-D", str(self._data), "-k", str(self.folder), "-p", str(self.port)]
        return GuardedProcess(
            [str(program("postgres")), *place, "-c", "listen_addresses=127.0.0.1"],
            lifeline=self._lifeline,
            folder=self.folder,
            output=self._output,
            env=os.environ,
            user=self._user,
        )

    def _serves(self) -> bool:
        if self._process and not self._process.running:
            self._process = self._start_again()
        try:
            psycopg.connect(self.url(), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _start_again(self) -> GuardedProcess:
        """Start once more when sessions of a killed server still hold its memory; else raise."""
        log = self._output.read_text()
        if "is still in use" not in log[-1000:]:
            raise RuntimeError(f"PostgreSQL did not start:\n{log[-3000:]}")
        return self._run()

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    @property
    def _output(self) -> Path:
        return self.folder / "output.log"


def new_database(server: str) -> str:
    """Make an empty database on the server that this URL leads to, and return its URL."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return urlsplit(server)._replace(path=f"/{name}").geturl()


def empty_database(url: str) -> None:
    """Leave nothing in the database that `url` names, ending its sessions.

    A tenth of what dropping it and making a new one costs: a new one has 300 files.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        _end_other_sessions(connection)
        schemas = connection.execute(
            "SELECT nspname FROM pg_namespace"
            " WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"
        ).fetchall()
        for (schema,) in schemas:
            connection.execute(SQL("DROP SCHEMA {} CASCADE").format(Identifier(schema)))
        connection.execute("CREATE SCHEMA public")


def _end_other_sessions(connection: psycopg.Connection) -> None:
    connection.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )


def keep_rows(url: str) -> None:
    """Remember the rows that every table has now, for `restore_rows`."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_KEEP)


def restore_rows(url: str) -> None:
    """Give every table the rows that `keep_rows` saw, ending the database's other sessions.

    A tenth of what making the tables anew costs.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        _end_other_sessions(connection)
        connection.execute(_RESTORE)


_KEEP = """
DO $$ DECLARE found record;
BEGIN
    CREATE SCHEMA kept;
    FOR found IN SELECT schemaname AS owner, tablename AS name FROM pg_tables
        WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'kept')
    LOOP
        EXECUTE format('CREATE TABLE kept.%I AS TABLE %I.%I',
            found.owner || '.' || found.name, found.owner, found.name);
    END LOOP;
END $$"""

_RESTORE = """
DO $$ DECLARE found record; has_rows boolean;
BEGIN
    FOR found IN SELECT schemaname AS owner, tablename AS name FROM pg_tables
        WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'kept')
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I.%I)', found.owner, found.name) INTO has_rows;
        IF has_rows THEN
            EXECUTE format('TRUNCATE %I.%I CASCADE', found.owner, found.name);
            EXECUTE format('INSERT INTO %I.%I TABLE kept.%I',
                found.owner, found.name, found.owner || '.' || found.name);
        END IF;
    END LOOP;
    PERFORM setval(format('%I.%I', schemaname, sequencename), start_value, false)
        FROM pg_sequences WHERE last_value IS NOT NULL;
END $$"""


def drop_database(server: str, url: str) -> None:
    """Drop the database that `url` names, ending its sessions."""
    name = urlsplit(url).path.lstrip("/")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())


def _unprivileged_user() -> str:
    """Who runs the server: "" for the present user, somebody else for root."""
    if os.geteuid() != 0:
        return ""
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
