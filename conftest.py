"""What tests/ and features/ share."""

import gc

pytest_plugins = ["tests.services.plugin"]


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what lives as long as the run: a tenth of its time."""
    gc.collect()
    gc.freeze()
