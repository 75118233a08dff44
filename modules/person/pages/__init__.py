"""The persons in a browser: finding and registering them, and a page for each."""

from collections.abc import Callable

from litestar import Router

from bus import Participant
from modules.person.pages.entries import (
    add_asset,
    add_debt,
    add_income,
    addition,
    remove_asset,
    remove_debt,
    remove_income,
)
from modules.person.pages.people import ROWS, find_people, list_people, register
from modules.person.pages.person import correct, erase, show_person
from modules.person.service import Persons
from modules.person.tables import idempotency_keys
from web.cpf import who_by_cpf_or_id
from web.guards import ADMINS
from web.idempotency import once_in_form
from web.injection import provided
from web.paging import pages_of


def routes(persons: Callable[[], Persons], participant: Callable[[], Participant]) -> Router:
    """The module's pages, working on the service that `persons` gives."""
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
            "page": pages_of(ROWS),
            "who": who_by_cpf_or_id,
            "once": once_in_form(participant, idempotency_keys),
            "addition": addition,
        },
        opt=ADMINS,
    )
