"""The secret key of a single process: made once, kept beside the data."""

import os
import secrets
from pathlib import Path

from app.settings import SECRET_KEY_LENGTH, SettingsError

KEPT_IN = Path("var/secret.key")


def kept_secret_key(path: Path = KEPT_IN) -> str:
    """The key in the file, which is created where there is none and readable by its owner alone.

    Raises SettingsError where it cannot be kept, or the file holds none.
    """
    try:
        if not path.exists():
            _make(path)
        key = path.read_text().strip()
    except OSError as error:
        raise SettingsError(
            "APP_SECRET_KEY takes at least 32 random characters where none can be kept in "
            f"{path} ({error.strerror})"
        ) from None
    if len(key) < SECRET_KEY_LENGTH:
        # As a crash may leave it: whoever knows how few there are could sign sessions.
        raise SettingsError(
            f"APP_SECRET_KEY takes at least {SECRET_KEY_LENGTH} random characters; {path} holds "
            "fewer: remove it, and a new one is made"
        )
    return key


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    draft.touch(mode=0o600)
    with draft.open("w") as file:
        file.write(secrets.token_urlsafe(48))
        file.flush()
        os.fsync(file.fileno())
    try:
        # Linked, not written in place: of two processes that start at once one wins, whole.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
