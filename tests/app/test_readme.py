"""The README keeps its word."""

import re
import shlex
from itertools import pairwise
from pathlib import Path

import httpx

from features.eventually import eventually
from features.shop import ROOT, open_shop


def calls() -> list[tuple[list[str], str]]:
    """The curl calls under "Try it", with how the status begins that is promised beside each."""
    block = (ROOT / "README.md").read_text().split("## Try it")[1].split("```")[1]
    lines = block.replace("\\\n", "").strip().splitlines()
    statuses = [re.search(r"# .*?\b([245]\d\d)\b", line) for line in lines]
    return [
        (shlex.split(line, comments=True), found[1] if found else "2")
        for line, found in zip(lines, statuses, strict=True)
    ]


def test_every_call_that_it_shows_is_answered_as_it_says(tmp_path: Path) -> None:
    with open_shop(tmp_path, {"APP_DATABASE_URL": "sqlite:///var/{module}.db"}) as shop:
        jar = httpx.Cookies()
        for words, status in calls():

            def is_answered(words: list[str] = words, status: str = status) -> None:
                answer = ask(words, shop.url, jar)
                assert str(answer.status_code).startswith(status), (words, answer.text)

            # What is only looked at may be a moment behind: events are on their way.
            looking = not {"-X", "--data"} & set(words)
            eventually(is_answered) if looking else is_answered()


def ask(words: list[str], url: str, jar: httpx.Cookies) -> httpx.Response:
    """Do what curl does with these words, on this server."""
    address = next(word for word in words if word.startswith("http://"))
    given = dict(pairwise(words))
    answer = httpx.request(
        given.get("-X", "POST" if "--data" in words else "GET"),
        address.replace("http://127.0.0.1:8000", url),
        content=body(given.get("--data")),
        headers={"Content-Type": "application/json"},
        cookies=jar if "jar" in words else None,
    )
    if "jar" in words:
        jar.update(answer.cookies)
    return answer


def body(data: str | None) -> str | None:
    """What curl sends for this argument: a file's text when it begins with @."""
    return (ROOT / data[1:]).read_text() if data and data.startswith("@") else data
