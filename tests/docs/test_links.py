"""Every relative link of the documents leads to a file, or to a heading of one."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)|<(?:img|a) [^>]*?(?:src|href)=\"([^\"]+)\"")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)


def broken_links(page: Path) -> list[str]:
    """The relative links of a page that lead to nothing."""
    return [link for link in relative_links(page) if not leads_somewhere(page, link)]


def relative_links(page: Path) -> Iterator[str]:
    for found in LINK.finditer(CODE.sub("", page.read_text())):
        link = found[1] or found[2]
        if not re.match(r"[a-z]+:", link):
            yield link


def leads_somewhere(page: Path, link: str) -> bool:
    path, _, heading = link.partition("#")
    target = page.parent / path if path else page
    return target.exists() and (not heading or heading in anchors(target))


def anchors(page: Path) -> set[str]:
    """The names that a forge makes of a page's headings, the second of one name with a number."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    found: list[str] = []
    for heading in HEADING.findall(text):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        name = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
        found.append(name)
    return {
        name if not (before := found[:index].count(name)) else f"{name}-{before}"
        for index, name in enumerate(found)
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    assert broken_links(page) == []


def test_a_link_to_nothing_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text("# Here\n\n## What `is` here?\n\n## Here\n")
    page = tmp_path / "page.md"
    page.write_text(
        "[fine](other.md) [fine](other.md#what-is-here) [fine](other.md#here-1) [fine](https://a.b)\n"
        '[gone](gone.md) [gone](other.md#gone) <img src="gone.png" alt=""> `[code](gone.txt)`\n'
    )

    assert broken_links(page) == ["gone.md", "other.md#gone", "gone.png"]
