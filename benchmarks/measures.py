"""All measures."""

from collections.abc import Sequence

from benchmarks.bus_measures import BUS
from benchmarks.harness import Measure
from benchmarks.http_measures import HTTP
from benchmarks.mode_measures import MODES

MEASURES: Sequence[Measure] = (*BUS, *HTTP, *MODES)
