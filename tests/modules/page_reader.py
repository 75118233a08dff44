"""A browser without scripts, inside this process: it sends the forms that it is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

import httpx
from litestar.testing import TestClient


@dataclass(frozen=True)
class Shown:
    """A page as it was answered."""

    answer: httpx.Response

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self.answer.status_code

    @property
    def at(self) -> str:
        """Where it is, after all redirects."""
        return self.answer.url.path

    @property
    def html(self) -> str:
        """Its source."""
        return self.answer.text

    @property
    def text(self) -> str:
        """What is to be read on it, blanks put together."""
        return " ".join(" ".join(_read(self.html).words).split())

    @property
    def links(self) -> list[str]:
        """Where its links lead."""
        return _read(self.html).links

    @property
    def actions(self) -> list[str]:
        """Where its forms are sent."""
        return list(_read(self.html).forms)

    def form(self, action: str) -> dict[str, str]:
        """What the form would send as it stands; raises KeyError when there is none."""
        return dict(_read(self.html).forms[action])

    @property
    def focus(self) -> str:
        """The id of the field that one writes into at first."""
        return _read(self.html).focus

    def told_of(self, field: str) -> str:
        """What stands beside a field, by its id: what is wrong with it, or a hint."""
        said = _read(self.html).help
        return said.get(f"{field}-error") or self.hint_for(field)

    def hint_for(self, field: str) -> str:
        """How a field is to be filled in, by its id."""
        return _read(self.html).help.get(f"{field}-help", "")


class _Reading(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.forms: dict[str, dict[str, str]] = {}
        self.help: dict[str, str] = {}
        self.focus = ""
        self._form: dict[str, str] = {}
        self._helping = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = self.forms.setdefault(given.get("action", ""), {})
        elif tag == "input":
            if "autofocus" in given:
                self.focus = given["id"]
            self._form[given.get("name", "")] = given.get("value", "")
        elif tag == "a":
            self.links.append(given.get("href", ""))
        elif tag == "small":
            self._helping = given.get("id", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "small":
            self._helping = ""

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._helping:
            self.help[self._helping] = self.help.get(self._helping, "") + data


def _read(html: str) -> _Reading:
    reading = _Reading()
    reading.feed(html)
    return reading


class Reader:
    """Somebody who looks at pages."""

    def __init__(self, client: TestClient[Any]) -> None:
        self._client = client

    def go(self, path: str, **request: Any) -> Shown:
        """Open a page."""
        return Shown(self._client.get(path, **request))

    def send(
        self,
        page: Shown,
        action: str,
        fields: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Shown:
        """Fill in a form of the page and send it."""
        sent = {**page.form(action), **(fields or {})}
        there = page.answer.url.join(action)
        return Shown(self._client.post(str(there), data=sent, headers=headers))
