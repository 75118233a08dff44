"""Every decision of docs/adr/ has its date and status, and the index repeats them."""

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "docs" / "adr"
DECISIONS = sorted(FOLDER.glob("[0-9]*.md"))
HEADER = re.compile(
    r"# (?P<number>\d+)\. (?P<title>.+)\n\n"
    r"- Date: (?P<date>\d{4}-\d\d-\d\d)\n"
    r"- Status: (?P<status>(Accepted|Superseded by \[\d+\]).*)\n\n"
    r"\*\*Context\.\*\* "
)


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: str(page.stem))
def test_a_decision_begins_with_title_date_status_and_context(page: Path) -> None:
    assert HEADER.match(page.read_text())


def test_the_index_repeats_title_date_and_status_of_every_decision() -> None:
    index = (FOLDER / "README.md").read_text()
    headers = [(page.name, HEADER.match(page.read_text())) for page in DECISIONS]

    assert re.findall(r"^\| \[.*", index, re.MULTILINE) == [
        f"| [{each['number']}]({name}) | {each['title']} | {each['date']} | {each['status']} |"
        for name, each in headers
        if each
    ]
