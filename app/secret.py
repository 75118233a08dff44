"""The secret key of a single process: made once, kept beside the data."""

import os
import secrets
from pathlib import Path

KEPT_IN = Path("var/secret.key")


def kept_secret_key(path: Path = KEPT_IN) -> str:
    """The key in the file, which is made first where there is none; only its owner may read it."""
    if not path.exists():
        _make(path)
    return path.read_text().strip()


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(48))
    try:
        # Linked, not written in place: of two processes that start at once one wins, whole.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
