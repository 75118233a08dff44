"""The operator's page over HTTP: what is stuck, where and why, and what is done about it."""

import html
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy import insert

from app.container import Application
from app.operations.diagram import GAP, LINE
from bus.admin import State
from features.eventually import eventually
from tests.app.operations.logged_events import Publish, participant

NEEDS = ["likes", "person", "products", "score"]

SCRIPT = "<script>alert(1)</script>"
CPF = "12345678909"

PERSON = {"cpf": CPF, "name": "Ann", "address": "a street", "date_of_birth": "1990-01-01"}


def store(application: Application, state: State, count: int) -> None:
    """Put so many messages into the inbox of score, as if they had failed once and long ago."""
    score = participant(application, "score")
    cause = f'[{{"at":"2026-01-31T12:00:00Z","error":"ValueError: no {CPF}","where":"a:1"}}]'
    row = {"state": state, "source": "person", "epoch": "", "position": 1, "message": b""}
    row |= {"type": "person.income_added", "attempts": 1, "causes": cause}
    row |= {"stored": "2026-01-31T12:00:00Z", "next_attempt": time.time() + 100}
    rows = [{**row, "id": f"{state[:3]}{n}", "subject": f"p-{n}"} for n in range(count)]
    with score.database.transaction() as connection:
        connection.execute(insert(score.tables.inbox), rows)


@pytest.fixture
def running(application: Application) -> Iterator[None]:
    """The bus between the modules."""
    with application.bus():
        yield


def dead(web: TestClient[Any], module: str = "products") -> list[Any]:
    """The module's dead letters."""
    found: list[Any] = web.get(f"/api/bus/{module}/dead-letters").json()
    return found


def submit(web: TestClient[Any], **fields: Any) -> str:
    """Send the form, go where it leads, and give what is shown."""
    page = web.get("/operations").text
    token = re.search('name="_csrf_token" value="([^"]+)"', page)
    token = token or re.search('x-csrftoken&#34;: &#34;([^&]+)|x-csrftoken": "([^"]+)', page)
    assert token
    sent = {"_csrf_token": next(filter(None, token.groups())), **fields}
    return web.post("/operations/dead-letters", data=sent).text


@pytest.fixture
def letter(web: TestClient[Any], publish: Publish, running: None) -> str:
    """The id of a dead letter at products, whose event says a script."""
    publish("likes.product_liked", "7/x", f'{{"product_id":"{SCRIPT}","user_id":"x"}}')
    eventually(lambda: _is(len(dead(web)) == 1))
    return str(dead(web)[0]["id"])


def _is(true: bool) -> None:
    assert true


def test_while_all_is_well_the_page_says_so(web: TestClient[Any], running: None) -> None:
    page = web.get("/operations")

    assert page.status_code == 200
    assert "Everything flows" in page.text
    assert "No dead letters" in page.text
    assert "No events yet" in page.text


def test_a_status_tells_scripts_what_is_wrong_with_the_process_and_in_the_tables(
    web: TestClient[Any], application: Application
) -> None:
    store(application, State.DEAD, 11)

    status = web.get("/api/bus/score").json()

    [stuck] = status["sentences"]
    assert stuck.startswith("11 are dead, the oldest for ")
    assert status["faults"] == ["no process relays its events"]
    assert [(each["about"], each["sentence"]) for each in status["findings"]] == [
        ("relay", "no process relays its events"),
        ("inbox", stuck),
    ]
    assert web.get("/api/bus").json()["modules"]["score"] == status


def test_a_dead_letter_is_told_with_its_place_and_cause(web: TestClient[Any], letter: str) -> None:
    page = web.get("/operations").text

    assert "1 dead letter" in page
    assert "Expected `int`, got `str`" in page
    assert f"/operations/dead-letters/products/{letter}" in page


