"""The files that are made of the code are what would be written now."""

from pathlib import Path

import pytest

from app.cli.documents import ROOT, documents


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_file_is_what_would_be_written_now(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == documents()[path], "run: python -m app docs"
