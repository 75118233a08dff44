"""compose.yaml, made from the modules: a process for each behind one origin."""

from pathlib import Path

from jinja2 import Environment, StrictUndefined

from app.deployment.caddyfile import address_variable
from app.discovery import MODULE_NAMES

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "compose.yaml"

_TEMPLATE = Path(__file__).parent / "compose.yaml.jinja"


def compose() -> str:
    """The file as Docker Compose takes it."""
    # What it makes is no HTML.
    environment = Environment(  # noqa: S701
        trim_blocks=True, keep_trailing_newline=True, undefined=StrictUndefined
    )
    return environment.from_string(_TEMPLATE.read_text(encoding="utf-8")).render(
        modules=MODULE_NAMES,
        address_variable=address_variable,
        source=_TEMPLATE.relative_to(ROOT),
    )
