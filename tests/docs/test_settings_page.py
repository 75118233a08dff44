"""docs/settings.md tells of every setting what the code takes, and no other."""

import re
from pathlib import Path

from app.settings import AllSettings

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| (APP_\S+) \| .+ \| (.+) \| (.+) \|$", re.MULTILINE)
OF_A_MODULE = "APP_<MODULE>_DATABASE_URL"


def settings_told() -> dict[str, tuple[str, str]]:
    """What each setting of the page takes, and its default."""
    page = (ROOT / "docs" / "settings.md").read_text().replace("`", "")
    return {name: (takes, default) for name, takes, default in ROW.findall(page)}


def defaults_in_example() -> dict[str, str]:
    """The lines of .env.example, those of single modules under one name."""
    lines = re.findall(r"^(APP_\w+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
    return {
        re.sub(r"^APP_(?!TEST_)\w+_DATABASE_URL$", OF_A_MODULE, name): value
        for name, value in lines
    }


def test_the_page_has_every_setting_with_its_default() -> None:
    told = {name: default for name, (_, default) in settings_told().items()}

    assert told == {name: value or "none" for name, value in defaults_in_example().items()}


def test_the_page_tells_unit_and_range_as_an_error_does() -> None:
    told = {name: takes for name, (takes, _) in settings_told().items() if "_TEST_" not in name}
    fields = AllSettings.model_fields
    described = {f"APP_{name.upper()}": field.description for name, field in fields.items()}
    described[OF_A_MODULE] = described["APP_DATABASE_URL"]
    del described["APP_DATABASE_URLS"]

    assert told == described
