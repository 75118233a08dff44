"""The proxy before one process per module: the Caddyfile in docs/ in the real Caddy."""

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from litestar.routes import HTTPRoute

from app.container import MODULE_NAMES, assemble
from app.deployment.caddyfile import CADDYFILE, address_variable
from app.server.application import routed_application
from app.settings import settings_from
from features.eventually import eventually
from tests.services.processes import free_port

FIRST = MODULE_NAMES[0]
KEY = {"APP_SECRET_KEY": "k" * 32}
let_everybody_go_on = threading.Event()


@contextmanager
def caddy(folder: Path, addresses: Mapping[str, str]) -> Iterator[str]:
    """The URL of a proxy before these modules; the others do not answer."""
    port = free_port()
    nobody = {name: f"127.0.0.1:{free_port()}" for name in MODULE_NAMES}
    told = {address_variable(name): address for name, address in {**nobody, **addresses}.items()}
    beside = str(Path(sys.executable).parent)
    program = shutil.which("caddy", path=os.pathsep.join([beside, os.environ["PATH"]]))
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [str(program), "run", "--adapter", "caddyfile", "--config", str(CADDYFILE)],
            cwd=folder,
            env={
                **told,
                "SITE_ADDRESS": f"http://:{port}",
                "BIND_ADDRESS": "127.0.0.1",
                "HOME": str(folder),
            },
            stderr=log,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            eventually(lambda: _answers(url))
            yield url
        finally:
            process.terminate()
            process.wait(10)


def _answers(url: str) -> None:
    try:
        httpx.get(url, timeout=5)
    except httpx.TransportError as error:
        raise AssertionError from error


@contextmanager
def echo(name: str) -> Iterator[str]:
    """The address of a server that answers everything with its name and what it was told.

    Asked for ?half it hangs up in the middle; asked to ?begin or ?never it then waits.
    """

    class Echo(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.endswith("?never"):
                let_everybody_go_on.wait()
            told = [self.headers.get(each, "") for each in ("Host", "X-Forwarded-For")]
            body = " ".join([name, *told]).encode()
            self.send_response(200)
            missing = 1 if self.path.endswith("?half") else 0
            self.send_header("Content-Length", str(len(body) + missing))
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            if self.path.endswith("?begin"):
                let_everybody_go_on.wait()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A proxy before servers that say which module they stand for."""
    with ExitStack() as stack:
        servers = {name: stack.enter_context(echo(name)) for name in MODULE_NAMES}
        yield stack.enter_context(caddy(tmp_path_factory.mktemp("caddy"), servers))


def routes() -> list[tuple[str, str]]:
    """An example of each path that the application in one process serves, and who owns it."""
    application = routed_application(assemble(settings_from(KEY, MODULE_NAMES)))
    found = []
    for route in application.routes:
        assert isinstance(route, HTTPRoute)
        found += [(path, owner) for owner in owners(route) for path in examples(route, owner)]
    return found


def owners(route: HTTPRoute) -> list[str]:
    """The module whose code answers; the bus's routes are for each."""
    if route.path.startswith("/api/bus/{module:str}"):
        return list(MODULE_NAMES)
    files = [
        getattr(handler.fn, "func", handler.fn).__module__.split(".")
        for handler in route.route_handlers
    ]
    modules = {package[1] for package in files if package[0] == "modules"}
    return sorted(modules) or [FIRST]


def examples(route: HTTPRoute, module: str) -> list[str]:
    """The route's path with and without a slash at the end, its parameters filled in."""
    values = {"module": module, "cpf": "123.456.789-09"}
    segments = [
        each if isinstance(each, str) else values.get(each.name, "17")
        for each in route.path_components
    ]
    path = "/" + "/".join(segments)
    return [path, path.rstrip("/") + "/"]


def test_every_route_leads_to_the_module_that_owns_it(proxy: str) -> None:
    expected = routes()

    with httpx.Client(base_url=proxy) as client:
        reached = [(path, client.get(path).text.split()[0]) for path, _ in expected]

    assert reached == expected
    assert {owner for _, owner in expected} == set(MODULE_NAMES)


@pytest.mark.parametrize(
    ("path", "module"),
    [
        pytest.param("/person/score", "person", marks=pytest.mark.needs("person")),
        ("/api/products/17/like/more", FIRST),
        ("/api/likes.json", FIRST),
        ("/api/bus/nothing/events", FIRST),
        ("/api/bus/likesmore", FIRST),
        ("/api/person/1%2F2/score", FIRST),
        ("/nothing", FIRST),
    ],
)
def test_what_only_looks_like_a_route_is_taken_for_none(proxy: str, path: str, module: str) -> None:
    assert httpx.get(f"{proxy}{path}").text.split()[0] == module


@pytest.mark.needs("likes")
def test_a_module_is_told_the_host_and_the_client_but_not_what_the_client_makes_up(
    proxy: str,
) -> None:
    headers = {"Host": "shop.example", "X-Forwarded-For": "192.0.2.1"}

    assert httpx.get(f"{proxy}/api/likes", headers=headers).text == "likes shop.example 127.0.0.1"


@pytest.mark.needs("likes", "person")
def test_a_module_that_is_away_is_named_and_the_others_answer(tmp_path: Path) -> None:
    with echo("likes") as likes, caddy(tmp_path, {"likes": likes}) as url:
        person = httpx.get(f"{url}/person/12345678909")
        others = [httpx.get(f"{url}{path}").text.split()[0] for path in ("/api/likes", "/schema")]

    assert person.status_code in {502, 503}
    assert person.headers["Content-Type"] == "application/problem+json"
    assert person.json() == {
        "type": "about:blank",
        "title": httpx.codes(person.status_code).name.replace("_", " ").title(),
        "status": person.status_code,
        "detail": "The process of person does not answer. Try again in some seconds.",
    }
    assert others == ["likes", "likes"]


@pytest.mark.needs("products", "likes")
def test_a_module_that_is_away_is_named_on_a_page_to_who_looks_at_pages(tmp_path: Path) -> None:
    html = {"Accept": "text/html,*/*;q=0.8"}

    with caddy(tmp_path, {}) as url:
        page = httpx.get(f"{url}/admin/products", headers=html)
        part = httpx.get(f"{url}/admin/products", headers={**html, "HX-Request": "true"})

    assert page.status_code in {502, 503}
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "The process of products does not answer." in page.text
    assert '<a href="">try again</a>' in page.text
    assert 'href="/"' in page.text
    assert int(page.headers["Retry-After"]) > 0
    assert part.headers["Content-Type"] == "application/problem+json"


def test_the_page_for_a_module_that_is_away_may_have_its_style_and_nothing_else(
    tmp_path: Path,
) -> None:
    with caddy(tmp_path, {}) as url:
        page = httpx.get(url, headers={"Accept": "text/html"})

    _, style, _ = re.split("</?style>", page.text)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}';")
    assert "unsafe" not in policy


