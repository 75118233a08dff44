"""Run one command as a child that cannot outlive its owner.

usage: python guard.py LIFELINE FOLDER USER COMMAND...

The owner holds a lock on the file LIFELINE for as long as it lives. When the lock becomes free,
however the owner ended, the command is killed and FOLDER removed. SIGTERM and SIGINT are passed on
to the command, SIGUSR1 reaches it as SIGKILL; its end is the guard's end. USER is who runs the
command, or "" for the present one. Standard library only: it starts in milliseconds.
"""

import fcntl
import shutil
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path


def main(lifeline: str, folder: str, user: str, *command: str) -> int:
    """Run the command to its end and return its exit status."""
    # Held to the end: the owner can wait for all its guards to be gone.
    presence = Path(f"{lifeline}.guards").open("w")  # noqa: SIM115 - open until this process ends
    fcntl.flock(presence, fcntl.LOCK_SH)
    child = start(command, user)
    orphaned = threading.Event()
    threading.Thread(target=end_with_owner, args=(lifeline, child, orphaned), daemon=True).start()
    status = child.wait()
    if orphaned.is_set():
        remove_folder(Path(folder))
        remove_if_deserted(Path(lifeline).parent)
    return status


def remove_folder(folder: Path) -> None:
    """Remove a server's folder, also while sessions of a killed database still write to it."""
    for _ in range(100):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.05)


def remove_if_deserted(folder: Path) -> None:
    """Remove the owner's folder once the last server's folder in it has gone."""
    if not [*folder.glob("*/")]:
        shutil.rmtree(folder, ignore_errors=True)


PASSED_ON = {
    signal.SIGTERM: signal.SIGTERM,
    signal.SIGINT: signal.SIGINT,
    signal.SIGUSR1: signal.SIGKILL,
}


def start(command: tuple[str, ...], user: str) -> "subprocess.Popen[bytes]":
    """Start the command; a signal that comes before it can be passed on is passed on then."""
    signal.pthread_sigmask(signal.SIG_BLOCK, PASSED_ON)
    child = as_user(command, user)
    for number, meaning in PASSED_ON.items():
        signal.signal(number, partial(send, child, meaning))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, PASSED_ON)
    return child


def send(
    child: "subprocess.Popen[bytes]", meaning: signal.Signals, _number: int, _frame: object
) -> None:
    child.send_signal(meaning)


def as_user(command: tuple[str, ...], user: str) -> "subprocess.Popen[bytes]":
    """Start the command with no signal blocked, whatever is blocked here."""
    unblock = partial(signal.pthread_sigmask, signal.SIG_UNBLOCK, PASSED_ON)
    if user:
        return subprocess.Popen(command, preexec_fn=unblock, user=user, group=user, extra_groups=[])
    return subprocess.Popen(command, preexec_fn=unblock)


def end_with_owner(
    lifeline: str, child: "subprocess.Popen[bytes]", orphaned: threading.Event
) -> None:
    """Wait until the owner is gone, then kill the command."""
    wait_for_release(lifeline)
    orphaned.set()
    child.kill()


def wait_for_release(lifeline: str) -> None:
    try:
        with Path(lifeline).open("r+") as file:
            fcntl.lockf(file, fcntl.LOCK_EX)
    except FileNotFoundError:
        return


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
