"""Running with one process per module: the proxy in front, and all of it on one machine."""
