"""The HTML pages of persons: a list with search and registration, and a page per person."""

from collections.abc import Callable

from litestar import Router

from bus import Participant
from modules.person.pages.entries import (
    add_asset,
    add_debt,
    add_income,
    addition_dependency,
    remove_asset,
    remove_debt,
    remove_income,
)
from modules.person.pages.people import ROWS_PER_PAGE, find_people, list_people, register
from modules.person.pages.person import correct, erase, show_person
from modules.person.service import Persons
from modules.person.tables import idempotency_keys
from web.idempotency import idempotent_by_form
from web.injection import provided
from web.paging import pages_of


def routes(persons: Callable[[], Persons], participant: Callable[[], Participant]) -> Router:
    """The pages of the module, for the service that `persons` provides."""
    return Router(
        "/people",
        route_handlers=[
            list_people,
            register,
            find_people,
            show_person,
            correct,
            erase,
            add_income,
            add_asset,
            add_debt,
            remove_income,
            remove_asset,
            remove_debt,
        ],
        dependencies={
            "persons": provided(persons),
            "page": pages_of(ROWS_PER_PAGE),
            "idempotent": idempotent_by_form(participant, idempotency_keys),
            "addition": addition_dependency,
        },
    )
