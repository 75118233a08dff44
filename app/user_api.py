"""Who the session is, in every process."""

from dataclasses import dataclass

from litestar import get
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from web.session import Visitor


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """The visitor as it may know itself."""

    id: str
    name: str
    role: str


@get("/api/user", sync_to_thread=False, tags=["session"])
def show_user(visitor: SkipValidation[NamedDependency[Visitor]]) -> User:
    """Who this session is; a new guest when there was none."""
    return User(id=visitor.id, name=visitor.name, role=visitor.role)