def test_a_letters_script_is_shown_and_is_no_script(web: TestClient[Any], letter: str) -> None:
    page = web.get(f"/operations/dead-letters/products/{letter}").text

    assert SCRIPT not in page
    assert 'href="/operations/log?module=likes&amp;subject=7%2Fx">of its subject' in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_cpf_in_a_letter_is_masked(web: TestClient[Any], publish: Publish, running: None) -> None:
    publish("person.income_added", "p-1", f'{{"cpf":"{CPF}","value":"cpf {CPF}"}}')
    eventually(lambda: _is(len(dead(web, "score")) == 1))
    id_ = dead(web, "score")[0]["id"]

    page = web.get(f"/operations/dead-letters/score/{id_}").text
    log = web.get("/operations/story?correlation=c-1").text

    assert "***.456.789-**" in page
    assert "***.456.789-**" in log
    assert CPF not in page + log


def test_a_cpf_in_what_letters_died_of_is_masked(
    web: TestClient[Any], application: Application
) -> None:
    store(application, State.DEAD, 2)

    [group] = web.get("/api/bus/score/dead-letters/causes").json()
    pages = web.get("/operations").text + web.get("/operations/dead-letters").text

    assert (group["cause"], group["error"]) == (
        "ValueError: no … at a:1",
        "ValueError: no ***",
    )
    assert "By cause" in pages
    assert CPF not in pages


def test_many_retries_are_told_of_at_once_and_nobody_has_to_act(
    web: TestClient[Any], application: Application, running: None
) -> None:
    store(application, State.RETRYING, 11)
    store(application, State.WAITING, 1)

    page = web.get("/operations").text
    [way] = re.findall('href="([^"]+)">all retrying at score<', page)
    retried = web.get(html.unescape(way)).text
    [way] = re.findall('href="([^"]+)" aria-label="1 waiting at score"', page)
    waiting = web.get(html.unescape(way)).text

    assert 'class="summary busy"' in page
    assert page.count("are being retried, the oldest for") == 1
    assert (retried.count("?back="), waiting.count("?back=")) == (11, 1)
    assert 'name="letter"' not in retried + waiting
    assert "Redrive all" not in retried + waiting


def test_of_many_letters_the_first_page_has_few_and_what_to_do_with_all_before_them(
    web: TestClient[Any], application: Application
) -> None:
    store(application, State.DEAD, 304)

    page = web.get("/operations").text

    assert page.count("are dead, the oldest for") == 1
    assert page.count('name="letter"') == 10
    assert page.index("Redrive all 304…") < page.index('name="letter"')
    assert "Of the 304 at score only the oldest are shown" in page


def test_what_is_on_a_way_stands_in_lines_between_the_boxes(
    web: TestClient[Any], application: Application
) -> None:
    for state, count in ((State.DEAD, 304), (State.RETRYING, 11), (State.WAITING, 1205)):
        store(application, state, count)

    page = web.get("/operations").text
    [way] = re.findall('<g class="way bad">(.*?)</g>', page, re.DOTALL)
    labels = re.findall('<text x="[0-9]+" y="([0-9]+)">([^<]+)<', way)

    tops = [int(y) - LETTER_HEIGHT for y, _ in labels]
    assert [words for _, words in labels] == ["304 dead", "11 retrying", "1,205 waiting"]
    assert tops == [tops[0], tops[0] + LINE, tops[0] + 2 * LINE]
    assert tops[0] >= 0
    assert max(len(words) for _, words in labels) * WIDEST_LETTER < GAP


LETTER_HEIGHT, WIDEST_LETTER = 13, 11
"""Of the labels, as their style has it."""


def test_one_letter_is_redriven_and_told(web: TestClient[Any], letter: str) -> None:
    told = submit(web, deed="redrive", letter=f"products/{letter}")

    assert "1 dead letter redriven." in told


