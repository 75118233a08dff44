"""The web server of one process: routes, start and end, logs."""
