"""Processes that tests start: each ends at the latest with the pytest process that owns it."""

import fcntl
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

GUARD = Path(__file__).with_name("guard.py")

PATIENCE_SECONDS = 60.0
"""How long a test waits for what has no promised time: slow machines may be slow.

It ends a wait that would never end, sooner and with more to say than pytest's own timeout.
"""
SECONDS_TO_TAKE_OVER = 10
"""Promised are 5; a machine that others keep busy takes twice as long.

Keepalives would tell of a death after 11, heartbeats after 20: neither is what is tried here.
"""


class Lifeline:
    """A locked file that tells guards whether their owner lives.

    The kernel frees the lock when the owner ends, killed or not. It is a POSIX record lock, which
    belongs to the process alone: a forked child of the owner does not prolong it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("w")
        fcntl.lockf(self._file, fcntl.LOCK_EX)

    def release(self) -> None:
        """End every process that depends on this lifeline, and wait until all are gone."""
        with Path(f"{self.path}.guards").open("w") as guards:
            self._file.close()
            wait_until(lambda: _can_lock(guards.fileno()), what=f"what {self.path} holds to end")


def _can_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class GuardedProcess:
    """A running command, its output in a file, that ends with the owner of the lifeline."""

    def __init__(
        self,
        command: list[str],
        *,
        lifeline: Path,
        folder: Path,
        output: Path,
        env: Mapping[str, str],
        user: str = "",
    ) -> None:
        guard = [sys.executable, "-I", "-S", str(GUARD), str(lifeline), str(folder), user]
        with output.open("ab") as stream:
            self._guard = subprocess.Popen(
                [*guard, *command],
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env=dict(env),
                # Ctrl-C in the terminal is for pytest, which then cleans up.
                start_new_session=True,
            )

    @property
    def running(self) -> bool:
        """Whether the command has not ended yet."""
        return self._guard.poll() is None

    def ask_to_end(self, number: signal.Signals) -> None:
        """Send the signal and wait until the command has ended."""
        if self.running:
            self._guard.send_signal(number)
            self._guard.wait(PATIENCE_SECONDS)

    def kill(self) -> None:
        """SIGKILL the command and return when it is gone."""
        self.ask_to_end(signal.SIGUSR1)


def wait_until(
    condition: Callable[[], bool], *, what: str, timeout: float = PATIENCE_SECONDS
) -> None:
    """Return as soon as the condition holds; raise TimeoutError naming what was awaited."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {timeout:g} s")
        time.sleep(0.02)


def free_port() -> int:
    """A loopback port that nothing uses.

    It lies below the ports that systems give to outgoing connections, so that it is still free
    when a server that was stopped comes back to it.
    """
    while True:
        port = random.randint(15_000, 30_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) and can_listen(port):
                return port


def can_listen(port: int) -> bool:
    """Whether a server could take this loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
