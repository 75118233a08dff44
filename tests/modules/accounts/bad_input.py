"""The routes of accounts that take a body."""

from tests.odd_values import NOT_TEXT, BodyRoute, Field, visible

ACCOUNT = {"name": "ann", "password": "correct horse"}
ANY_TEXT = Field(NOT_TEXT)

ROUTES = {
    "POST /api/accounts": BodyRoute(
        "POST /api/accounts",
        ACCOUNT,
        {"name": visible(100), "password": Field([*NOT_TEXT, "short", "x" * 257])},
    ),
    "POST /api/session": BodyRoute(
        "POST /api/session", ACCOUNT, {"name": ANY_TEXT, "password": ANY_TEXT}
    ),
}
