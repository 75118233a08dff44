"""Accounts whose passwords are hashed in no time."""

from collections.abc import Callable

from pwdlib.hashers.argon2 import Argon2Hasher

from app.container import Application
from modules.accounts.service import Accounts, Passwords

HERE = "192.0.2.1"
PASSWORD = "correct horse"


class QuickHasher(Argon2Hasher):
    """Argon2id with so little work that tests need not wait; it may be told what else to do."""

    def __init__(self, while_working: Callable[[], object] = lambda: None, work: int = 1) -> None:
        super().__init__(time_cost=work, memory_cost=8, parallelism=1)
        self.while_working = while_working
        self.verified = 0

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        self.while_working()
        return super().hash(password, salt=salt)

    def verify(self, password: str | bytes, hash: str | bytes) -> bool:  # its name there
        self.verified += 1
        return super().verify(password, hash)


def accounts_with(application: Application, hasher: Argon2Hasher) -> Accounts:
    """The accounts, whose passwords are hashed by this one from now on."""
    container = application.hosted()["accounts"]
    return Accounts(container.participant(), Passwords(hasher))
