"""A RabbitMQ node of its own for tests that need a real broker."""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import struct
import subprocess
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit
from uuid import uuid4

from tests.services.guard import remove_folder
from tests.services.processes import GuardedProcess, free_port, wait_until

CONTROL = Path(__file__).with_name("control.erl")
# Debian's command on PATH insists on the user rabbitmq; the script below it does not.
SCRIPT_FOLDERS = ["/usr/lib/rabbitmq/bin", "/opt/homebrew/sbin", "/usr/local/sbin"]

CONFIGURATION = """\
listeners.tcp.1 = 127.0.0.1:{port}
disk_free_limit.absolute = 10MB
log.console = false
"""

TLS_CONFIGURATION = """\
listeners.ssl.1 = 127.0.0.1:{port}
ssl_options.certfile = {certificate}
ssl_options.keyfile = {key}
"""


def script(name: str) -> str | None:
    """Where RabbitMQ's script of this name is, or None."""
    return next(
        (str(path) for folder in SCRIPT_FOLDERS if (path := Path(folder) / name).exists()),
        shutil.which(name),
    )


class RabbitNode:
    """One broker in a folder of its own: loopback only, free ports, its own epmd and cookie.

    It disturbs no broker of the system, and ends with the owner of the lifeline. Use it as a
    context manager, or call `start` and `close`.
    """

    def __init__(self, folder: Path, lifeline: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._lifeline = lifeline
        self._env = self._environment()
        self._processes: list[GuardedProcess] = []
        self._write_configuration()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Starting and stopping

    def start(self) -> None:
        """Start the node and return when it serves."""
        self._control.unlink(missing_ok=True)
        server = str(script("rabbitmq-server"))
        self._processes = [
            self._run([_epmd(), "-port", self._env["ERL_EPMD_PORT"], "-address", "127.0.0.1"]),
            self._run([server, "-eval", f'file:eval("{CONTROL}")']),
        ]
        wait_until(self._serves, what=f"RabbitMQ in {self.folder}")

    def stop(self) -> None:
        """Shut the node down in order, as an operator would."""
        for process in reversed(self._processes):
            process.ask_to_end(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL the node: no connection is closed, nothing is tidied up."""
        # The node saves its list of quorum queues twice a second; one that it forgets comes back
        # broken. That is a weakness of the broker, and no test is about it.
        with contextlib.suppress(OSError):
            self.evaluate("[dets:sync(Table) || Table <- dets:all()].")
        for process in reversed(self._processes):
            process.kill()

    def restart(self) -> None:
        """Stop in order and start again, on the same ports with the same data."""
        self.stop()
        self.start()

    def close(self) -> None:
        """End the node and remove its folder."""
        self.kill()
        remove_folder(self.folder)

    # Using it

    def url(self, vhost: str = "%2F") -> str:
        """The AMQP URL of a virtual host."""
        return f"amqp://guest:guest@127.0.0.1:{self.port}/{vhost}"

    def ctl(self, *arguments: str) -> str:
        """Run rabbitmqctl against the node (half a second) and return what it prints."""
        command = [str(script("rabbitmqctl")), "--quiet", *arguments]
        done = subprocess.run(
            command, env=self._env, cwd=self.folder, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"rabbitmqctl {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout

    def evaluate(self, expressions: str) -> str:
        """Evaluate Erlang expressions in the node (a millisecond) and return the value as text."""
        return evaluate(self._control, expressions)

    def close_connections(self) -> None:
        """Close every client connection, as an operator would."""
        self.evaluate(
            'rabbit_networking:close_connections(rabbit_networking:connections(), "by a test").'
        )

    def block_publishers(self) -> None:
        """Raise the memory alarm: connections that publish are blocked until told otherwise."""
        self.evaluate("rabbit_alarm:set_alarm({{resource_limit, memory, node()}, []}).")

    def unblock_publishers(self) -> None:
        """Clear the memory alarm."""
        self.evaluate("rabbit_alarm:clear_alarm({resource_limit, memory, node()}).")

    def fill_disk(self) -> None:
        """Raise the disk alarm, which blocks publishers, too."""
        self.evaluate("rabbit_alarm:set_alarm({{resource_limit, disk, node()}, []}).")

    def empty_disk(self) -> None:
        """Clear the disk alarm."""
        self.evaluate("rabbit_alarm:clear_alarm({resource_limit, disk, node()}).")

    def suspend(self) -> None:
        """Let it say nothing more, without closing a connection."""
        self._suspended = int(self.evaluate("list_to_integer(os:getpid())."))
        os.kill(self._suspended, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on after `suspend`."""
        os.kill(self._suspended, signal.SIGCONT)

    def restart_with_tls(self, certificate: Path, key: Path) -> str:
        """Listen to TLS as well, and return the AMQPS URL."""
        port = free_port()
        with (self.folder / "rabbitmq.conf").open("a") as configuration:
            configuration.write(
                TLS_CONFIGURATION.format(port=port, certificate=certificate, key=key)
            )
        self.restart()
        return f"amqps://guest:guest@127.0.0.1:{port}/%2F"

    def new_vhost(self) -> str:
        """Make an empty virtual host and return its URL."""
        return self.url(new_vhost(self._control))

    def delete_vhost(self, url: str) -> None:
        """Delete the virtual host that this URL names, closing its connections."""
        delete_vhost(self._control, urlsplit(url).path.removeprefix("/"))

    # Inside

    @property
    def _control(self) -> Path:
        return self.folder / "control"

    def _serves(self) -> bool:
        if not all(process.running for process in self._processes):
            raise RuntimeError(f"RabbitMQ did not start:\n{self._output.read_text()[-3000:]}")
        try:
            return self.evaluate("rabbit:is_running().") == "true"
        except OSError:
            return False

    def _run(self, command: list[str]) -> GuardedProcess:
        return GuardedProcess(
            command,
            lifeline=self._lifeline,
            folder=self.folder,
            output=self._output,
            env=self._env,
        )

    @property
    def _output(self) -> Path:
        return self.folder / "output.log"

    def _environment(self) -> dict[str, str]:
        """All that the scripts read; nothing of the system's own broker shines through."""
        folder = self.folder
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "ERL_EPMD_PORT": str(free_port()),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"test-{self.port}@localhost",
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_CONF_ENV_FILE": str(folder / "none"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "none.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(folder / "data"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            # Waking a sleeping scheduler is what a start mostly waits for.
            "RABBITMQ_SCHEDULER_BUSY_WAIT_THRESHOLD": "short",
            # The script then becomes the node instead of minding it: signals go to the node.
            "detached": "yes",
        }

    def _write_configuration(self) -> None:
        (self.folder / "rabbitmq.conf").write_text(CONFIGURATION.format(port=self.port))
        (self.folder / "enabled_plugins").write_text("[].\n")
        cookie = self.folder / ".erlang.cookie"
        cookie.write_text(secrets.token_hex(16))
        cookie.chmod(0o400)


def new_vhost(control: Path) -> str:
    """Make an empty virtual host in the node that listens there, and return its name."""
    name = f"test-{uuid4().hex}"
    add_vhost(control, name)
    return name


def add_vhost(control: Path, name: str) -> None:
    """Make an empty virtual host of this name."""
    evaluate(
        control,
        f'rabbit_vhost:add(<<"{name}">>, <<"tests">>),'
        f'rabbit_auth_backend_internal:set_permissions(<<"guest">>, <<"{name}">>,'
        ' <<".*">>, <<".*">>, <<".*">>, <<"tests">>).',
    )


def delete_vhost(control: Path, name: str) -> None:
    """Delete a virtual host with its queues, closing its connections."""
    evaluate(control, f'rabbit_vhost:delete(<<"{name}">>, <<"tests">>).')


def evaluate(control: Path, expressions: str) -> str:
    """Evaluate Erlang expressions in the node that listens there; RuntimeError if they fail."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(30)
        connection.connect(str(control))
        text = expressions.encode()
        connection.sendall(struct.pack(">I", len(text)) + text)
        with connection.makefile("rb") as answers:
            (length,) = struct.unpack(">I", answers.read(4) or b"\0" * 4)
            outcome, _, value = answers.read(length).decode().partition(" ")
    if outcome != "ok":
        raise RuntimeError(f"{expressions} → {outcome} {value}")
    return value


def _epmd() -> str:
    """Erlang's port mapper; not every system has it on PATH."""
    found = shutil.which("epmd")
    if found:
        return found
    erlang = Path(str(shutil.which("erl"))).resolve().parent.parent
    return str(next(erlang.glob("**/erts-*/bin/epmd")))
