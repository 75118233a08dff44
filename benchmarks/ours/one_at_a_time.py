"""Settings and figures of the measures that send one request after another."""

from collections.abc import Mapping
from statistics import quantiles

from benchmarks import task
from benchmarks.ours.requests import database_url

PRODUCT = {"title": "mug", "description": "", "image": "image"}


def settings(bus: str, database: str) -> Mapping[str, str]:
    """The settings of a shop on the broker and the database of this contestant."""
    return {
        "APP_BUS": bus,
        "APP_RABBITMQ_URL": task.RABBITMQ,
        "APP_DATABASE_URL": database_url(database),
    }


def p95(measured: list[float]) -> float:
    """The 95th percentile."""
    return quantiles(measured, n=20)[-1]
