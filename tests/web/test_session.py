"""Sessions: a signed cookie that only the holder of the key can make, and only for a while."""

import string
from hashlib import sha256
from typing import Any

import pytest
from itsdangerous import URLSafeSerializer

from tests.session_cookies import (
    BOSS,
    KEY,
    NOW,
    answered,
    asking,
    at,
    cookie_value,
    request_with,
    signed_in,
)
from web.session import (
    LIFETIME_SECONDS,
    SIGN_IN_AGAIN_SECONDS,
    SIGNED_IN_SECONDS,
)


def signed(content: Any) -> str:
    """A cookie with our signature around anything."""
    digest = {"digest_method": sha256}
    return str(URLSafeSerializer(KEY, salt="session", signer_kwargs=digest).dumps(content))


def test_a_new_visitor_gets_a_cookie_that_scripts_cannot_read() -> None:
    visitor, header = asking(at(NOW))

    assert (visitor.name, visitor.role) == ("guest", "guest")
    assert "HttpOnly" in header
    assert "SameSite=lax" in header
    assert "Path=/" in header
    assert "Secure" not in header


def test_over_https_the_cookie_stays_on_https() -> None:
    assert "Secure" in asking(at(NOW), scheme="https")[1]


def test_another_process_with_the_key_knows_the_visitor() -> None:
    visitor, header = asking(at(NOW))

    assert asking(at(NOW + 1), cookie_value(header)) == (visitor, "")


LETTERS = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"


def other_spelling(cookie: str, bits: int) -> str:
    """The cookie with other unused bits in the last character of its signature."""
    return cookie[:-1] + LETTERS[LETTERS.index(cookie[-1]) ^ bits]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda cookie: cookie[:-9] + ("A" if cookie[-9] != "A" else "B") + cookie[-8:],
        *(lambda cookie, bits=bits: other_spelling(cookie, bits) for bits in (1, 2, 3)),
        lambda cookie: cookie + "=",
        lambda cookie: "x" + cookie,
        lambda _cookie: "nonsense",
        lambda _cookie: "a.b",
    ],
)
def test_a_tampered_cookie_is_a_new_visitor(spoil: Any) -> None:
    visitor, header = asking(at(NOW))

    stranger, fresh = asking(at(NOW), spoil(cookie_value(header)))

    assert stranger.id != visitor.id
    assert fresh


def test_another_key_is_another_shop() -> None:
    visitor, header = asking(at(NOW))

    assert asking(at(NOW, key="o" * 32), cookie_value(header))[0].id != visitor.id


GOOD = {"id": BOSS.id, "name": "guest", "role": "guest", "expires": int(NOW) + 1000}


def test_a_guest_of_before_there_were_accounts_is_still_known() -> None:
    assert asking(at(NOW), signed(GOOD))[0].id == BOSS.id


@pytest.mark.parametrize(
    "content",
    [
        [],
        None,
        "admin",
        {name: value for name, value in GOOD.items() if name != "role"},
        {**GOOD, "more": 1},
        {**GOOD, "role": "root"},
        {**GOOD, "role": None},
        {**GOOD, "id": 1},
        {**GOOD, "id": "boss"},
        {**GOOD, "id": f"{BOSS.id}\n"},
        {**GOOD, "name": None},
        {**GOOD, "expires": str(GOOD["expires"])},
        {**GOOD, "expires": True},
        {**GOOD, "expires": float("inf")},
    ],
)
def test_what_is_signed_but_no_session_is_nobody(content: Any) -> None:
    assert at(NOW).known(request_with(signed(content))) is None


def test_an_expired_session_is_a_new_visitor() -> None:
    visitor, header = asking(at(NOW))

    assert asking(at(NOW + LIFETIME_SECONDS), cookie_value(header))[0].id != visitor.id


def test_a_session_in_use_is_renewed_and_stays_the_same_visitor() -> None:
    visitor, header = asking(at(NOW))

    later, fresh = asking(at(NOW + LIFETIME_SECONDS * 0.6), cookie_value(header))

    assert later.id == visitor.id
    assert later.expires > visitor.expires
    assert fresh


def test_who_signs_in_is_that_user_for_half_a_day() -> None:
    header = signed_in(at(NOW))
    last = at(NOW + SIGNED_IN_SECONDS - 1)

    visitor = at(NOW + 1).known(request_with(cookie_value(header)))

    assert visitor
    assert (visitor.id, visitor.name, visitor.role) == (BOSS.id, "Boss", "admin")
    assert f"Max-Age={12 * 3600}" in header
    assert last.known(request_with(cookie_value(header)))
    assert at(NOW + SIGNED_IN_SECONDS).known(request_with(cookie_value(header))) is None


def test_a_renewed_session_keeps_its_role_and_when_it_began() -> None:
    header = signed_in(at(NOW))

    renewed, fresh = asking(at(NOW + SIGNED_IN_SECONDS * 0.6), cookie_value(header))

    assert (renewed.role, renewed.since) == ("admin", int(NOW))
    assert renewed.expires == int(NOW + SIGNED_IN_SECONDS * 1.6)
    assert asking(at(NOW + SIGNED_IN_SECONDS * 1.5), cookie_value(fresh))[0].id == BOSS.id


def test_an_account_signs_in_again_each_week_however_busy_it_is() -> None:
    cookie, moment, renewals = cookie_value(signed_in(at(NOW))), NOW, 0
    while True:
        moment += 3600
        request = request_with(cookie)
        if at(moment).known(request) is None:
            break
        renewals += bool(answered(request))
        cookie = cookie_value(answered(request)) or cookie

    assert moment == NOW + SIGN_IN_AGAIN_SECONDS
    # Each six hours; the last twelve cannot be prolonged.
    assert renewals == (SIGN_IN_AGAIN_SECONDS - SIGNED_IN_SECONDS) / (SIGNED_IN_SECONDS / 2)


def test_a_session_beyond_its_week_is_nobody_whatever_its_expiry_says() -> None:
    content = {**GOOD, "role": "admin", "since": int(NOW) - SIGN_IN_AGAIN_SECONDS}

    assert at(NOW).known(request_with(signed(content))) is None


def test_signing_out_clears_the_cookie() -> None:
    request = request_with(cookie_value(signed_in(at(NOW))))

    at(NOW).sign_out(request)

    assert cookie_value(answered(request)) == '""'
    assert "Max-Age=0" in answered(request)


def test_looking_who_asks_makes_nobody_a_guest() -> None:
    request = request_with()

    assert at(NOW).known(request) is None
    assert answered(request) == ""
