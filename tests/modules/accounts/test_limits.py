"""How often, and how many at once, may sign up and in; on one database, for it is not asked."""

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from litestar import Request
from litestar.exceptions import TooManyRequestsException
from litestar.testing import RequestFactory
from sqlalchemy.exc import OperationalError

from app.container import Application
from modules.accounts import service
from modules.accounts.domain import WrongCredentials
from modules.accounts.service import Accounts, Passwords
from tests.modules.accounts.quick_hasher import HERE, PASSWORD, QuickHasher, accounts_with
from web.throttling import client_of

ELSEWHERE = "192.0.2.2"


@pytest.fixture
def settings(migrated_url: str) -> Mapping[str, str]:
    """Where the data is."""
    return {"APP_DATABASE_URL": migrated_url}


@pytest.fixture
def hasher() -> QuickHasher:
    """What hashes the passwords."""
    return QuickHasher()


@pytest.fixture
def accounts(application: Application, hasher: QuickHasher) -> Accounts:
    """Ann has an account."""
    made = accounts_with(application, hasher)
    made.create_admin("Ann", PASSWORD)
    return made


@pytest.fixture
def pass_time(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let so many seconds pass; no others do."""
    now = time.time()

    def advance(seconds: float) -> None:
        nonlocal now
        now += seconds

    monkeypatch.setattr(time, "time", lambda: now)
    return advance


def fail(accounts: Accounts, times: int, name: str = "Ann", client: str = HERE) -> None:
    """Try a wrong password so often."""
    for _ in range(times):
        with pytest.raises(WrongCredentials):
            accounts.sign_in(name, "wrong horse", client=client)


def refusal(do: Callable[[], object]) -> int:
    """In how many seconds one who asked too often may ask again."""
    with pytest.raises(TooManyRequestsException) as refused:
        do()
    return int((refused.value.headers or {})["Retry-After"])


def test_after_too_many_failures_even_the_right_password_must_wait(
    accounts: Accounts, hasher: QuickHasher, pass_time: Callable[[float], None]
) -> None:
    fail(accounts, 4)
    pass_time(100)
    fail(accounts, service.FAILURES_PER_NAME - 4)
    verified = hasher.verified

    wait = refusal(lambda: accounts.sign_in("ANN", PASSWORD, client=HERE))

    assert wait == service.FAILURE_SECONDS - 100
    assert hasher.verified == verified
    pass_time(wait)
    assert accounts.sign_in("Ann", PASSWORD, client=HERE).name == "Ann"


def test_failures_shut_out_neither_other_names_nor_other_clients(accounts: Accounts) -> None:
    accounts.create_admin("Bob", PASSWORD)
    fail(accounts, service.FAILURES_PER_NAME)

    assert accounts.sign_in("Bob", PASSWORD, client=HERE).name == "Bob"
    assert accounts.sign_in("Ann", PASSWORD, client=ELSEWHERE).name == "Ann"


def test_a_client_cannot_try_ever_new_names(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "FAILURES_PER_CLIENT", 3)
    accounts = accounts_with(application, QuickHasher())
    for name in ("one", "two", "three"):
        fail(accounts, 1, name)

    assert refusal(lambda: accounts.sign_in("four", PASSWORD, client=HERE))
    fail(accounts, 1, "four", ELSEWHERE)


def test_one_s_own_account_wipes_no_failures_away(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "FAILURES_PER_CLIENT", 3)
    accounts = accounts_with(application, QuickHasher())
    accounts.create_admin("Ann", PASSWORD)
    for name in ("one", "two", "three"):
        accounts.sign_in("Ann", PASSWORD, client=HERE)
        fail(accounts, 1, name)

    assert refusal(lambda: accounts.sign_in("four", PASSWORD, client=HERE))


def test_signing_in_is_never_too_often(accounts: Accounts) -> None:
    for _ in range(service.FAILURES_PER_CLIENT + 1):
        accounts.sign_in("Ann", PASSWORD, client=HERE)


def test_tries_at_the_same_moment_are_counted(accounts: Accounts, hasher: QuickHasher) -> None:
    many = service.MAX_CONCURRENT_SIGN_INS
    start = threading.Barrier(many)

    def try_() -> None:
        start.wait()
        with pytest.raises((WrongCredentials, TooManyRequestsException)):
            accounts.sign_in("Ann", "wrong horse", client=HERE)

    with ThreadPoolExecutor(many) as pool:
        for done in [pool.submit(try_) for _ in range(many)]:
            done.result()

    assert hasher.verified == service.FAILURES_PER_NAME


def test_a_client_opens_so_many_accounts_an_hour(
    application: Application,
    monkeypatch: pytest.MonkeyPatch,
    pass_time: Callable[[float], None],
) -> None:
    monkeypatch.setattr(service, "SIGN_UPS_PER_HOUR", 2)
    accounts = accounts_with(application, QuickHasher())
    accounts.sign_up("one", PASSWORD, client=HERE)
    accounts.sign_up("two", PASSWORD, client=HERE)

    assert refusal(lambda: accounts.sign_up("three", PASSWORD, client=HERE)) == 3600
    assert accounts.sign_up("three", PASSWORD, client=ELSEWHERE).name == "three"
    pass_time(3600)
    assert accounts.sign_up("four", PASSWORD, client=HERE).name == "four"


def test_only_so_many_are_let_in_at_once(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = service.MAX_CONCURRENT_SIGN_INS
    monkeypatch.setattr(service, "MAX_CONCURRENT_HASHES", many)
    hasher, inside, over = QuickHasher(), threading.Semaphore(0), threading.Event()
    accounts = accounts_with(application, hasher)

    def work() -> None:
        inside.release()
        over.wait()

    hasher.while_working = work
    with ThreadPoolExecutor(many) as pool:
        names = [f"name {number}" for number in range(many)]
        all_done = [pool.submit(accounts.sign_up, name, PASSWORD, client=HERE) for name in names]
        try:
            for _ in names:
                assert inside.acquire(timeout=20)
            assert refusal(lambda: accounts.sign_in("Ann", PASSWORD, client=HERE)) == 1
        finally:
            over.set()

    assert all(done.result() for done in all_done)


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::7", "2001:db8:1:2::/64"),
        ("::1", "::/64"),
        ("testclient", "testclient"),
    ],
)
def test_who_has_an_ipv6_network_is_one_client(address: str, counted: str) -> None:
    request: Request[Any, Any, Any] = RequestFactory().get("/")
    request.scope["client"] = (address, 1)

    assert client_of(request) == counted


def test_only_so_many_passwords_are_hashed_at_once() -> None:
    guard, most, now = threading.Lock(), 0, 0
    pair = threading.Barrier(service.MAX_CONCURRENT_HASHES)

    def work() -> None:
        nonlocal most, now
        with guard:
            now += 1
            most = max(most, now)
        pair.wait(20)
        with guard:
            now -= 1

    hasher = QuickHasher()
    passwords = Passwords(hasher)
    hasher.while_working = work
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(passwords.hash, [PASSWORD] * 8))

    assert most == service.MAX_CONCURRENT_HASHES


def test_a_database_that_is_away_counts_against_nobody(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_key: str) -> None:
        raise OperationalError("", {}, Exception())

    with monkeypatch.context() as while_away:
        while_away.setattr(accounts, "_find", away)
        for _ in range(20):
            with pytest.raises(OperationalError):
                accounts.sign_in("Ann", PASSWORD, client=HERE)

    assert accounts.sign_in("Ann", PASSWORD, client=HERE).name == "Ann"
