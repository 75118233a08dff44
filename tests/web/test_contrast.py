"""What marks a field or the focus differs enough from what it stands on: WCAG 2.2, 1.4.11."""

import re

import pytest

from web.assets import FOLDER

LEAST = 3.0
MARKS = ["form-element-border-color", "primary-focus", "secondary-focus"]
GROUNDS = ["surface", "bad-soft", "pico-background-color", "pico-form-element-background-color"]


def colours(scheme: str) -> dict[str, str]:
    """The theme's colours that are written out, by the name of their variable."""
    sheet = (FOLDER / "site.css").read_text(encoding="utf-8")
    light, dark = re.findall(r":root:not\(\[data-theme=[^{]*\{([^}]*)\}", sheet)
    theme = light if scheme == "light" else dark
    return dict(re.findall(r"--([a-z-]+): #([0-9a-f]{3,6});", theme))


def luminance(colour: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    six = colour if len(colour) == 6 else "".join(2 * each for each in colour)
    shares = [int(six[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_fields_and_the_focus_are_seen(scheme: str, mark: str) -> None:
    theme = colours(scheme)

    low = {each: contrast(theme[f"pico-{mark}"], theme[each]) for each in GROUNDS}

    assert min(low.values()) >= LEAST, low
