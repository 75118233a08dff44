"""What tests/ and features/ share."""

import functools
import gc

from httpx._config import DEFAULT_TIMEOUT_CONFIG
from httpx._transports import default

from tests.services.processes import PATIENCE_SECONDS

pytest_plugins = ["tests.needs", "tests.services.plugin"]

# Else each of thousands of clients reads every certificate there is: 40 ms, and no test needs one.
_create = default.create_ssl_context  # type: ignore[attr-defined]  # httpx exports it nowhere
default.create_ssl_context = functools.cache(_create)  # type: ignore[attr-defined]  # the same

# A request without a timeout of its own waits for its answer as long as anything is awaited.
DEFAULT_TIMEOUT_CONFIG.read = PATIENCE_SECONDS


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what lives as long as the run: a tenth of its time."""
    gc.collect()
    gc.freeze()