def test_discarding_asks_for_the_reason_first(web: TestClient[Any], letter: str) -> None:
    asked = submit(web, deed="discard", letter=f"products/{letter}")
    wrong = submit(web, deed="discard", letter=f"products/{letter}", sure="1", reason=" ")
    before = len(dead(web))
    told = submit(web, deed="discard", letter=f"products/{letter}", sure="1", reason="no use")

    assert "Why?" in asked
    assert 'aria-invalid="true"' in wrong
    assert before == 1
    assert "1 dead letter discarded." in told
    assert dead(web) == []
    assert "no use" in web.get(f"/operations/dead-letters/products/{letter}").text


def test_all_that_match_are_discarded_and_the_others_stay(
    web: TestClient[Any], publish: Publish, letter: str
) -> None:
    publish("likes.product_unliked", "8/x", "{}", id_=2)
    eventually(lambda: _is(len(dead(web)) == 2))
    chosen = {"all": "1", "type": "likes.product_unliked", "deed": "discard"}

    asked = submit(web, **chosen)
    told = submit(web, **chosen, sure="1", reason="no use")

    assert "Discard 1 dead letter?" in asked
    assert "1 dead letter discarded." in told
    assert [each["id"] for each in dead(web)] == [letter]


def test_all_are_redriven_only_when_one_is_sure(web: TestClient[Any], letter: str) -> None:
    asked = submit(web, all="1", deed="redrive")

    assert "Redrive 1 dead letter?" in asked
    assert "1 dead letter redriven." in submit(web, all="1", deed="redrive", sure="1")


def test_a_letter_that_is_not_dead_any_more_is_told_of(web: TestClient[Any], letter: str) -> None:
    submit(web, deed="discard", letter=f"products/{letter}", sure="1", reason="no use")

    told = submit(web, deed="redrive", letter=f"products/{letter}")

    assert f"0 dead letters redriven. products: {letter} is discarded, not dead." in told


def test_the_confirmation_tells_what_is_given_up(web: TestClient[Any], letter: str) -> None:
    asked = submit(web, deed="discard", letter=[f"products/{letter}", "products/00ff"])
    of_one = submit(web, deed="discard", letter=f"products/{letter}")

    assert re.search("likes.product_liked</span> <span[^>]*>7/x<.*Expected `int`, got `str`", asked)
    assert ">00ff</a> at products" in asked
    assert "What waits behind them goes on." in asked
    assert "What waits behind it goes on." in of_one


def test_letters_that_died_alike_are_redriven_or_discarded_together(
    web: TestClient[Any], publish: Publish, letter: str
) -> None:
    publish("likes.product_liked", "8/x", f'{{"product_id":"cpf {CPF}","user_id":"x"}}', id_=2)
    publish("likes.product_unliked", "9/x", "{}", id_=3)
    eventually(lambda: _is(len(dead(web)) == 3))

    listed = web.get("/operations/dead-letters").text
    [(way, count)] = re.findall(
        r'href="([^"]+)"><strong>(\d+)</strong> likes.product_liked at products', listed
    )
    group = web.get(html.unescape(way)).text
    [cause] = re.findall('name="cause" value="([^"]+)" list', group)
    chosen = {"all": "1", "module": "products", "type": "likes.product_liked", "cause": cause}
    asked = submit(web, **chosen, deed="discard")
    told = submit(web, **chosen, deed="discard", sure="1", reason="no use")

    assert count == "2"
    assert "By cause" in listed
    assert "By cause" not in group
    assert (listed.count('name="letter"'), group.count('name="letter"')) == (3, 2)
    assert cause in listed
    assert f"that died of {cause}" in asked
    assert f'<input type="hidden" name="cause" value="{cause}">' in asked
    assert "2 dead letters discarded." in told
    assert [each["type"] for each in dead(web)] == ["likes.product_unliked"]


def test_a_letter_leads_back_to_the_list_that_one_came_from(
    web: TestClient[Any], letter: str
) -> None:
    listed = web.get(html.unescape(BACK)).text
    [way] = re.findall(f'href="(/operations/dead-letters/products/{letter}[^"]*)"', listed)

    page = web.get(html.unescape(way)).text
    elsewhere = web.get(f"{way.partition('?')[0]}?back=//elsewhere.test").text

    assert f'<a href="{BACK}">Back to the list</a>' in page
    assert page.count(f'name="_back" value="{BACK}"') == 2
    assert '<a href="/operations/dead-letters">Back to the list</a>' in elsewhere
    assert "elsewhere.test" not in elsewhere


