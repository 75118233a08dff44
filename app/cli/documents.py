"""The files that are made of the code: `python -m app docs` writes them, a test compares them."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from app.deployment.caddyfile import CADDYFILE, caddyfile
from app.deployment.compose import COMPOSE, compose
from app.discovery import MODULE_NAMES, MODULES
from app.openapi.postman import COLLECTION, collection
from app.server.application import openapi_document
from app.settings import PREFIX, settings_from

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / ".env.example"
SETTINGS = ROOT / "docs" / "settings.md"

_FIRST_OF_EXAMPLE = "# Of single modules, written by `python -m app docs`.\n"
_LAST_OF_EXAMPLE = "# The end of what it writes.\n"
_FIRST_OF_PAGE = "<!-- Written by `python -m app docs`. -->\n"
_LAST_OF_PAGE = "<!-- The end of what it writes. -->\n"


def documents() -> Mapping[Path, str]:
    """Each file with what it should have in it."""
    return {
        COLLECTION: collection(openapi_document(settings_from({}, MODULE_NAMES))),
        CADDYFILE: caddyfile(),
        COMPOSE: compose(),
        EXAMPLE: _replaced(EXAMPLE, _FIRST_OF_EXAMPLE, _LAST_OF_EXAMPLE, _lines_of_example()),
        SETTINGS: _replaced(SETTINGS, _FIRST_OF_PAGE, _LAST_OF_PAGE, _rows_of_page()),
    }


def _replaced(file: Path, first: str, last: str, lines: Iterator[str]) -> str:
    """The text of the file with these lines between the first and the last."""
    before, _, rest = file.read_text(encoding="utf-8").partition(first)
    _, _, after = rest.partition(last)
    return "".join((before, first, *(f"{line}\n" for line in lines), last, after))


def _lines_of_example() -> Iterator[str]:
    yield "# As APP_DATABASE_URL, for one module."
    for name in MODULES:
        yield f"{PREFIX}{name.upper()}_DATABASE_URL="
    for module, variable, purpose, takes, default in _settings_of_modules():
        yield f"# {module}: {purpose}; {takes}."
        yield f"{variable}={default}"


def _rows_of_page() -> Iterator[str]:
    yield "| setting | purpose | takes | default |"
    yield "|---|---|---|---|"
    for module, variable, purpose, takes, default in _settings_of_modules():
        yield f"| `{variable}` | {module}: {purpose} | {takes} | `{default or 'none'}` |"


def _settings_of_modules() -> Iterator[tuple[str, str, str, str, str]]:
    for name, module in MODULES.items():
        for field, info in module.settings.model_fields.items():
            default = "" if info.default is None else str(info.default)
            default = default.lower() if isinstance(info.default, bool) else default
            variable = PREFIX + field.upper()
            yield name, variable, info.title or field, info.description or "", default
