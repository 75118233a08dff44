"""Servers that already run, named by the environment: used only through something throw-away."""

import base64
import os
import shutil
import subprocess
import urllib.error
import urllib.request
from urllib.parse import SplitResult, quote, urlsplit
from uuid import uuid4

RABBITMQ = "APP_TEST_RABBITMQ_URL"
POSTGRES = "APP_TEST_DATABASE_URL"
MANAGEMENT_PORT = 15672


def rabbitmq_url() -> str | None:
    """The broker to use instead of one of our own, or None."""
    return os.environ.get(RABBITMQ)


def postgres_url() -> str | None:
    """The database server to use instead of one of our own, or None."""
    return os.environ.get(POSTGRES)


class CannotMakeVhost(Exception):
    """AMQP itself has no word for it, and neither other way is open."""

    def __init__(self, server: SplitResult, reason: str) -> None:
        super().__init__(
            f"{RABBITMQ}: tests want a throw-away virtual host on {server.hostname}, by its "
            f"management plugin on port {MANAGEMENT_PORT} or by rabbitmqctl on this machine, and "
            f"got neither ({reason}). Enable the plugin, or unset {RABBITMQ} to have the tests "
            "start a broker of their own."
        )


def new_vhost(server_url: str) -> str:
    """Make an empty virtual host on a running broker and return its URL."""
    server = urlsplit(server_url)
    name = f"test-{uuid4().hex}"
    permissions = b'{"configure": ".*", "write": ".*", "read": ".*"}'
    try:
        _manage(server, "PUT", f"vhosts/{name}")
        _manage(server, "PUT", f"permissions/{name}/{server.username or 'guest'}", permissions)
    except urllib.error.URLError as error:
        _ctl(server, str(error), "add_vhost", name)
        user = server.username or "guest"
        _ctl(server, str(error), "set_permissions", "-p", name, user, ".*", ".*", ".*")
    return server._replace(path=f"/{name}").geturl()


def delete_vhost(url: str) -> None:
    """Delete the virtual host that this URL of `new_vhost` names."""
    server = urlsplit(url)
    name = server.path.lstrip("/")
    try:
        _manage(server, "DELETE", f"vhosts/{name}")
    except urllib.error.URLError as error:
        _ctl(server, str(error), "delete_vhost", name)


def _manage(server: SplitResult, method: str, path: str, body: bytes | None = None) -> None:
    address = f"http://{server.hostname}:{MANAGEMENT_PORT}/api/{quote(path)}"
    login = f"{server.username or 'guest'}:{server.password or 'guest'}"
    headers = {
        "Authorization": "Basic " + base64.b64encode(login.encode()).decode(),
        "Content-Type": "application/json",
    }
    request = urllib.request.Request(address, body, headers, method=method)
    urllib.request.urlopen(request, timeout=10).close()


def _ctl(server: SplitResult, reason: str, *arguments: str) -> None:
    program = shutil.which("rabbitmqctl")
    if program is None or server.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise CannotMakeVhost(server, reason)
    done = subprocess.run(
        [program, "--quiet", *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CannotMakeVhost(server, f"{reason}; rabbitmqctl: {done.stderr.strip()}")