@pytest.mark.needs("person")
def test_who_sent_a_form_is_told_to_send_it_again_rather_than_to_look_again(
    tmp_path: Path,
) -> None:
    with caddy(tmp_path, {}) as url:
        page = httpx.post(f"{url}/people", headers={"Accept": "text/html"})

    assert "go back and send it again" in page.text
    assert 'href=""' not in page.text


@pytest.mark.needs("likes")
@pytest.mark.parametrize(
    ("path", "away"),
    [
        ("/", "The process of likes does not answer."),
        ("/schema", "No process of the shop answers."),
    ],
)
def test_while_the_storefront_is_away_no_page_leads_there(
    tmp_path: Path, path: str, away: str
) -> None:
    with caddy(tmp_path, {}) as url:
        page = httpx.get(f"{url}{path}", headers={"Accept": "text/html"})

    assert away in page.text
    assert 'href="/"' not in page.text


@pytest.mark.needs("likes")
def test_of_several_instances_one_that_is_away_is_not_noticed(tmp_path: Path) -> None:
    with echo("likes") as likes:
        both = f"127.0.0.1:{free_port()} {likes}"
        with caddy(tmp_path, {"likes": both}) as url:
            answers = {httpx.get(f"{url}/api/likes").status_code for _ in range(20)}

    assert answers == {200}


@pytest.mark.needs("likes")
@pytest.mark.matrix
def test_an_instance_that_stands_still_is_soon_sent_nothing_more(tmp_path: Path) -> None:
    with echo("likes") as likes, socket.create_server(("127.0.0.1", 0)) as still:
        both = f"127.0.0.1:{still.getsockname()[1]} {likes}"
        with caddy(tmp_path, {"likes": both}) as url, httpx.Client(timeout=1) as client:
            eventually(lambda: _is_always_answered(client, f"{url}/api/likes"), within=10)


def _is_always_answered(client: httpx.Client, url: str) -> None:
    try:
        assert {client.get(url).status_code for _ in range(20)} == {200}
    except httpx.ReadTimeout as error:
        raise AssertionError from error


@pytest.mark.needs("likes")
@pytest.mark.matrix
def test_who_does_not_begin_to_answer_is_given_up_and_who_has_begun_may_be_silent(
    tmp_path: Path,
) -> None:
    with (
        echo("likes") as likes,
        caddy(tmp_path, {"likes": likes}) as url,
        httpx.stream("GET", f"{url}/api/likes?begin", timeout=60) as stream,
    ):
        given_up = httpx.get(f"{url}/api/likes?never", timeout=60)
        let_everybody_go_on.set()
        begun = stream.read().decode()

    assert given_up.status_code == 504
    assert given_up.json()["detail"].startswith("The process of likes does not answer.")
    assert begun.split()[0] == "likes"


@pytest.mark.needs("person")
def test_what_goes_wrong_is_logged_without_the_path(tmp_path: Path) -> None:
    with echo("person") as person, caddy(tmp_path, {"person": person}) as url:
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.get(f"{url}/person/12345678909?half")
        eventually(lambda: _has_logged(tmp_path, "incomplete response"))

    assert "12345678909" not in (tmp_path / "log").read_text()


def _has_logged(folder: Path, text: str) -> None:
    assert text in (folder / "log").read_text()
