"""A load generator: sixteen clients with a connection each, cheap enough to saturate the server.

It uses only the standard library, since the environment of the peers runs it, too.
"""

import json
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import task

CLIENTS = 16
PRODUCTS = 100
SECONDS = 0.3 if task.SHORT else 2.0
PRODUCT = json.dumps({"title": "a mug with a handle", "description": "d" * 300, "image": "i" * 500})
_SECONDS_TO_START = 30


@dataclass
class _Client:
    asked_at: float
    received: bytearray = field(default_factory=bytearray)


def request(method: str, path: str, *, body: str = "", cookie: str = "") -> bytes:
    """The bytes of a request."""
    headers = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    if cookie:
        headers.append(f"Cookie: {cookie}")
    if body:
        headers += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return ("\r\n".join(headers) + "\r\n\r\n" + body).encode()


def ask(port: int, sent: bytes) -> bytes:
    """The whole answer to one request."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(sent)
        received = bytearray()
        while not _is_whole(received):
            received += connection.recv(65536)
        return bytes(received)


def measure(port: int, name: str) -> Mapping[str, float]:
    """Requests per second and latencies in milliseconds of one kind of request, after a warm-up."""
    visit = ask(port, request("GET", "/api/likes?limit=1"))
    cookie = next(
        (
            line[12:].split(b";")[0]
            for line in visit.split(b"\r\n")
            if line[:11].lower() == b"set-cookie:"
        ),
        b"",
    ).decode()
    sent = {
        "post": request("POST", "/api/products", body=PRODUCT, cookie=cookie),
        "get": request("GET", "/api/products/7", cookie=cookie),
        "likes": request("GET", "/api/likes?limit=20", cookie=cookie),
    }[name]
    drive(port, sent, SECONDS / 5)
    latencies = drive(port, sent, SECONDS)
    median, p99 = latencies[len(latencies) // 2], latencies[int(len(latencies) * 0.99)]
    return {
        "rate": len(latencies) / SECONDS,
        "p50_ms": median * 1000,
        "p99_ms": p99 * 1000,
        "p99_over_p50": p99 / median,
    }


def drive(port: int, sent: bytes, seconds: float) -> list[float]:
    """The latencies in seconds, sorted. Raises if an answer is no success."""
    latencies: list[float] = []
    end = time.perf_counter() + seconds
    with selectors.DefaultSelector() as selector:
        for _ in range(CLIENTS):
            connection = socket.create_connection(("127.0.0.1", port))
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(connection, selectors.EVENT_READ, _Client(time.perf_counter()))
            connection.sendall(sent)
        while selector.get_map():
            for key, _events in selector.select():
                _take(selector, key, sent, end, latencies)
    return sorted(latencies)


def _take(
    selector: selectors.BaseSelector,
    key: selectors.SelectorKey,
    sent: bytes,
    end: float,
    latencies: list[float],
) -> None:
    client, connection = key.data, key.fileobj
    assert isinstance(connection, socket.socket)
    client.received += connection.recv(262_144)
    if not _is_whole(client.received):
        return
    if not client.received.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201")):
        raise RuntimeError(bytes(client.received[:500]))
    now = time.perf_counter()
    latencies.append(now - client.asked_at)
    client.asked_at, client.received = now, bytearray()
    if now < end:
        connection.sendall(sent)
    else:
        selector.unregister(connection)
        connection.close()


def _is_whole(received: bytearray) -> bool:
    head, blank, body = received.partition(b"\r\n\r\n")
    if not blank:
        return False
    _before, named, after = head.lower().partition(b"content-length:")
    return len(body) >= (int(after.split(b"\r\n", 1)[0]) if named else 0)


@contextmanager
def served(
    command: Sequence[str], environment: Mapping[str, str], port: int, folder: Path
) -> Iterator["subprocess.Popen[bytes]"]:
    """A server process that is ready for requests, until the block ends."""
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            command, env=environment, cwd=folder, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        wait_until_served(port, server)
        yield server
    except Exception:
        print((folder / "server.log").read_text()[-2000:], file=sys.stderr)
        raise
    finally:
        server.terminate()
        server.wait(10)


def wait_until_served(port: int, server: "subprocess.Popen[bytes]") -> None:
    """Wait until the port answers. Raises if the server ends or does not start in time."""
    end = time.monotonic() + _SECONDS_TO_START
    while True:
        try:
            ask(port, request("GET", "/api/likes?limit=1"))
        except OSError:
            if server.poll() is not None or time.monotonic() > end:
                raise
            time.sleep(0.02)
        else:
            return


def free_port() -> int:
    """A port on which nothing listens at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
