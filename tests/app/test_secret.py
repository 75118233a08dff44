"""The kept secret key: made once, whoever starts, and for its owner's eyes."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.secret_key import kept_secret_key
from app.settings import SettingsError


def test_the_key_is_made_once(tmp_path: Path) -> None:
    kept_in = tmp_path / "var" / "secret.key"

    first = kept_secret_key(kept_in)

    assert len(first) >= 32
    assert kept_secret_key(kept_in) == first
    assert kept_in.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in kept_in.parent.iterdir()] == ["secret.key"]


def test_a_place_that_cannot_keep_it_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "var").touch()

    with pytest.raises(SettingsError, match=r"^APP_SECRET_KEY takes .*var/secret.key.*$"):
        kept_secret_key(tmp_path / "var" / "secret.key")


def test_a_file_that_a_crash_left_empty_is_no_key(tmp_path: Path) -> None:
    (tmp_path / "secret.key").touch()

    with pytest.raises(SettingsError, match=r"^APP_SECRET_KEY takes .*secret.key holds fewer.*$"):
        kept_secret_key(tmp_path / "secret.key")


def test_starts_at_once_agree_on_a_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(kept_secret_key, [tmp_path / "secret.key"] * 8))

    assert len(set(keys)) == 1
