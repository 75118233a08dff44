"""What can be done with accounts: a method per use case."""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeAlias
from unicodedata import normalize

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import Row, insert, select, update
from sqlalchemy.exc import IntegrityError
from uuid_utils import uuid7

from bus import Participant
from modules.accounts.domain import (
    Account,
    NameTaken,
    Role,
    WrongCredentials,
    fit_name,
    fit_password,
    name_key,
)
from modules.accounts.tables import accounts
from web.throttling import Limit, Turnstile

HASHES_AT_ONCE = 2
"""Each takes 64 MiB of memory for as long as it is worked on."""

WAITING_AT_ONCE = 16
"""How many may sign up or in at a time, most of them waiting; they hold threads of the server."""

SIGN_UPS_PER_HOUR = 100
"""Of one client."""

FAILURES_PER_CLIENT = 100
FAILURES_PER_NAME = 10
"""How often one client may fail to sign in within FAILURE_SECONDS: with any name, with one."""

FAILURE_SECONDS = 600

_Row: TypeAlias = Row[Any, Any, Any, Any]


class Passwords:
    """Hashes passwords with argon2id, a few at a time."""

    def __init__(self, argon2id: Argon2Hasher | None = None) -> None:
        self._hasher = PasswordHash([argon2id or Argon2Hasher()])
        self._turns = threading.BoundedSemaphore(HASHES_AT_ONCE)
        self._decoy = self._hasher.hash(secrets.token_hex())

    def hash(self, password: str) -> str:
        """What to keep of a password."""
        with self._turns:
            return self._hasher.hash(_normal(password))

    def verify(self, password: str, kept: str | None) -> tuple[bool, str | None]:
        """Whether it is the password, and what to keep from now on if that changed.

        Takes as long where nothing is kept, so that time does not tell which names exist.
        """
        with self._turns:
            return self._hasher.verify_and_update(_normal(password), kept or self._decoy)


class Accounts:
    """The accounts. A `client` is who is counted together when there are limits."""

    def __init__(self, participant: Participant, passwords: Passwords) -> None:
        self._participant = participant
        self._passwords = passwords
        self._entrance = Turnstile(WAITING_AT_ONCE)
        self._sign_ups = Limit(SIGN_UPS_PER_HOUR, seconds=3600)
        self._failures = Limit(FAILURES_PER_CLIENT, seconds=FAILURE_SECONDS)
        self._failures_by_name = Limit(FAILURES_PER_NAME, seconds=FAILURE_SECONDS)

    def sign_up(
        self, name: str, password: str, *, client: str, user_id: str | None = None
    ) -> Account:
        """Open a customer's account, for this user if that one has none yet, else for a new one.

        Raises NameTaken, ValueError for an unfit name or password, and TooManyRequestsException.
        """
        with self._entrance.inside():
            self._sign_ups.count(client)
            return self._create(name, password, "customer", user_id or _new_user())

    def create_admin(self, name: str, password: str) -> Account:
        """Open an admin's account; raises NameTaken, and ValueError as above."""
        return self._create(name, password, "admin", _new_user())

    def sign_in(self, name: str, password: str, *, client: str) -> Account:
        """The account of this name; raises WrongCredentials and TooManyRequestsException."""
        key = name_key(name)
        with self._entrance.inside(), self._failures_counted(client, key):
            row = self._find(key)
            right, rehashed = self._passwords.verify(password, row and row.password_hash)
            if row is None or not right:
                raise WrongCredentials
            if rehashed:
                self._keep(row, rehashed)
        return Account(user_id=row.user_id, name=row.name, role=row.role)

    def _create(self, name: str, password: str, role: Role, user_id: str) -> Account:
        name, password = fit_name(name), fit_password(password)
        if self._find(name_key(name)):
            raise NameTaken(name)
        hashed = self._passwords.hash(password)
        # Whoever fails with a user that nobody has fails by the name.
        for user in (user_id, _new_user()):
            account = Account(user_id=user, name=name, role=role)
            with suppress(IntegrityError):
                self._add(account, hashed)
                return account
        raise NameTaken(name)

    def _add(self, account: Account, hashed: str) -> None:
        with self._participant.unit_of_work() as work:
            added = insert(accounts).values(
                user_id=account.user_id,
                name=account.name,
                name_key=name_key(account.name),
                password_hash=hashed,
                role=account.role,
            )
            work.connection.execute(added)

    def _find(self, key: str) -> _Row | None:
        found = select(
            accounts.c.user_id, accounts.c.name, accounts.c.role, accounts.c.password_hash
        ).where(accounts.c.name_key == key)
        with self._participant.database.snapshot() as connection:
            return connection.execute(found).one_or_none()

    def _keep(self, row: _Row, rehashed: str) -> None:
        unchanged = accounts.c.password_hash == row.password_hash
        mine = accounts.c.user_id == row.user_id
        with self._participant.unit_of_work() as work:
            work.connection.execute(
                update(accounts).where(mine, unchanged).values(password_hash=rehashed)
            )

    @contextmanager
    def _failures_counted(self, client: str, key: str) -> Iterator[None]:
        # Before it is known, so that tries at the same moment count as well.
        self._failures.count(client)
        self._failures_by_name.count(client, key)
        try:
            yield
        except WrongCredentials:
            raise
        except Exception:
            # A database that is away is nobody's wrong password.
            self._uncount_failure(client, key)
            raise
        self._uncount_failure(client, key)

    def _uncount_failure(self, client: str, key: str) -> None:
        self._failures.uncount(client)
        self._failures_by_name.uncount(client, key)


def _new_user() -> str:
    return str(uuid7())


def _normal(password: str) -> bytes:
    # Keyboards differ in how they put é together: NIST SP 800-63B, 5.1.1.2.
    return normalize("NFKC", password).encode("utf-8", "surrogatepass")
