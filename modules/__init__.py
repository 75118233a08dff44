"""The business modules: one bounded context each, which never import one another."""
