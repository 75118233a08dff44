"""The bus: who does which task, and which ratios are wanted."""

from collections.abc import Sequence

from benchmarks.harness import Measure

BUS: Sequence[Measure] = ()
