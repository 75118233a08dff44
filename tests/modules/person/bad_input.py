"""The routes of person that take a body."""

from typing import Any

from tests.odd_values import BodyRoute, Field, visible

NOT_MONEY: list[Any] = [
    0, -1, -0.01, 0.001, 1.001, 1000000000000, 999999999999.991, "1e3", "NaN", "Infinity", "-1",
    "0", "0.00", "1.001", "1000000000000.00", "", " 1", "1 ", "+1", "1_0", "1,5", "1.", ".5",
    "\u0661", True, False, [], {}, "\ud800",
]  # fmt: skip
NOT_MONEY_JSON = [
    "1e400",
    "1e99999999999999999999",
    "-1e-99999999999999999999",
    "1e999999999",
    "1e-999999999",
    "-1e400",
    "1e12",
    "0.1e-2",
    "10.000000001",
]
NOT_A_CPF: list[Any] = [-1, 123456789012, "", "123456789012", "12.3", "abc", True, [], {}, 1.5]
NOT_A_DATE: list[Any] = [5, "", "yesterday", "2019-13-01", "2019-02-30", "9999-01-01", True, []]

MONEY = Field(NOT_MONEY, wrong_json=NOT_MONEY_JSON)
PERSON = {"cpf": 22222, "name": "Ann", "address": "Here 1", "date_of_birth": "2000-01-31"}
CORRECTION = {name: value for name, value in PERSON.items() if name != "cpf"}
WHO = {"name": visible(200), "address": visible(500)}
CORRECTED = {**WHO, "date_of_birth": Field(NOT_A_DATE, required=False, nullable=True)}
REGISTERED = {"cpf": Field(NOT_A_CPF), **WHO, "date_of_birth": Field(NOT_A_DATE)}
ENTRY = {"type": "renting", "value": 1000}
ENTERED = {"type": visible(100), "value": MONEY}

ROUTES = {
    "POST /api/person": BodyRoute("POST /api/person", PERSON, REGISTERED),
    "PUT /api/person/{cpf}": BodyRoute(
        "PUT /api/person/11111", CORRECTION, CORRECTED, keeps=["name"]
    ),
    "POST /api/person/{cpf}/income": BodyRoute("POST /api/person/11111/income", ENTRY, ENTERED),
    "POST /api/person/{cpf}/asset": BodyRoute(
        "POST /api/person/11111/asset", ENTRY, ENTERED, keeps=["type"]
    ),
    "POST /api/person/{cpf}/debt": BodyRoute(
        "POST /api/person/11111/debt", {"value": 1000}, {"value": MONEY}
    ),
}

ADDED_FIRST = [("/api/person", {**PERSON, "cpf": 11111})]
"""What there must be for them to work on: where it is posted."""
