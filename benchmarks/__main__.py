"""Run benchmarks: `python3 dev.py bench [MEASURE ...]`, by default all with 100,000 rows.

--full takes a million rows. --short takes a few rows in one round and writes nothing: it only shows
that everything runs. --rounds N should be at least 5 for numbers worth publishing. Each result
replaces its part of docs/benchmarks/results.json, from which docs/benchmarks.md is made.
"""

import argparse
import os

from benchmarks import harness, page
from benchmarks.measures import MEASURES
from benchmarks.services import Services


def main() -> None:
    """Run the chosen measures, one after another."""
    wanted = arguments()
    count = 1_000_000 if wanted.full else wanted.count
    with Services() as services:
        for measure in MEASURES:
            if wanted.measures and measure.name not in wanted.measures:
                continue
            print(f"\n{measure.name}", flush=True)
            if wanted.short:
                os.environ["BENCH_SHORT"] = "1"
                harness.run(measure, services, count=50, rounds=1)
            else:
                outcome = harness.run(measure, services, count=count, rounds=wanted.rounds)
                harness.print_results(outcome)
                page.write([outcome])


def arguments() -> argparse.Namespace:
    """The arguments of the command line."""
    parser = argparse.ArgumentParser(prog="python3 dev.py bench", description=__doc__)
    names = [measure.name for measure in MEASURES]
    parser.add_argument("measures", nargs="*", metavar="MEASURE", help=", ".join(names))
    parser.add_argument("--full", action="store_true", help="a million rows")
    parser.add_argument("--short", action="store_true", help="only show that everything runs")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--count", type=int, default=100_000, help="the number of rows")
    found = parser.parse_args()
    unknown = set(found.measures) - set(names)
    if unknown:
        parser.error(f"there is no measure {', '.join(sorted(unknown))}; there are {names}")
    return found


if __name__ == "__main__":
    main()