BACK = "/operations/dead-letters?module=products&amp;type=likes.product_liked"


@pytest.mark.parametrize(
    "fields",
    [
        {"deed": "redrive"},
        {"deed": "discard", "sure": "1", "reason": "no use"},
        {"deed": "redrive", "letter": ""},
    ],
)
def test_one_is_led_back_to_the_list_as_it_was_filtered(
    web: TestClient[Any], letter: str, fields: dict[str, str]
) -> None:
    back = re.search('name="_back" value="([^"]+)"', web.get(html.unescape(BACK)).text)
    assert back

    told = submit(
        web, **{"letter": f"products/{letter}", "_back": html.unescape(back[1]), **fields}
    )

    assert "<option selected>products</option>" in told
    assert "<option selected>likes.product_liked</option>" in told


def test_the_confirmation_keeps_the_way_back_and_leads_nowhere_else(
    web: TestClient[Any], letter: str
) -> None:
    fields = {"deed": "discard", "letter": f"products/{letter}"}

    asked = submit(web, **fields, _back=html.unescape(BACK))
    elsewhere = submit(web, **fields, _back="//elsewhere.test")

    assert f'name="_back" value="{BACK}"' in asked
    assert f'href="{BACK}">Keep it' in asked
    assert "elsewhere.test" not in elsewhere


