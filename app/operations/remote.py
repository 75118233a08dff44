"""A module of another process, asked over /api/bus with the session of the operator."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, TypeVar
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import msgspec

from app.operations.module_view import (
    DeadLetterPage,
    LogPage,
    LogQuery,
    Refused,
    Stuck,
    Unavailable,
)
from bus.admin import (
    DeadLetterFilter,
    Delivery,
    Group,
    LoggedEvent,
    ModuleStatus,
    Sent,
    UnknownDeadLetter,
    UnknownSource,
)

SECONDS_TO_ANSWER = 1.5
"""The time that a process may be silent; one that is longer counts as away."""

EVENTS_AT_ONCE = 100
_LARGEST_ANSWER = 20_000_000

T = TypeVar("T")
Query = Sequence[tuple[str, object]]


@dataclass(frozen=True, slots=True)
class _Answer:
    body: bytes
    headers: Mapping[str, str]

    def read_as(self, form: type[T]) -> T:
        try:
            return msgspec.json.decode(self.body, type=form)
        except msgspec.DecodeError as error:
            raise Unavailable("its process answers in another form: is it of this version?") from (
                error
            )


class RemoteModule:
    """A module of another process, which answers at `url`; `cookies` are the operator's."""

    def __init__(self, name: str, url: str, cookies: str) -> None:
        self.name = name
        self._address = urlsplit(url)
        self._cookies = cookies

    def status(self) -> ModuleStatus:
        return self._get("").read_as(ModuleStatus)

    def events(self, query: LogQuery) -> LogPage:
        answer = self._get("/events", _given(asdict(query)))
        events = answer.read_as(list[LoggedEvent])
        return LogPage(events=events, older=_before(answer.headers.get("link", "")))

    def deliveries(self, events: Sequence[Sent]) -> Sequence[Delivery]:
        found: list[Delivery] = []
        for start in range(0, len(events), EVENTS_AT_ONCE):
            query = [
                ("event", f"{e.source}/{e.epoch}/{e.position}/{e.event_id}")
                for e in events[start : start + EVENTS_AT_ONCE]
            ]
            found += self._get("/deliveries", query).read_as(list[Delivery])
        return found

    def dead_letters(
        self, filter: DeadLetterFilter, limit: int, offset: int = 0, state: Stuck = "dead"
    ) -> DeadLetterPage:
        query = _given({**filter.given(), "state": state, "limit": limit, "offset": offset})
        answer = self._get("/dead-letters", query)
        total = int(answer.headers.get("x-total-count", "0"))
        return DeadLetterPage(total=total, found=answer.read_as(list[dict[str, Any]]))

    def groups(self, filter: DeadLetterFilter) -> Sequence[Group]:
        return self._get("/dead-letters/causes", _given(filter.given())).read_as(list[Group])

    def message(self, id: str) -> Mapping[str, Any]:
        path = f"/dead-letters/{quote(id, safe='')}"
        return self._ask("GET", path, unknown=UnknownDeadLetter).read_as(dict[str, Any])

    def redrive(self, filter: DeadLetterFilter) -> int:
        return self._post_for(filter, "redrive").read_as(dict[str, int])["redriven"]

    def discard(self, filter: DeadLetterFilter, reason: str) -> int:
        answer = self._post_for(filter, "discard", {"reason": reason})
        return answer.read_as(dict[str, int])["discarded"]

    def resend(self, source: str | None) -> Sequence[str]:
        answer = self._ask("POST", "/resend", _given({"source": source}), unknown=UnknownSource)
        return answer.read_as(dict[str, list[str]])["asked"]

    def _post_for(
        self, filter: DeadLetterFilter, action: str, body: Mapping[str, str] | None = None
    ) -> _Answer:
        if filter.id is None:
            return self._ask("POST", f"/dead-letters/{action}", _given(filter.given()), body)
        path = f"/dead-letters/{quote(filter.id, safe='')}/{action}"
        return self._ask("POST", path, body=body, unknown=UnknownDeadLetter)

    def _get(self, path: str, query: Query = ()) -> _Answer:
        return self._ask("GET", path, query)

    def _ask(
        self,
        method: str,
        path: str,
        query: Query = (),
        body: Mapping[str, str] | None = None,
        unknown: type[Exception] | None = None,
    ) -> _Answer:
        target = f"/api/bus/{self.name}{path}" + (f"?{urlencode(query)}" if query else "")
        headers = {"Cookie": self._cookies, "Content-Type": "application/json"}
        connection = self._connection()
        try:
            connection.request(method, target, msgspec.json.encode(body) if body else None, headers)
            response = connection.getresponse()
            content = response.read(_LARGEST_ANSWER)
        except (OSError, HTTPException) as error:
            raise Unavailable(f"its process does not answer ({type(error).__name__})") from error
        finally:
            connection.close()
        if response.status >= 300:
            raise _error(response.status, _detail(content), unknown)
        return _Answer(content, {name.lower(): text for name, text in response.getheaders()})

    def _connection(self) -> HTTPConnection:
        # By hand, for it follows no redirect with the cookie and no proxy that is set for others.
        kind = HTTPSConnection if self._address.scheme == "https" else HTTPConnection
        host = self._address.hostname or ""
        return kind(host, self._address.port, timeout=SECONDS_TO_ANSWER)


def _given(query: Mapping[str, object]) -> Query:
    return [(name, value) for name, value in query.items() if value is not None]


def _before(link: str) -> int | None:
    address, _, _ = link.removeprefix("<").partition(">")
    found = parse_qs(urlsplit(address).query).get("before")
    return int(found[0]) if found else None


def _error(status: int, detail: str, unknown: type[Exception] | None) -> Exception:
    if status == 404 and unknown:
        return unknown(detail.removesuffix("."))
    if status == 409:
        return Refused(detail.removesuffix("."))
    return Unavailable(f"its process answers {status}: {detail}")


def _detail(content: bytes) -> str:
    try:
        problem = msgspec.json.decode(content)
        return str(problem.get("detail") or problem.get("title"))
    except (msgspec.DecodeError, AttributeError):
        return "nothing that we understand"
