"""The cause of a failure as the inbox keeps it: when, which error, and where it was raised."""

import traceback

from sqlalchemy.exc import DBAPIError

from bus.storage.tables import now
from bus.subscription import reaction_runner

_LONGEST_ERROR = 1000


def cause_of(error: BaseException) -> dict[str, str]:
    """The time, the error's type and words, and the line that raised it."""
    said, words = error, _words(error)
    if isinstance(error, DBAPIError) and error.orig:
        # What the database says, without the statement; further lines may quote a row.
        said, words = error.orig, _words(error.orig).partition("\n")[0]
    text = f"{type(said).__name__}: {words}"[:_LONGEST_ERROR]
    return {"at": now(), "error": text, "where": _where(error)}


def _where(error: BaseException) -> str:
    """The line of the reaction that failed, as module and number; else where it was raised."""
    frames = [
        (frame.f_globals.get("__name__", "?"), line)
        for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    modules = [module for module, _ in frames]
    runner = reaction_runner.__name__
    called = [place for place, module in enumerate(modules) if module == runner]
    reaction = called[-1] + 1 if called else len(frames)
    module, line = frames[min(reaction, len(frames) - 1)] if frames else ("", 0)
    return f"{module}:{line}" if module else ""


def _words(error: BaseException) -> str:
    # An error that cannot be written down would hold up every event behind it.
    try:
        # No JSON function of PostgreSQL reads a NUL.
        return str(error).encode(errors="backslashreplace").decode().replace("\0", "\\x00")
    except Exception as unspeakable:
        return f"(its text cannot be had: {type(unspeakable).__name__})"