def test_more_letters_than_a_page_has_are_counted_and_reached(
    web: TestClient[Any], publish: Publish, running: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.operations.http.dead_letter_pages.DEAD_LETTERS_PER_PAGE", 2)
    monkeypatch.setattr("app.operations.http.pages.MOST_DEAD_LETTERS", 4)
    for number in range(3):
        publish("likes.product_liked", f"{number}/x", "{}", id_=number)
    publish("person.income_added", "p-1", "{}", id_=3)
    eventually(lambda: _is((len(dead(web)), len(dead(web, "score"))) == (3, 1)))

    overview, listed = web.get("/operations").text, web.get("/operations/dead-letters").text
    [way] = re.findall(r'href="([^"]+)">all 3, page by page', listed)
    first = web.get(html.unescape(way)).text
    [following] = re.findall('rel="next" href="([^"]+)"', first)
    second = web.get(html.unescape(following)).text
    beyond = web.get("/operations/dead-letters?module=products&offset=4").text

    assert "Of the 3 at products only the oldest are shown" in overview
    assert "Of the 3 at products only the oldest are shown" in listed
    assert overview.count('name="letter"') == listed.count('name="letter"') == 3
    assert re.search("1.2 of 3 dead letters", first)
    assert re.search("3.3 of 3 dead letters", second)
    assert [each.count('name="letter"') for each in (first, second)] == [2, 1]
    assert "only the oldest" not in first + second
    assert "Here the list has ended" in beyond


def test_without_a_letter_nothing_is_done(web: TestClient[Any], letter: str) -> None:
    assert "Nothing was done" in submit(web, deed="redrive")
    assert len(dead(web)) == 1


def test_a_form_without_its_token_does_nothing(web: TestClient[Any], letter: str) -> None:
    answer = web.post(
        "/operations/dead-letters", data={"deed": "redrive", "letter": f"products/{letter}"}
    )

    assert answer.status_code == 403
    assert len(dead(web)) == 1


@pytest.mark.parametrize(
    "path",
    [
        "/operations/dead-letters/nobody/00ff",
        "/operations/dead-letters/products/00ff",
        "/operations/log?module=nobody",
    ],
)
def test_what_there_is_not_is_not_found(web: TestClient[Any], path: str) -> None:
    assert web.get(path).status_code == 404


def test_the_filters_offer_every_type_there_is_and_the_subjects_in_sight(
    web: TestClient[Any], publish: Publish
) -> None:
    publish("likes.product_liked", "7/x", "{}")

    log, letters = (web.get(f"/operations/{page}").text for page in ("log", "dead-letters"))
    other = web.get("/operations/log?type=of.yesterday").text

    assert "<option>likes.product_liked</option>" in log
    assert "<option>score.score_changed</option>" in log
    assert "<option>likes.product_liked</option>" in letters
    assert "<option selected>of.yesterday</option>" in other
    assert '<datalist id="subjects"><option>7/x</option></datalist>' in log
    assert 'href="/operations/log?module=likes&amp;subject=7%2Fx"' in log


def test_the_log_of_a_time_is_shown_and_told_to_scripts(web: TestClient[Any]) -> None:
    for title in ("first", "second", "third"):
        web.post("/api/products", json={"title": title, "image": "i"})
    third, second, first = web.get("/api/bus/products/events").json()
    part = f"since={second['time']}&until={third['time']}"

    shown = web.get(f"/operations/log?{part}").text
    found = web.get(f"/api/bus/products/events?{part}").json()
    both = web.get(f"/api/bus/products/events?type=products.product_created&until={third['time']}")

    assert found == [second]
    assert both.json() == [second, first]
    assert shown.count("Trace of") == 1
    assert f"#event-{second['event_id']}" in shown
    assert f'name="since" type="text" value="{second["time"]}"' in shown


def test_a_time_is_in_utc_unless_it_says_otherwise(web: TestClient[Any]) -> None:
    web.post("/api/products", json={"title": "mug", "image": "i"})
    [event] = web.get("/api/bus/products/events").json()
    in_utc, later = event["time"][:-1], event["time"][:-1] + "%2B01:00"

    def events_since(time: str) -> tuple[int, int]:
        page = web.get(f"/operations/log?since={time}").text.count("Trace of")
        return page, len(web.get(f"/api/bus/products/events?since={time}").json())

    assert (events_since(in_utc), events_since(later)) == ((1, 1), (1, 1))
    assert events_since(event["time"][:-1] + "-01:00") == (0, 0)


@pytest.mark.parametrize(
    ("query", "field", "told"),
    [
        ("since=yesterday", "since", "Write a time as 2026-01-31 or 2026-01-31 12:00."),
        ("until=0001-01-01T00:00%2B05:00", "until", "Write a time as"),
        ("since=2026-01-31&until=2026-01-31", "until", "Write a later time than"),
    ],
)
def test_a_time_that_is_none_is_told_at_its_field(
    web: TestClient[Any], query: str, field: str, told: str
) -> None:
    page = web.get(f"/operations/log?{query}")

    assert page.status_code == 422
    assert re.search(f'id="{field}-error" class="wrong">{told}', page.text)
    assert "Nothing was looked for" in page.text


@pytest.mark.parametrize("time", ["yesterday", "0001-01-01T00:00:00%2B05:00"])
def test_a_time_that_is_none_is_refused_to_scripts(web: TestClient[Any], time: str) -> None:
    answer = web.get(f"/api/bus/products/events?since={time}")

    assert answer.status_code == 422
    assert [wrong["field"] for wrong in answer.json()["errors"]] == ["since"]


def test_the_log_is_filtered_and_leads_to_older_events(web: TestClient[Any], running: None) -> None:
    for number in range(60):
        web.post("/api/products", json={"title": f"mug {number}", "image": "i"})
    web.post("/person", json=PERSON)

    whole = web.get("/operations/log").text
    products = web.get("/operations/log?module=products&type=products.product_created").text
    [older] = re.findall('rel="next" href="([^"]+)"', whole)
    rest = web.get(html.unescape(older)).text
    of_a_time = web.get("/operations/log?since=2026-01-31+12:00&until=9999-01-31").text
    [way] = re.findall('rel="next" href="([^"]+)"', of_a_time)
    rest_of_it = web.get(html.unescape(way)).text

    assert rest_of_it.count("Trace of products.product_created") == 61 - 50
    assert 'value="2026-01-31 12:00"' in rest_of_it
    assert "Trace of person.person_registered" not in products
    assert products.count("Trace of products.product_created") == 50
    assert whole.count("Trace of") == 50
    assert rest.count("Trace of products.product_created") == 61 - 50
    assert 'rel="next"' not in rest


def test_a_request_trace_goes_from_the_request_to_what_its_events_caused(
    web: TestClient[Any], running: None
) -> None:
    mark = {"X-Correlation-Id": "the-trace"}
    web.post("/person", json=PERSON)
    web.post(f"/person/{CPF}/income", json={"type": "renting", "value": 1000}, headers=mark)

    def told() -> str:
        page = web.get("/operations/story?correlation=the-trace").text
        assert "score.score_changed" in page
        assert re.search(r"<strong>score</strong> +applied by", page)
        return page

    page = eventually(told)

    assert page.index("person.income_added") < page.index("score.score_changed")
    times = re.findall(r'"clock">(\d\d:\d\d:\d\d\.\d{3})<', page)
    began, last, first_logged = times[:3]
    assert "<dt>Events</dt><dd>2</dd>" in page
    assert (began, last) == (first_logged, max(times))
    assert "Nobody listens to it." in page


def test_a_request_trace_names_the_request_by_its_route(web: TestClient[Any]) -> None:
    mark = {"X-Correlation-Id": "of-two"}
    web.post("/person", json=PERSON, headers=mark)
    of_one = web.get("/operations/story?correlation=of-two").text
    web.post(f"/person/{CPF}/income", json={"type": "renting", "value": 1000}, headers=mark)

    of_two = web.get("/operations/story?correlation=of-two").text
    [income, person] = web.get("/api/bus/person/events").json()

    asked = "<code>POST /person/{cpf}/income</code>"
    assert "<dt>Request</dt><dd><code>POST /person</code></dd>" in of_one
    assert f"<code>POST /person</code>, {asked}" in of_two
    assert f"of {asked}, logged by person" in of_two
    assert income["origin"] == "POST /person/{cpf}/income"
    assert person["origin"] == "POST /person"
    assert CPF not in of_two


def test_a_request_trace_tells_of_the_failure_and_leads_to_the_dead_letter(
    web: TestClient[Any], letter: str
) -> None:
    page = web.get("/operations/story?correlation=c-1").text

    assert f"/operations/dead-letters/products/{letter}" in page
    assert re.search("dead\\s+after 1 attempt", page)


def test_an_unknown_request_trace_says_so(web: TestClient[Any]) -> None:
    assert "No module has logged an event" in web.get("/operations/story?correlation=x").text


def test_deliveries_are_answered_to_scripts(web: TestClient[Any], letter: str) -> None:
    [event] = web.get("/api/bus/likes/events").json()
    asked = f"likes/{event['epoch']}/{event['position']}/{event['event_id']}"

    [delivery] = web.get(f"/api/bus/products/deliveries?event={asked}").json()
    wrong = web.get("/api/bus/products/deliveries?event=likes/1")

    assert (delivery["state"], delivery["letter"]) == ("dead", letter)
    assert wrong.status_code == 422


def test_a_query_with_filters_is_bounded_and_goes_on(
    web: TestClient[Any], running: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.operations.local.EVENTS_READ_AT_ONCE", 2)
    first = web.post("/api/products", json={"title": "first", "image": "i"}).json()["id"]
    for _ in range(4):
        web.post("/api/products", json={"title": "mug", "image": "i"})
    eventually(lambda: _is(web.get("/api/bus/products").json()["head"] == 5))
    address, found, pages = f"/api/bus/products/events?subject={first}", [], 0
    while address:
        answer = web.get(address)
        found += answer.json()
        pages += 1
        address = answer.headers.get("link", "").partition(">")[0].removeprefix("<")

    assert [event["subject"] for event in found] == [str(first)]
    assert pages == 3
