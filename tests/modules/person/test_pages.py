"""The people's pages without scripts, asked inside this process while no bus runs."""

from collections.abc import Callable
from datetime import date

import pytest

from app.container import Application
from bus.admin import logged_events
from modules.person.service import Persons
from tests.modules.page_reader import Reader, Shown

CPF = "52998224725"
ANN = {"cpf": CPF, "name": "Ann Lee", "address": "1 Main Street", "date_of_birth": "1990-02-28"}


@pytest.fixture
def persons(alone: Application) -> Persons:
    """The service behind the pages."""
    service: Persons = alone.hosted()["person"].persons()
    return service


@pytest.fixture
def announced(alone: Application) -> Callable[[], list[str]]:
    """The latest events, the newest first."""
    participant = alone.hosted()["person"].participant()

    def look() -> list[str]:
        with participant.database.snapshot() as connection:
            return [event.type for event in logged_events(connection, participant.tables)]

    return look


@pytest.fixture
def ann(reader: Reader) -> Shown:
    """The page of Ann, who has just been registered."""
    return register(reader)


def register(reader: Reader, **fields: str) -> Shown:
    return reader.send(reader.go("/people"), "/people", {**ANN, **fields})


def add(reader: Reader, page: Shown, kind: str, **fields: str) -> Shown:
    return reader.send(page, f"{page.at}/{kind}", fields)


def removal(page: Shown) -> str:
    """Where the page's only entry is removed."""
    (action,) = [each for each in page.actions if each.endswith("/remove")]
    return action


def test_who_is_registered_has_a_page_whose_address_names_nobody(ann: Shown) -> None:
    assert ann.status == 200
    assert CPF not in ann.at
    assert "The person is registered." in ann.text
    for text in ("Ann Lee", "529.982.247-25", "1 Main Street", "1990-02-28"):
        assert text in ann.text
    assert "aria-busy" not in ann.html


def test_a_list_masks_cpfs_and_links_to_ids(reader: Reader, ann: Shown) -> None:
    listed = reader.go("/people")

    assert "***.982.247-**" in listed.text
    assert CPF not in listed.html
    assert "529.982.247-25" not in listed.text
    assert ann.at in listed.links


def test_what_is_wrong_is_told_at_the_fields_and_what_was_written_stays(reader: Reader) -> None:
    shown = register(reader, cpf="12x", name=" ", date_of_birth="2999-01-01")

    assert shown.status == 422
    assert shown.told_of("cpf") == "A CPF has 1 to 11 digits, or the form 123.456.789-09."
    assert shown.told_of("name") == "Text cannot be blank."
    assert shown.told_of("date_of_birth").startswith("A date of birth is not in the future")
    assert shown.form("/people")["address"] == ANN["address"]
    assert shown.form("/people")["cpf"] == "12x"
    assert "Nobody is registered yet" in shown.text


def test_a_taken_cpf_is_told_at_its_field(reader: Reader, ann: Shown) -> None:
    again = register(reader, name="Another")

    assert again.status == 422
    assert again.told_of("cpf") == "A person with this CPF is registered already."
    assert again.form("/people")["name"] == "Another"


def test_a_person_is_found_by_a_part_of_the_name(reader: Reader, ann: Shown) -> None:
    register(reader, cpf="1", name="Bob")

    found = reader.send(reader.go("/people"), "/people/find", {"q": "ann"})

    assert found.answer.url.query == b"q=ann"
    assert "Ann Lee" in found.text
    assert "Bob" not in found.text


@pytest.mark.parametrize("written", [CPF, "529.982.247-25", " 52998224725 "])
def test_a_cpf_leads_to_the_person_and_into_no_address(
    reader: Reader, ann: Shown, written: str
) -> None:
    found = reader.send(reader.go("/people"), "/people/find", {"q": written})

    assert found.at == ann.at
    assert not any(CPF in str(each.url) for each in found.answer.history)


def test_a_search_while_typing_puts_a_name_into_the_address_and_no_cpf(
    reader: Reader, ann: Shown
) -> None:
    page = reader.go("/people")
    found = {
        text: reader.send(page, "/people/find", {"q": text}, {"HX-Request": "true"})
        for text in ("ann", CPF)
    }

    assert all("Ann Lee" in each.text for each in found.values())
    addresses = {text: each.answer.headers["HX-Replace-Url"] for text, each in found.items()}
    assert addresses == {"ann": "/people?q=ann", CPF: "/people"}


def test_the_list_says_what_to_do_when_it_is_empty(reader: Reader) -> None:
    assert "Register the first person above" in reader.go("/people").text
    register(reader)
    nobody = reader.send(reader.go("/people"), "/people/find", {"q": "999"})
    assert "Nobody is called “999”" in nobody.text
    assert "/people" in nobody.links
    assert "The list ends before this." in reader.go("/people?offset=50").text


def test_a_long_list_comes_in_parts(reader: Reader, persons: Persons) -> None:
    for number in range(51):
        persons.register(
            cpf=f"{number:011}",
            name=f"Person {number}",
            address="x",
            date_of_birth=date(2000, 1, 1),
        )

    first = reader.go("/people")
    assert "50 of 51 people" in first.text
    second = reader.go("/people?offset=50")

    assert "/people?offset=50" in first.links
    assert "Person 50" in second.text
    assert "51 of 51 people" in second.text


