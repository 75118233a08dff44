"""Who the session is, in every process."""

from litestar import get
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from web.session import User, Visitor, user_of


@get("/api/user", sync_to_thread=False, tags=["session"])
def show_user(visitor: SkipValidation[NamedDependency[Visitor]]) -> User:
    """Who this session is; a new guest when there was none."""
    return user_of(visitor)
