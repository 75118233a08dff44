"""The use cases of accounts, a method each."""

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
    name_key,
    validated_name,
    validated_password,
)
from modules.accounts.tables import accounts
from web.throttling import ConcurrencyLimit, RateLimit

MAX_CONCURRENT_HASHES = 2
"""Each hash takes 64 MiB of memory while it is computed."""

MAX_CONCURRENT_SIGN_INS = 16
"""The most requests that sign up or in at a time. Most of them wait, and hold server threads."""

SIGN_UPS_PER_HOUR = 100
"""Per client."""

FAILURES_PER_CLIENT = 100
FAILURES_PER_NAME = 10
"""Failed sign-ins of one client within FAILURE_SECONDS: in all, and for one name."""

FAILURE_SECONDS = 600

_Row: TypeAlias = Row[Any, Any, Any, Any]


class Passwords:
    """Hashes and verifies passwords with argon2id, a few at a time."""

    def __init__(self, argon2id: Argon2Hasher | None = None) -> None:
        self._hasher = PasswordHash([argon2id or Argon2Hasher()])
        self._slots = threading.BoundedSemaphore(MAX_CONCURRENT_HASHES)
        self._dummy_hash = self._hasher.hash(secrets.token_hex())

    def hash(self, password: str) -> str:
        """The hash of a password, with its salt and parameters, to be stored."""
        with self._slots:
            return self._hasher.hash(_normalized(password))

    def verify(self, password: str, stored: str | None) -> tuple[bool, str | None]:
        """Compare a password with a stored hash.

        Returns True if it matches, and a new hash to store if the parameters have changed. Takes as
        long without a stored hash, so that the time does not reveal which names exist.
        """
        with self._slots:
            return self._hasher.verify_and_update(_normalized(password), stored or self._dummy_hash)


class Accounts:
    """The accounts. Limits count per `client`, the address that a request comes from."""

    def __init__(self, participant: Participant, passwords: Passwords) -> None:
        self._participant = participant
        self._passwords = passwords
        self._concurrency = ConcurrencyLimit(MAX_CONCURRENT_SIGN_INS)
        self._sign_ups = RateLimit(SIGN_UPS_PER_HOUR, seconds=3600)
        self._failures = RateLimit(FAILURES_PER_CLIENT, seconds=FAILURE_SECONDS)
        self._failures_by_name = RateLimit(FAILURES_PER_NAME, seconds=FAILURE_SECONDS)

    def sign_up(
        self, name: str, password: str, *, client: str, user_id: str | None = None
    ) -> Account:
        """Open a customer's account with the id `user_id`, or a new id if that has an account.

        Raises NameTaken, ValueError for a name or password that is not allowed, and
        TooManyRequestsException.
        """
        with self._concurrency.slot():
            self._sign_ups.count(client)
            return self._create(name, password, "customer", user_id or _new_user())

    def create_admin(self, name: str, password: str) -> Account:
        """Open an admin's account. Raises NameTaken, and ValueError like `sign_up`."""
        return self._create(name, password, "admin", _new_user())

    def sign_in(self, name: str, password: str, *, client: str) -> Account:
        """The account of this name. Raises WrongCredentials and TooManyRequestsException."""
        key = name_key(name)
        with self._concurrency.slot(), self._failures_counted(client, key):
            row = self._find(key)
            right, rehashed = self._passwords.verify(password, row and row.password_hash)
            if row is None or not right:
                raise WrongCredentials
            if rehashed:
                self._store_hash(row, rehashed)
        return Account(user_id=row.user_id, name=row.name, role=row.role)

    def _create(self, name: str, password: str, role: Role, user_id: str) -> Account:
        name, password = validated_name(name), validated_password(password)
        if self._find(name_key(name)):
            raise NameTaken(name)
        hashed = self._passwords.hash(password)
        # With a new user id, only the name can violate a unique constraint.
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

    def _store_hash(self, row: _Row, rehashed: str) -> None:
        unchanged = accounts.c.password_hash == row.password_hash
        mine = accounts.c.user_id == row.user_id
        with self._participant.unit_of_work() as work:
            work.connection.execute(
                update(accounts).where(mine, unchanged).values(password_hash=rehashed)
            )

    @contextmanager
    def _failures_counted(self, client: str, key: str) -> Iterator[None]:
        # Counted before the result is known, so that simultaneous attempts count, too.
        self._failures.count(client)
        self._failures_by_name.count(client, key)
        try:
            yield
        except WrongCredentials:
            raise
        except Exception:
            # An unavailable database is no failed sign-in.
            self._uncount_failure(client, key)
            raise
        self._uncount_failure(client, key)

    def _uncount_failure(self, client: str, key: str) -> None:
        self._failures.uncount(client)
        self._failures_by_name.uncount(client, key)


def _new_user() -> str:
    return str(uuid7())


def _normalized(password: str) -> bytes:
    # Keyboards differ in how they compose é: NIST SP 800-63B, 5.1.1.2.
    return normalize("NFKC", password).encode("utf-8", "surrogatepass")
