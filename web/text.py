"""Text as people write it: whether there is anything to see in it, and how it is searched."""

from unicodedata import category, normalize

# Blanks, ends of lines and paragraphs, controls, and what only formats, as U+200B.
_INVISIBLE = {"Zs", "Zl", "Zp", "Cc", "Cf"}

CAN_BE_SEEN = "With a character that can be seen."
"""How a schema describes text that is not blank."""


def not_blank(text: str) -> str:
    """The text, if it has a character that can be seen; else raises ValueError."""
    if all(category(character) in _INVISIBLE for character in text):
        raise ValueError("Text cannot be blank")
    return text


def folded(text: str) -> str:
    """The text as it is compared in a search: without regard to upper and lower case."""
    return normalize("NFKC", text).casefold()
