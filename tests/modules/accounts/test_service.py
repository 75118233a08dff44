"""Accounts: names that are one's own, and passwords that nobody can read."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import text

from app.container import Application
from bus.admin import logged_events
from modules.accounts.domain import NameTaken, WrongCredentials, validated_name, validated_password
from modules.accounts.service import Accounts
from tests.modules.accounts.quick_hasher import HERE, PASSWORD, QuickHasher, accounts_with

FULL_WIDTH = "\uff21\uff4e\uff4e"
"""Ann, in letters as wide as those of East Asian scripts."""

HEBREW, EMOJI = "\u05e9\u05dc\u05d5\u05dd", "\U0001f469\u200d\U0001f4bb"
VISITOR = "01890a5d-ac96-774b-bcce-b302099a8057"


@pytest.fixture
def accounts(application: Application) -> Accounts:
    """No accounts yet."""
    return accounts_with(application, QuickHasher())


def rows(application: Application) -> list[Any]:
    """What the table has, by id."""
    with application.databases()["accounts"].snapshot() as connection:
        return list(connection.execute(text("SELECT * FROM accounts.accounts ORDER BY id")))


def test_who_signs_up_can_sign_in(accounts: Accounts) -> None:
    opened = accounts.sign_up(" Ann ", PASSWORD, client=HERE, user_id=VISITOR)

    assert (opened.user_id, opened.name, opened.role) == (VISITOR, "Ann", "customer")
    assert accounts.sign_in("Ann", PASSWORD, client=HERE) == opened
    assert accounts.sign_in(FULL_WIDTH.upper(), PASSWORD, client=HERE) == opened


def test_a_password_is_kept_as_argon2id_alone(application: Application, accounts: Accounts) -> None:
    real = accounts_with(application, Argon2Hasher())

    real.sign_up("Ann", PASSWORD, client=HERE)

    [row] = rows(application)
    # RFC 9106, section 4: the second recommended option.
    assert row.password_hash.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert PASSWORD not in str(row)


def test_a_wrong_password_and_an_unknown_name_are_refused_alike(accounts: Accounts) -> None:
    accounts.sign_up("Ann", PASSWORD, client=HERE)
    told = set()

    for name in ("Ann", "Bob"):
        for wrong in ("correct hors", "correct horse ", "Correct horse", "", "\ud800"):
            with pytest.raises(WrongCredentials) as refused:
                accounts.sign_in(name, wrong, client=HERE)
            told.add(str(refused.value))

    assert told == {"The name or the password is wrong."}


def test_an_unknown_name_is_as_much_work_as_a_wrong_password(application: Application) -> None:
    hasher = QuickHasher()
    accounts = accounts_with(application, hasher)

    with pytest.raises(WrongCredentials):
        accounts.sign_in("nobody", PASSWORD, client=HERE)

    assert hasher.verified == 1


def test_however_a_keyboard_puts_a_letter_together_it_is_the_same_password(
    accounts: Accounts,
) -> None:
    accounts.sign_up("Ann", "caf\u00e9 au lait", client=HERE)

    assert accounts.sign_in("Ann", "cafe\u0301 au lait", client=HERE).name == "Ann"


def test_a_hash_of_before_is_renewed_when_its_owner_signs_in(application: Application) -> None:
    before, now = (accounts_with(application, QuickHasher(work=work)) for work in (1, 2))
    before.sign_up("Ann", PASSWORD, client=HERE)
    with pytest.raises(WrongCredentials):
        now.sign_in("Ann", "wrong horse", client=HERE)
    assert ",t=1," in rows(application)[0].password_hash

    now.sign_in("Ann", PASSWORD, client=HERE)

    assert ",t=2," in rows(application)[0].password_hash
    assert now.sign_in("Ann", PASSWORD, client=HERE).name == "Ann"


def test_a_name_that_reads_the_same_is_taken(application: Application, accounts: Accounts) -> None:
    accounts.create_admin("Ann", PASSWORD)

    for taken in ("Ann", "ann", " ANN ", FULL_WIDTH, "A\u200bnn", "a\u00adnn"):
        with pytest.raises(NameTaken):
            accounts.sign_up(taken, PASSWORD, client=HERE)
        with pytest.raises(NameTaken):
            accounts.create_admin(taken, PASSWORD)

    assert len(rows(application)) == 1


UNFIT_NAMES = [
    "",
    " ",
    "\u200b",
    "a\nb",
    "a\0b",
    "a\x7fb",
    "a\u2028b",
    "nna\u202e",
    "\u2066ann",
    "\ud800",
    "x" * 101,
    "\ufdfa" * 10,
]
UNFIT_PASSWORDS = ["", "1234567", "x" * 257, "\ud800" * 8]


@pytest.mark.parametrize("name", UNFIT_NAMES)
def test_a_name_is_short_and_can_be_seen(name: str) -> None:
    with pytest.raises(ValueError, match=r"^A name "):
        validated_name(name)


@pytest.mark.parametrize("password", UNFIT_PASSWORDS)
def test_a_password_that_cannot_be_one_is_refused_without_showing_it(password: str) -> None:
    with pytest.raises(ValueError, match=r"^A password ") as refused:
        validated_password(password)

    assert not password or password not in str(refused.value)


def test_what_is_unfit_opens_no_account(application: Application, accounts: Accounts) -> None:
    for name in UNFIT_NAMES:
        with pytest.raises(ValueError, match=r"^A name "):
            accounts.sign_up(name, PASSWORD, client=HERE)
    for password in UNFIT_PASSWORDS:
        with pytest.raises(ValueError, match=r"^A password "):
            accounts.create_admin("Ann", password)

    assert rows(application) == []


def test_all_other_names_are_good(accounts: Accounts) -> None:
    for name in ("x" * 100, HEBREW, EMOJI, "O'Brien; DROP TABLE accounts", "<b>", "%", "a  b"):
        assert accounts.sign_up(name, PASSWORD, client=HERE).name == name
        assert accounts.sign_in(name, PASSWORD, client=HERE).name == name


def test_all_other_passwords_are_good(accounts: Accounts) -> None:
    passwords = ["12345678", "x" * 256, " " * 8, "\0" * 8, EMOJI * 8]
    for number, password in enumerate(passwords):
        opened = accounts.sign_up(f"Ann {number}", password, client=HERE)

        assert accounts.sign_in(f"Ann {number}", password, client=HERE) == opened


def test_a_visitor_who_has_an_account_gets_another_id_for_another(accounts: Accounts) -> None:
    first = accounts.sign_up("Ann", PASSWORD, client=HERE, user_id=VISITOR)

    second = accounts.sign_up("Bob", PASSWORD, client=HERE, user_id=VISITOR)

    assert (first.user_id, accounts.sign_in("Ann", PASSWORD, client=HERE)) == (VISITOR, first)
    assert second.user_id != VISITOR


def at_once(accounts: Accounts, *wanted: tuple[str, str | None]) -> list[str]:
    """Sign all of them up at the same time; how each ended."""

    def sign_up(name: str, user_id: str | None) -> str:
        try:
            accounts.sign_up(name, PASSWORD, client=HERE, user_id=user_id)
        except NameTaken:
            return "taken"
        return "opened"

    with ThreadPoolExecutor(len(wanted)) as pool:
        return list(pool.map(sign_up, *zip(*wanted, strict=True)))


@pytest.fixture
def both_look_first(application: Application) -> Accounts:
    """Two who sign up have both looked whether the name is free before either takes it."""
    hasher = QuickHasher()
    accounts = accounts_with(application, hasher)
    hasher.while_working = threading.Barrier(2).wait
    return accounts


def test_of_two_who_want_a_name_at_once_one_gets_it(
    application: Application, both_look_first: Accounts
) -> None:
    outcomes = at_once(both_look_first, ("Ann", None), ("ANN", None))

    assert sorted(outcomes) == ["opened", "taken"]
    assert len(rows(application)) == 1


def test_of_two_accounts_for_a_visitor_at_once_both_are_opened(
    application: Application, both_look_first: Accounts
) -> None:
    outcomes = at_once(both_look_first, ("Ann", VISITOR), ("Bob", VISITOR))

    assert outcomes == ["opened", "opened"]
    assert [row.user_id == VISITOR for row in rows(application)].count(True) == 1


def test_ids_are_not_reused(application: Application, accounts: Accounts) -> None:
    accounts.sign_up("Ann", PASSWORD, client=HERE)
    [first] = rows(application)
    with application.databases()["accounts"].transaction() as connection:
        connection.execute(text("DELETE FROM accounts.accounts"))

    accounts.sign_up("Ann", PASSWORD, client=HERE)

    assert rows(application)[0].id > first.id


def test_nothing_of_an_account_is_announced(application: Application, accounts: Accounts) -> None:
    accounts.sign_up("Ann", PASSWORD, client=HERE)

    participant = application.hosted()["accounts"].participant()
    with participant.database.snapshot() as connection:
        assert list(logged_events(connection, participant.tables)) == []
