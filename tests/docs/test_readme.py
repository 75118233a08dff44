"""The curl calls of README.md and docs/trying.md are answered as the pages say."""

import re
import shlex
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from app.container import MODULE_NAMES
from features.eventually import eventually
from features.shop import ROOT, open_shop

PAGES = ["README.md", "docs/trying.md"]
BLOCK = re.compile(r"^```(.*)\n((?:.*\n)*?)```$", re.MULTILINE)


def blocks(page: str) -> list[tuple[set[str], list[str]]]:
    """The curl lines of each code block, and the modules that `needs` names beside its language."""
    return [
        (
            set(info.partition(" needs ")[2].split()),
            re.findall(r"^curl .*", block.replace("\\\n", ""), re.MULTILINE),
        )
        for info, block in BLOCK.findall((ROOT / page).read_text())
    ]


def calls(page: str) -> list[tuple[list[str], str]]:
    """The calls to modules that are here, each with how the status in its comment begins."""
    lines = [
        line for needed, found in blocks(page) if needed <= set(MODULE_NAMES) for line in found
    ]
    statuses = [re.search(r"# .*?\b([245]\d\d)\b", line) for line in lines]
    return [
        (shlex.split(line, comments=True), found[1] if found else "2")
        for line, found in zip(lines, statuses, strict=True)
    ]


@pytest.mark.parametrize("page", PAGES)
def test_no_call_of_the_page_is_overlooked(page: str) -> None:
    written = re.findall(r"^ *curl ", (ROOT / page).read_text(), re.MULTILINE)

    assert written
    assert sum(len(found) for _, found in blocks(page)) == len(written)


@pytest.mark.parametrize("page", PAGES)
def test_every_call_of_the_page_is_answered_as_it_says(tmp_path: Path, page: str) -> None:
    with open_shop(tmp_path, {"APP_DATABASE_URL": "sqlite:///var/{module}.db"}) as shop:
        jar = httpx.Cookies()
        for words, status in calls(page):

            def is_answered(words: list[str] = words, status: str = status) -> None:
                answer = ask(words, shop.url, jar)
                assert str(answer.status_code).startswith(status), (words, answer.text)

            # A copy may be a moment behind: its events are still on their way.
            looking = not {"-X", "--data"} & set(words)
            eventually(is_answered) if looking else is_answered()


def ask(words: list[str], url: str, jar: httpx.Cookies) -> httpx.Response:
    """Do what curl does with these words, on this server."""
    address = next(word for word in words if word.startswith("http://"))
    options = list(pairwise(words))
    given = dict(options)
    answer = httpx.request(
        given.get("-X", "POST" if "--data" in words else "GET"),
        address.replace("http://127.0.0.1:8000", url),
        content=body(given.get("--data")),
        headers=dict(value.split(": ", 1) for option, value in options if option == "-H"),
        cookies=jar if "-b" in words else None,
    )
    if "-c" in words:
        jar.update(answer.cookies)
    return answer


def body(data: str | None) -> str | None:
    """What curl sends for this argument: a file's text when it begins with @."""
    return (ROOT / data[1:]).read_text() if data and data.startswith("@") else data
