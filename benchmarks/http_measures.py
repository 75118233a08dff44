"""Requests, start, memory and idling: who does which task, and which ratios are wanted."""

from collections.abc import Sequence

from benchmarks.harness import Measure

HTTP: Sequence[Measure] = ()
