"""The kept secret key: made once, whoever starts, and for its owner's eyes."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from app.secret import kept_secret_key


def test_the_key_is_made_once(tmp_path: Path) -> None:
    kept_in = tmp_path / "var" / "secret.key"

    first = kept_secret_key(kept_in)

    assert len(first) >= 32
    assert kept_secret_key(kept_in) == first
    assert kept_in.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in kept_in.parent.iterdir()] == ["secret.key"]


def test_starts_at_once_agree_on_a_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(kept_secret_key, [tmp_path / "secret.key"] * 8))

    assert len(set(keys)) == 1
