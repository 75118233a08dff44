"""What tests/ and features/ share."""

import functools
import gc
import math
import os
import sys
from pathlib import Path

import pytest
from httpx._config import DEFAULT_TIMEOUT_CONFIG
from httpx._transports import default

from tests.services.processes import PATIENCE_SECONDS

ROOT = Path(__file__).parent

pytest_plugins = ["tests.needs", "tests.services.plugin"]

# A run starts a hundred Pythons: where bytecode is not kept, each compiles all that it imports.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Else each of thousands of clients reads every certificate there is: 40 ms, and no test needs one.
_create = default.create_ssl_context  # type: ignore[attr-defined]  # httpx exports it nowhere
default.create_ssl_context = functools.cache(_create)  # type: ignore[attr-defined]  # the same

# A request without a timeout of its own waits for its answer as long as anything is awaited.
DEFAULT_TIMEOUT_CONFIG.read = PATIENCE_SECONDS


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have one worker begin with the features and another with the browser's tests.

    A worker starts shops of its own for them. Others take over from a worker's end alone.
    """
    features = [item for item in items if item.path.is_relative_to(ROOT / "features")]
    browser = [item for item in items if item.path.is_relative_to(ROOT / "tests" / "browser")]
    shown = {*features, *browser}
    rest = [item for item in items if item not in shown]
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    between = max(0, math.ceil(len(items) / workers) - len(features))
    items[:] = [*features, *rest[:between], *browser, *rest[between:]]


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what lives as long as the run: a tenth of its time."""
    gc.collect()
    gc.freeze()
