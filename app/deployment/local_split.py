"""One process per module on this machine, behind one origin: what `python3 dev.py split` runs.

Honcho starts the processes and Caddy is the origin; both come with the requirements for tests.
"""

import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from honcho.manager import KILL_WAIT, SIGNALS, Manager
from honcho.process import Process

from app.container import MODULE_NAMES, assemble, dispose
from app.deployment.caddyfile import address_variable, caddyfile
from app.migrations import upgrade_all
from app.secret_key import kept_secret_key
from app.settings import Settings, SettingsError, read_settings
from bus import DeclarationError

INSIDE = "127.0.0.1"
"""Where the modules' processes listen."""

CADDYFILE = Path("var/Caddyfile")
_LOOK_SECONDS = 0.1
_BROKER_SECONDS = 5
_AMQP_PORTS = {"amqp": 5672, "amqps": 5671}


def main() -> int:
    """Migrate, then serve until Ctrl-C or SIGTERM, or until one of the processes ends.

    Returns the exit status: 0 after a signal.
    """
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, lambda _number, _frame: sys.exit(0))
    # For here and for the processes: apart, modules meet in no other way.
    os.environ["APP_BUS"] = "rabbitmq"
    try:
        settings = read_settings(MODULE_NAMES, "all")
        caddy = _caddy()
        _refuse_without_broker(settings)
        _refuse_taken_ports(settings)
        _migrate(settings)
        return _run(settings, caddy)
    except (SettingsError, DeclarationError) as error:
        print(error, file=sys.stderr)
        return 1


def port_of(module: str, first: int) -> int:
    """The port of a module's process when the origin is at the port `first`."""
    return first + 1 + MODULE_NAMES.index(module)


class _Process(Process):  # type: ignore[misc]  # honcho has no types
    """Honcho's guard of one process, but it ends that one, too, when all this has been killed."""

    def run(self, *arguments: object, **options: object) -> None:
        threading.Thread(target=self._end_after, args=(os.getppid(),), daemon=True).start()
        super().run(*arguments, **options)

    def _end_after(self, parent: int) -> None:
        while self._child is None or os.getppid() == parent:
            time.sleep(_LOOK_SECONDS)
        self._child.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._child.wait(KILL_WAIT)
        self._child.kill()
        # Leaving in good order would wait until somebody reads what it has to tell.
        os._exit(1)


class _Processes(Manager):  # type: ignore[misc]  # honcho has no types
    """Honcho's, but for being killed, or told to end before the last one has started."""

    def __init__(self) -> None:
        super().__init__()
        self._process_ctor = _Process

    def terminate(self) -> None:
        if self._all_started():
            super().terminate()
        else:
            threading.Timer(_LOOK_SECONDS, self.terminate).start()


def _run(settings: Settings, caddy: str) -> int:
    key = settings.secret_key
    common = {
        **os.environ,
        "APP_HOST": INSIDE,
        "APP_SECRET_KEY": key.get_secret_value() if key else kept_secret_key(),
        "APP_TRUSTED_PROXIES": INSIDE,
        "APP_MODULE_URLS": ",".join(
            f"{name}=http://{INSIDE}:{port_of(name, settings.port)}" for name in MODULE_NAMES
        ),
        "PYTHONUNBUFFERED": "1",
    }
    processes = _Processes()
    for module in MODULE_NAMES:
        serve = _line(sys.executable, "-m", "app", "serve", "--modules", module)
        port = str(port_of(module, settings.port))
        processes.add_process(module, serve, env={**common, "APP_PORT": port})
    proxy = _line(caddy, "run", "--adapter", "caddyfile", "--config", str(CADDYFILE))
    processes.add_process("proxy", proxy, env={**os.environ, **_addresses(settings)})
    CADDYFILE.parent.mkdir(exist_ok=True)
    CADDYFILE.write_text(caddyfile(), encoding="utf-8")
    host = _addresses(settings)["BIND_ADDRESS"]
    print(f"The shop, in a moment: http://{host}:{settings.port}")
    print(f"Sample data, from another terminal: {sys.executable} -m app demo", flush=True)
    processes.loop()
    signalled = processes.returncode in {each["rc"] for each in SIGNALS.values()}
    return 0 if signalled else 1


def _line(*words: str) -> str:
    """The command line for a shell, which on POSIX is replaced by the command."""
    return subprocess.list2cmdline(words) if os.name == "nt" else f"exec {shlex.join(words)}"


def _addresses(settings: Settings) -> dict[str, str]:
    """The proxy's variables: its own address, and that of each module."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    modules = {
        address_variable(name): f"{INSIDE}:{port_of(name, settings.port)}" for name in MODULE_NAMES
    }
    return {
        "SITE_ADDRESS": f"http://:{settings.port}",
        "BIND_ADDRESS": host,
        # Caddy keeps an id of itself, by default in the home folder.
        "XDG_DATA_HOME": str(CADDYFILE.parent.absolute()),
        **modules,
    }


def _caddy() -> str:
    beside = str(Path(sys.executable).parent)
    found = shutil.which("caddy", path=os.pathsep.join([beside, os.environ.get("PATH", "")]))
    if found is None:
        raise SettingsError("split needs Caddy on PATH: https://caddyserver.com/docs/install")
    return found


def _refuse_without_broker(settings: Settings) -> None:
    url = urlsplit(settings.rabbitmq_url.get_secret_value())
    address = (url.hostname or "", url.port or _AMQP_PORTS[url.scheme])
    try:
        socket.create_connection(address, _BROKER_SECONDS).close()
    except OSError as error:
        raise SettingsError(
            f"No broker answers at {address[0]}:{address[1]} (APP_RABBITMQ_URL; "
            f"{error.strerror or error}): start RabbitMQ there, for example with "
            "`docker run --rm -p 5672:5672 rabbitmq:4`"
        ) from None


def _refuse_taken_ports(settings: Settings) -> None:
    inside = [(INSIDE, port_of(module, settings.port)) for module in MODULE_NAMES]
    for host, port in [(settings.host, settings.port), *inside]:
        try:
            socket.create_server((host, port), family=_family(host)).close()
        except (OSError, OverflowError) as error:
            raise SettingsError(
                f"APP_PORT takes a port that is free, as are the {len(MODULE_NAMES)} after it: "
                f"{port} on {host} is not to be had ({getattr(error, 'strerror', None) or error})"
            ) from None


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _migrate(settings: Settings) -> None:
    application = assemble(settings)
    try:
        upgrade_all(application.databases(), settings)
    finally:
        dispose(application)


if __name__ == "__main__":
    sys.exit(main())
