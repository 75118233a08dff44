"""What tests/ and features/ share."""

pytest_plugins = ["tests.services.plugin"]
