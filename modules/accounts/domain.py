"""An account, what a name and a password may be, and what can go wrong."""

from dataclasses import dataclass
from typing import Literal
from unicodedata import bidirectional, category, normalize

Role = Literal["customer", "admin"]

NAME_LENGTH = 100
"""In characters, as given and as it is compared."""

PASSWORD_LENGTH_LEAST = 8
PASSWORD_LENGTH_MOST = 256
"""In characters; any are welcome: https://pages.nist.gov/800-63-3/sp800-63b.html, 5.1.1.2."""

# Controls, halves of surrogate pairs, and the separators of lines and paragraphs.
_NOT_IN_NAMES = {"Cc", "Cs", "Zl", "Zp"}
# Turn the direction of what stands beside a name, so that it reads as another.
_TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
_INVISIBLE = "Cf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account as its owner may know it."""

    user_id: str
    name: str
    role: Role


class NameTaken(Exception):
    """Another account has this name, or one that reads the same."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The name {name} is taken.")


class WrongCredentials(Exception):
    """No account has this name and this password; which of the two is wrong is not told."""

    def __init__(self) -> None:
        super().__init__("The name or the password is wrong.")


def fit_name(text: str) -> str:
    """The name without the blanks around it; raises ValueError if no account can have it."""
    name = text.strip()
    if any(category(each) in _NOT_IN_NAMES or bidirectional(each) in _TURNING for each in name):
        raise ValueError("A name cannot contain control characters")
    if not name_key(name):
        raise ValueError("A name needs a character that can be seen")
    if max(len(name), len(name_key(name))) > NAME_LENGTH:
        raise ValueError(f"A name has at most {NAME_LENGTH} characters")
    return name


def name_key(name: str) -> str:
    """What all ways to write a name have in common: two accounts cannot share it.

    After NFKC_Casefold, https://www.unicode.org/reports/tr44/#NFKC_Casefold: neither case nor
    width, nor characters that cannot be seen, nor the number of blanks make another name.
    """
    folded = normalize("NFKC", normalize("NFKC", name).casefold())
    shown = "".join(character for character in folded if category(character) != _INVISIBLE)
    return " ".join(shown.split())


def fit_password(text: str) -> str:
    """The password as it is; raises ValueError, which does not show it, if it cannot be one."""
    if not PASSWORD_LENGTH_LEAST <= len(text) <= PASSWORD_LENGTH_MOST:
        raise ValueError(
            f"A password has {PASSWORD_LENGTH_LEAST} to {PASSWORD_LENGTH_MOST} characters"
        )
    if any(category(character) == "Cs" for character in text):
        raise ValueError("A password is made of whole characters")
    return text
