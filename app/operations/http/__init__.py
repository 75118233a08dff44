"""The operator's view over HTTP: JSON and pages."""
