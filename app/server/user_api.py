"""The session's user, answered by every process."""

from litestar import get
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from web.session import User, Visitor, user_of


@get("/api/user", sync_to_thread=False, tags=["session"])
def show_user(visitor: SkipValidation[NamedDependency[Visitor]]) -> User:
    """The user of this session; a new guest when there was no session."""
    return user_of(visitor)
