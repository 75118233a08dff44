"""The diagram of the modules and the events between them, laid out for an SVG."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from app.operations.module_view import Unavailable
from app.operations.request_trace import Listeners
from bus.admin import OVERDUE_SECONDS, ModuleStatus

Mood = Literal["good", "busy", "bad", "away"]
"""The state of a module or of the way between two; `away` where it is not known."""

Statuses = Mapping[str, ModuleStatus | Unavailable]

WIDTH, HEIGHT, GAP, LINE = 132, 62, 150, 16
_MARGIN, _ROOM = 4, 58
_APART = 13


@dataclass(frozen=True, slots=True)
class Box:
    """A module with its place and state."""

    name: str
    x: int
    y: int
    mood: Mood
    words: str


@dataclass(frozen=True, slots=True)
class Way:
    """The events from a source to a subscriber; `behind` is None while nobody knows."""

    source: str
    subscriber: str
    types: Sequence[str]
    behind: int | None
    retrying: int
    waiting: int
    dead: int
    mood: Mood
    path: str = ""
    tip: str = ""
    x: int = 0
    y: int = 0
    upward: bool = True

    @property
    def words(self) -> Sequence[str]:
        """The counts of what is on it: a line each."""
        counts = (
            (self.dead, "dead"),
            (self.retrying, "retrying"),
            (self.waiting, "waiting"),
            (self.behind, "on the way"),
        )
        counted = [f"{count:,} {what}" for count, what in counts if count]
        return counted or ["not known" if self.mood == "away" else "all applied"]

    @property
    def lines(self) -> Sequence[tuple[int, str]]:
        """The same, each with its place: above what goes on, below what goes back."""
        above = (len(self.words) - 1) * LINE if self.upward else 0
        return [(self.y - above + place * LINE, text) for place, text in enumerate(self.words)]


@dataclass(frozen=True, slots=True)
class Group:
    """Modules that listen to one another, in a row."""

    width: int
    height: int
    boxes: Sequence[Box]
    ways: Sequence[Way]


def draw(statuses: Statuses, listeners: Listeners) -> Sequence[Group]:
    """A group for each set of modules between which events go, the largest first.

    A module that an event names and that has no status is not installed here, and is drawn so.
    """
    ways = list(_ways(statuses, listeners))
    named = [name for way in ways for name in (way.source, way.subscriber)]
    names = list(dict.fromkeys([*statuses, *named]))
    groups = sorted(_groups(names, ways), key=len, reverse=True)
    return [_group(names, statuses, ways) for names in groups]


def _ways(statuses: Statuses, listeners: Listeners) -> Iterator[Way]:
    types_of: dict[tuple[str, str], list[str]] = {}
    for type_, subscribers in listeners.items():
        for subscriber in subscribers:
            types_of.setdefault((type_.partition(".")[0], subscriber), []).append(type_)
    for (source, subscriber), types in sorted(types_of.items()):
        yield _way(source, subscriber, sorted(types), statuses)


def _way(source: str, subscriber: str, types: Sequence[str], statuses: Statuses) -> Way:
    sender, receiver = statuses.get(source), statuses.get(subscriber)
    sources = receiver.sources if isinstance(receiver, ModuleStatus) else ()
    status = next((each for each in sources if each.source == source), None)
    if status is None:
        return Way(source, subscriber, types, None, 0, 0, 0, "away")
    behind = status.behind
    if isinstance(sender, ModuleStatus):
        behind = max(0, sender.head - status.position)
    stuck = status.retrying or status.waiting or status.oldest_seconds > OVERDUE_SECONDS
    mood: Mood = "bad" if status.dead or status.fault else "busy" if stuck else "good"
    return Way(
        source,
        subscriber,
        types,
        behind,
        status.retrying,
        status.waiting,
        status.dead,
        "away" if behind is None and mood == "good" else mood,
    )


def _groups(names: Sequence[str], ways: Sequence[Way]) -> Sequence[Sequence[str]]:
    group_of = {name: {name} for name in names}
    for way in ways:
        merged = group_of[way.source] | group_of[way.subscriber]
        for name in merged:
            group_of[name] = merged
    found: list[Sequence[str]] = []
    for name in names:
        members = [each for each in names if each in group_of[name]]
        if members not in found:
            found.append(members)
    return found


def _group(names: Sequence[str], statuses: Statuses, ways: Sequence[Way]) -> Group:
    places = {name: _MARGIN + column * (WIDTH + GAP) for column, name in enumerate(names)}
    ours = [way for way in ways if way.source in places]
    far = max((abs(names.index(w.source) - names.index(w.subscriber)) for w in ours), default=1)
    most = max((len(way.words) for way in ours), default=1)
    # The first line stands beside the boxes, the others above and below them.
    room = _MARGIN + _ROOM * (far - 1) + (most - 1) * LINE
    boxes = [Box(name, x, room, *_state(statuses.get(name))) for name, x in places.items()]
    return Group(
        width=len(names) * (WIDTH + GAP) - GAP + 2 * _MARGIN,
        height=HEIGHT + 2 * room,
        boxes=boxes,
        ways=[_laid(way, places, names, room) for way in ours],
    )


def _laid(way: Way, places: Mapping[str, int], names: Sequence[str], room: int) -> Way:
    distance = names.index(way.subscriber) - names.index(way.source)
    forward = distance > 0
    # Those that go on are above, those that go back below.
    side = -1 if forward else 1
    middle = room + HEIGHT // 2 + side * _APART
    bend = side * 2 * _ROOM * (abs(distance) - 1)
    start = places[way.source] + (WIDTH if forward else 0)
    end = places[way.subscriber] + (0 if forward else WIDTH)
    centre = (start + end) // 2
    return replace(
        way,
        tip=f"{end},{middle} {end + side * 9},{middle - 5} {end + side * 9},{middle + 5}",
        path=f"M{start},{middle} Q{centre},{middle + bend} {end},{middle}",
        x=centre,
        y=middle + bend // 2 + (-7 if forward else 17),
        upward=forward,
    )


def _state(status: ModuleStatus | Unavailable | None) -> tuple[Mood, str]:
    if status is None:
        return "away", "not installed here"
    if isinstance(status, Unavailable):
        return "away", "does not answer"
    if status.unsent:
        late = status.oldest_unsent_seconds > OVERDUE_SECONDS
        return ("bad" if late else "busy"), f"{status.unsent} to be sent"
    if any(each.about in ("broker", "process", "relay") for each in status.findings):
        return "bad", "see above"
    return "good", f"{status.head} events sent"
