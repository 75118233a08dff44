"""What stops a start: one line for the operator, and exit status 1."""


class StartRefused(Exception):
    """The text names what is wrong and says what to write."""