@pytest.mark.parametrize(
    ("kind", "fields", "shown"),
    [
        ("income", {"type": "salary", "value": "4200"}, "salary 4,200.00"),
        ("asset", {"type": "boat", "value": "1234567.5"}, "boat 1,234,567.50"),
        ("debt", {"value": "0.01"}, "0.01"),
    ],
)
def test_an_entry_comes_and_goes(
    reader: Reader, ann: Shown, kind: str, fields: dict[str, str], shown: str
) -> None:
    added = add(reader, ann, kind, **fields)
    assert added.at == ann.at
    assert f"The {kind} is added." in added.text
    assert shown in added.text

    removed = reader.send(added, removal(added))
    assert removed.at == ann.at
    assert "The entry was removed." in removed.text
    assert shown not in removed.text


@pytest.mark.parametrize("kind", ["income", "asset", "debt"])
def test_a_wrong_entry_is_told_at_its_own_form(reader: Reader, ann: Shown, kind: str) -> None:
    shown = add(reader, ann, kind, value="1,5")

    assert shown.status == 422
    assert shown.told_of(f"{kind}-value").startswith("An amount is above 0")
    assert shown.hint_for(f"{kind}-value") == "As 1000 or 1000.50"
    assert shown.form(f"{ann.at}/{kind}")["value"] == "1,5"
    assert shown.focus == (f"{kind}-value" if kind == "debt" else f"{kind}-type")
    others = {"income", "asset", "debt"} - {kind}
    assert all(shown.told_of(f"{other}-value") == "As 1000 or 1000.50" for other in others)


def test_a_form_that_is_sent_twice_counts_once(
    reader: Reader, ann: Shown, announced: Callable[[], list[str]]
) -> None:
    for _ in range(2):
        shown = add(reader, ann, "debt", value="100")
        assert shown.at == ann.at

    assert announced()[:2] == ["person.debt_added", "person.person_registered"]
    other = add(reader, ann, "debt", value="200")
    assert other.status == 422
    assert "Send it again" in other.told_of("debt-value")
    assert "200.00" in reader.send(other, f"{ann.at}/debt").text


def test_removing_what_is_gone_shows_what_there_is(reader: Reader, ann: Shown) -> None:
    added = add(reader, ann, "debt", value="100")
    for said in ("The entry was removed.", "The entry was removed before."):
        shown = reader.send(added, removal(added))
        assert shown.status == 200
        assert said in shown.text


def test_a_correction_is_shown(reader: Reader, ann: Shown) -> None:
    shown = reader.send(ann, ann.at, {"name": "Ann Roe", "address": "2 High Street"})

    assert "The correction is saved." in shown.text
    assert "Ann Roe" in shown.text
    assert "2 High Street" in shown.text


def test_a_wrong_correction_is_told_at_its_field(reader: Reader, ann: Shown) -> None:
    shown = reader.send(ann, ann.at, {"name": "", "date_of_birth": ""})

    assert shown.status == 422
    assert shown.told_of("name") == "Fill this in."
    assert shown.told_of("date_of_birth") == "Fill this in."
    assert "Ann Lee" in reader.go(ann.at).text


def test_of_two_who_correct_at_once_the_second_is_told(reader: Reader, ann: Shown) -> None:
    add(reader, ann, "debt", value="1")
    reader.send(ann, ann.at, {"address": "2 High Street"})

    told = reader.send(ann, ann.at, {"address": "3 Low Street"})

    assert told.status == 412
    assert "Somebody else was faster" in told.text
    assert "2 High Street" in told.text
    assert told.form(ann.at)["address"] == "3 Low Street"
    assert "2 High Street" in reader.go(ann.at).text
    assert "3 Low Street" in reader.send(told, ann.at).text


def test_two_who_correct_alike_are_not_told(reader: Reader, ann: Shown) -> None:
    for _ in range(2):
        shown = reader.send(ann, ann.at, {"address": "2 High Street"})

        assert "The correction is saved." in shown.text


def test_erasing_says_what_it_does_and_does_it(
    reader: Reader, ann: Shown, announced: Callable[[], list[str]]
) -> None:
    assert "It cannot be undone." in ann.text

    erased = reader.send(ann, f"{ann.at}/erase")

    assert erased.at == "/people"
    assert "The person is erased." in erased.text
    assert "Ann Lee" not in erased.text
    assert reader.go(ann.at).status == 404
    assert announced()[0] == "person.person_erased"


def test_somebody_unknown_has_no_page(reader: Reader) -> None:
    for path in ("/people/1", "/people/01890a5d-ac96-774b-bcce-b302099a8057", "/people/nobody"):
        assert reader.go(path).status == 404


def test_a_person_is_shown_by_cpf_too(reader: Reader, ann: Shown) -> None:
    assert "Ann Lee" in reader.go(f"/people/{CPF}").text


def test_markup_in_a_name_is_text(reader: Reader) -> None:
    shown = register(reader, name="<script>alert(1)</script>")

    assert "<script>alert" not in shown.html
    assert "<script>alert(1)</script>" in shown.text


def test_a_form_of_another_site_is_refused(reader: Reader, ann: Shown) -> None:
    assert reader.send(ann, f"{ann.at}/debt", {"value": "1", "_csrf_token": "x"}).status == 403
    assert "None yet." in reader.go(ann.at).text


def test_a_search_that_is_too_long_is_refused(reader: Reader) -> None:
    assert reader.send(reader.go("/people"), "/people/find", {"q": "x" * 201}).status == 422
    assert reader.send(reader.go("/people"), "/people/find", {"q": "a\0"}).status == 422
