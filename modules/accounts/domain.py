"""Accounts, the rules for names and passwords, and their errors."""

from dataclasses import dataclass
from typing import Literal
from unicodedata import bidirectional, category, normalize

Role = Literal["customer", "admin"]

NAME_LENGTH = 100
"""In characters, of the name as written and of its key."""

PASSWORD_MIN_LENGTH = 8
PASSWORD_MAX_LENGTH = 256
"""In characters. Any are allowed: https://pages.nist.gov/800-63-3/sp800-63b.html, 5.1.1.2"""

# Controls, halves of surrogate pairs, and the separators of lines and paragraphs.
_NOT_IN_NAMES = {"Cc", "Cs", "Zl", "Zp"}
# Change the writing direction of the text beside a name, so that it looks like another name.
_TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
_INVISIBLE = "Cf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account, without its password."""

    user_id: str
    name: str
    role: Role


class NameTaken(Exception):
    """Another account has this name, or one that differs only in case, width or blanks."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The name {name} is taken.")


class WrongCredentials(Exception):
    """No account has this name and password. The error does not say which of the two is wrong."""

    def __init__(self) -> None:
        super().__init__("The name or the password is wrong.")


def validated_name(text: str) -> str:
    """The name without blanks around it. Raises ValueError if it is not allowed."""
    name = text.strip()
    if any(category(each) in _NOT_IN_NAMES or bidirectional(each) in _TURNING for each in name):
        raise ValueError("A name cannot contain control characters")
    if not name_key(name):
        raise ValueError("A name needs a character that can be seen")
    if max(len(name), len(name_key(name))) > NAME_LENGTH:
        raise ValueError(f"A name has at most {NAME_LENGTH} characters")
    return name


def name_key(name: str) -> str:
    """The form of a name by which names are compared: two accounts cannot have the same key.

    It ignores case, width, invisible characters and the number of blanks. Source: NFKC_Casefold,
    https://www.unicode.org/reports/tr44/#NFKC_Casefold
    """
    folded = normalize("NFKC", normalize("NFKC", name).casefold())
    shown = "".join(character for character in folded if category(character) != _INVISIBLE)
    return " ".join(shown.split())


def validated_password(text: str) -> str:
    """The password, unchanged. Raises ValueError, without the password, if it is not allowed."""
    if not PASSWORD_MIN_LENGTH <= len(text) <= PASSWORD_MAX_LENGTH:
        raise ValueError(
            f"A password has {PASSWORD_MIN_LENGTH} to {PASSWORD_MAX_LENGTH} characters"
        )
    if any(category(character) == "Cs" for character in text):
        raise ValueError("A password is made of whole characters")
    return text
