"""Rules for text: the check that it is not blank, and its form for searches."""

from unicodedata import category, normalize

# Blanks, ends of lines and paragraphs, controls, and formatting characters such as U+200B.
_INVISIBLE = {"Zs", "Zl", "Zp", "Cc", "Cf"}

CAN_BE_SEEN = "With a character that can be seen."
"""The description in a JSON schema of text that is not blank."""


def not_blank(text: str) -> str:
    """The text, unchanged. Raises ValueError if it has no visible character."""
    if all(category(character) in _INVISIBLE for character in text):
        raise ValueError("Text cannot be blank")
    return text


def folded(text: str) -> str:
    """The form of a text that searches compare. It ignores case and width."""
    return normalize("NFKC", text).casefold()
