"""The host: reads the settings, puts the modules together, serves them and lets operators look."""

__version__ = "0.1.0"
"""That of pyproject.toml: the project is never installed, so no package metadata tells it."""
