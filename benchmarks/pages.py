"""How long the server takes for each page and how much a browser loads at first, with sample data.

Run it as `python -m benchmarks.pages`; it starts a shop of its own. Its goals: 50 ms at the median,
100 kB with style sheets and scripts. Exit status 1 when one is missed.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import httpx

from features.shop import ROOT, open_shop

ANN = "/people/11144477735"
PAGES = [
    "/",
    "/admin/products",
    "/admin/products/1/edit",
    "/people",
    ANN,
    f"{ANN}/score",
    "/operations",
    "/sign-in",
]
ASKED = 50
MOST_MILLISECONDS = 50
MOST_BYTES = 100_000


def main() -> int:
    """Measure each page that is there."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {"APP_DATABASE_URL": f"sqlite:///{folder}/{{module}}.db"}
        with open_shop(Path(folder), settings) as shop, httpx.Client(base_url=shop.url) as web:
            subprocess.run(
                [sys.executable, "-m", "app", "demo"],
                env={**os.environ, **settings, "PYTHONPATH": str(ROOT)},
                cwd=folder,
                check=True,
                capture_output=True,
            )
            there = [path for path in PAGES if web.get(path).status_code == 200]
            results = [(path, milliseconds(web, path), loaded(web, path)) for path in there]
    return report(results)


def milliseconds(web: httpx.Client, path: str) -> float:
    """The median time of many answers, the way over loopback included."""
    times = []
    for _ in range(ASKED):
        began = time.perf_counter()
        web.get(path).raise_for_status()
        times.append((time.perf_counter() - began) * 1000)
    return median(times)


def loaded(web: httpx.Client, path: str) -> int:
    """The bytes of the page and of what it loads, as a browser would, without images."""
    page = web.get(path)
    files = set(re.findall(r'(?:href|src)="(/static/[^"]*\.(?:css|js))"', page.text))
    sent = [int(web.get(each).headers["Content-Length"]) for each in files]
    return len(re.sub(r'src="data:image[^"]*"', "", page.text).encode()) + sum(sent)


def report(results: Sequence[tuple[str, float, int]]) -> int:
    """Print a line per page."""
    for path, took, size in results:
        print(f"{path:28} {took:6.1f} ms {size / 1000:8.1f} kB")
    good = all(took < MOST_MILLISECONDS and size < MOST_BYTES for _, took, size in results)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
