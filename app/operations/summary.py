"""The findings of all modules, and the number of events that are not applied yet."""

from collections.abc import Mapping, Sequence

from app.operations.diagram import Statuses, Way
from app.operations.module_view import Unavailable
from bus.admin import Finding, ModuleStatus


def findings(statuses: Statuses) -> Sequence[tuple[str, Finding]]:
    """Each finding with its module, those that may mend themselves last."""
    found = [(name, each) for name, status in statuses.items() for each in _of(status)]
    return sorted(found, key=lambda each: each[1].severity == "busy")


def _of(status: ModuleStatus | Unavailable) -> Sequence[Finding]:
    if isinstance(status, Unavailable):
        return [Finding(sentence=str(status), about="process", severity="away")]
    return status.findings


def totals(statuses: Statuses, ways: Sequence[Way]) -> Mapping[str, int]:
    """The number of events in each state, as far as modules answer."""
    known = [status for status in statuses.values() if isinstance(status, ModuleStatus)]
    return {
        "dead": sum(status.dead for status in known),
        "retrying": sum(status.retrying for status in known),
        "waiting": sum(status.waiting for status in known),
        "unsent": sum(status.unsent for status in known),
        "on the way": sum(way.behind or 0 for way in ways),
    }
