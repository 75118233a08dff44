"""Real services for tests: brokers and database servers that pytest starts, shares and ends."""

from tests.services.postgres import PostgresCluster
from tests.services.processes import wait_until
from tests.services.rabbitmq import RabbitNode

__all__ = ["PostgresCluster", "RabbitNode", "wait_until"]
