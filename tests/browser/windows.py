"""Windows of a browser that complain of whatever a page should not do."""

import os
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request
from uuid_utils import uuid7

from features.shop import Shop
from tests.services.plugin import lacking
from tests.session_cookies import at, cookie_value, signed_in
from web.session import COOKIE, User

# The first has no window to draw: a third of the others' work.
NAMES = [
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
]
ELSEWHERE = [Path("/Applications/Chromium.app/Contents/MacOS/Chromium")]
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
KEY = "k" * 32
"""The secret key of the shop, with which tests sign people in."""

PATIENCE = 15_000
"""For how long something is waited for, in milliseconds."""
SIZES = {"desktop": (1280, 800), "phone": (390, 844)}
_AXE = Path(__file__).parent / "axe" / "axe.min.js"


def chromium() -> str:
    """The installed browser; skips the test, or fails it, where there is none."""
    found = [shutil.which(name) for name in NAMES]
    found += [str(path) for path in ELSEWHERE if path.exists()]
    for path in found:
        if path:
            return path
    return lacking("Chromium", apt="chromium", brew="--cask chromium")


def flags() -> Sequence[str]:
    """How it is started; root has no sandbox."""
    return [*FLAGS, "--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else FLAGS


@dataclass
class Windows:
    """The windows of one test, by the name of who looks at them: each has cookies of its own."""

    browser: Browser
    shop: Shop
    secret_key: str
    size: tuple[int, int]
    complaints: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)
    """What complaints may have in them, because the test provokes it again and again."""

    def __post_init__(self) -> None:
        self._pages: dict[str, Page] = {}
        self._contexts: list[BrowserContext] = []

    def of(self, who: str) -> Page:
        """The window of this person; opened at first, a guest's unless `sign_in` came before."""
        if who not in self._pages:
            self.open(who)
        return self._pages[who]

    def open(self, who: str, **options: Any) -> Page:
        """Open the window of a person; options as Playwright takes them, as `color_scheme`."""
        width, height = self.size
        context = self.browser.new_context(
            base_url=self.shop.url, viewport={"width": width, "height": height}, **options
        )
        context.set_default_timeout(PATIENCE)
        # Tests need no network: what is asked of others they do not answer.
        context.route(self._is_elsewhere, lambda route: route.fulfill(body=""))
        context.on("console", self._note_console)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("request", self._note_request)
        self._contexts.append(context)
        self._pages[who] = context.new_page()
        return self._pages[who]

    def sign_in(self, who: str, role: str, **options: Any) -> Page:
        """Open the window of somebody who has signed in, without a form."""
        page = self.open(who, **options)
        cookie = session_cookie(self.secret_key, who, role)
        page.context.add_cookies([{"name": COOKIE, "value": cookie, "url": self.shop.url}])
        return page

    def excuse(self, who: str, words: str) -> None:
        """Wait for the one complaint that this person's last step had to cause, and drop it."""
        if not any(words in each for each in self.complaints):
            self.of(who).wait_for_event("console", lambda message: words in message.text)
        self.complaints.remove(next(each for each in self.complaints if words in each))

    def close(self) -> None:
        """Close all; fails when a page did what none may do."""
        for context in self._contexts:
            context.close()
        left = [each for each in self.complaints if not any(a in each for a in self.allowed)]
        assert left == []

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"console: {message.text} {message.location.get('url', '')}")

    def _note_request(self, request: Request) -> None:
        if self._is_elsewhere(request.url) and request.resource_type != "image":
            self.complaints.append(f"asked elsewhere: {request.url}")

    def _is_elsewhere(self, url: str) -> bool:
        parts, ours = urlsplit(url), urlsplit(self.shop.url)
        return parts.scheme in {"http", "https"} and parts.netloc != ours.netloc


def session_cookie(secret_key: str, name: str, role: str) -> str:
    """The session cookie of somebody who has just signed in, as any process would make it."""
    user = User(id=str(uuid7()), name=name, role=role)  # type: ignore[arg-type]  # from a feature
    return cookie_value(signed_in(at(time.time(), secret_key), user))


def assert_accessible(page: Page) -> None:
    """axe-core finds no violation on the page as it stands."""
    page.wait_for_load_state()
    page.evaluate(_AXE.read_text(encoding="utf-8"))
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    found = [
        f"{each['id']}: {each['help']} {[node['html'][:200] for node in each['nodes'][:3]]}"
        for each in result["violations"]
    ]
    assert found == []


def tab_to(page: Page, selector: str) -> None:
    """Reach what is selected with the Tab key alone."""
    page.locator(selector).first.wait_for()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"no way by Tab to {selector}")


def press(page: Page, text: str) -> None:
    """Press a button, or a link that looks like one."""
    page.get_by_role("button", name=text, exact=True).first.click()


def follow(page: Page, link: Locator) -> None:
    """To the page that this leads to: what is looked at next is there, not on the page before."""
    with page.expect_navigation():
        link.click()
