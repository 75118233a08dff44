"""Whatever happens to the broker, everything takes effect once and in order, with no restart."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import pika
import pytest

from bus import Bus
from bus.transports.rabbitmq import HEARTBEAT_SECONDS, RabbitMQTransport
from bus.transports.rabbitmq.topology import EXCHANGE, QUEUE_ARGUMENTS
from tests.bus.faults.fixture_types import MakeSite, OpenShop
from tests.bus.faults.shop import Shop
from tests.services import RabbitNode, wait_until
from tests.services.plugin import own, require_rabbitmq

SECONDS_TO_STOP = 5
RECONNECTS = 10
matrix = pytest.mark.matrix


@dataclass(frozen=True)
class Broker:
    """A node to be mistreated, and the name of the virtual host in it that a shop uses."""

    node: RabbitNode
    vhost: str

    def delete_queues(self, *names: str) -> None:
        """Delete queues, whoever consumes them."""
        for name in names:
            self.node.ctl("delete_queue", name, "--vhost", self.vhost)


@pytest.fixture(scope="module")
def own_node(pytestconfig: pytest.Config) -> Iterator[RabbitNode]:
    """Starting one takes seconds, so these tests mistreat the same one in turn."""
    require_rabbitmq()
    with ExitStack() as stack:
        yield own(RabbitNode, pytestconfig, stack)


@pytest.fixture
def broker(own_node: RabbitNode) -> Iterator[Broker]:
    """An empty virtual host on it."""
    url = own_node.new_vhost()
    yield Broker(own_node, urlsplit(url).path.removeprefix("/"))
    own_node.unblock_publishers()


@pytest.fixture
def shop(make_site: MakeSite, open_shop: OpenShop, broker: Broker) -> Shop:
    """A shop that uses it."""
    return open_shop(replace(make_site("memory", "sqlite"), broker=broker.node.url(broker.vhost)))


def connections_closed(broker: Broker) -> None:
    broker.node.close_connections()


def queue_deleted(broker: Broker) -> None:
    broker.delete_queues("events.stock")


def every_queue_deleted(broker: Broker) -> None:
    broker.delete_queues("events.stock", "events.audit", "requests.shop", "requests.stock")


def killed(broker: Broker) -> None:
    broker.node.kill()
    broker.node.start()


def restarted(broker: Broker) -> None:
    broker.node.restart()


def emptied(broker: Broker) -> None:
    vhost = broker.vhost
    broker.node.ctl("delete_vhost", vhost)
    broker.node.ctl("add_vhost", vhost)
    broker.node.ctl("set_permissions", "--vhost", vhost, "guest", ".*", ".*", ".*")


@matrix
@pytest.mark.parametrize(
    ("fault", "orders"),
    [
        (connections_closed, 2_000),
        (queue_deleted, 2_000),
        (every_queue_deleted, 2_000),
        (killed, 2_000),
        (restarted, 2_000),
        (emptied, 2_000),
    ],
)
def test_a_fault_in_the_middle_of_events_loses_and_doubles_nothing(
    shop: Shop, broker: Broker, fault: Callable[[Broker], None], orders: int
) -> None:
    with shop.bus(), orders_being_placed(shop, orders):
        wait_until(lambda: shop.total("audit") > orders / 6, what="deliveries to begin")

        fault(broker)

        shop.wait_until_placed(orders)
        shop.wait_until_settled()
    shop.assert_everything_in_effect_once_and_in_order()


@matrix
@pytest.mark.timeout(900)
def test_restarts_at_one_and_two_thirds_of_ten_thousand_events_lose_and_double_nothing(
    shop: Shop, broker: Broker
) -> None:
    orders = 10_000
    with shop.bus(), orders_being_placed(shop, orders):
        wait_until(lambda: shop.total("audit") > orders / 3, what="a third", timeout=120)
        broker.node.restart()
        wait_until(lambda: shop.total("audit") > orders * 2 / 3, what="two thirds", timeout=120)
        broker.node.restart()

        shop.wait_until_placed(orders)
        shop.wait_until_settled()
    shop.assert_everything_in_effect_once_and_in_order()


@matrix
@pytest.mark.parametrize("orders", [20, 3_000])
def test_a_queue_replaced_at_once_serves_its_forgotten_consumer_again(
    shop: Shop, broker: Broker, orders: int
) -> None:
    with shop.bus(replace(shop.site, seconds_between_checks=0.5)):
        shop.place_many(20)
        shop.wait_until_settled()

        replace_queue(broker, "events.stock", "shop.#")

        shop.place_many(orders)
        shop.wait_until_settled()
    shop.assert_everything_in_effect_once_and_in_order()


@matrix
def test_a_queue_replaced_at_once_serves_again_one_of_two_forgotten_consumers(
    make_site: MakeSite, open_shop: OpenShop, broker: Broker
) -> None:
    site = replace(
        make_site("memory", "postgresql"),
        broker=broker.node.url(broker.vhost),
        seconds_between_checks=0.5,
    )
    shop = open_shop(site)
    with closing(Shop(site)) as same, shop.bus(), same.bus():
        shop.place_many(20)
        shop.wait_until_settled()

        replace_queue(broker, "events.stock", "shop.#")

        shop.place_many(20)
        shop.wait_until_settled()
    shop.assert_everything_in_effect_once_and_in_order()


def replace_queue(broker: Broker, queue: str, routing_key: str) -> None:
    """Delete a queue and declare it again before the broker has cancelled its consumer."""
    with pika.BlockingConnection(pika.URLParameters(broker.node.url(broker.vhost))) as connection:
        channel = connection.channel()
        channel.queue_delete(queue)
        channel.queue_declare(queue, durable=True, arguments=QUEUE_ARGUMENTS)
        channel.queue_bind(queue, EXCHANGE, routing_key)


@matrix
def test_while_the_broker_is_away_every_write_succeeds(shop: Shop, broker: Broker) -> None:
    with shop.bus():
        shop.place_many(50)
        shop.wait_until_settled()

        broker.node.stop()
        shop.place_many(200)
        assert shop.total("stock") == 50
        broker.node.start()

        shop.wait_until_settled()
    shop.assert_everything_in_effect_once_and_in_order()


@matrix
def test_a_broker_that_is_not_there_at_the_start_is_awaited(shop: Shop, broker: Broker) -> None:
    broker.node.stop()
    with shop.bus():
        shop.place_many(50)
        broker.node.start()

        shop.wait_until_settled()
    shop.assert_everything_in_effect_once_and_in_order()


@matrix
def test_a_broker_that_blocks_publishers_holds_up_no_write(shop: Shop, broker: Broker) -> None:
    with shop.bus() as bus:
        shop.place_many(50)
        shop.wait_until_settled()

        broker.node.block_publishers()
        shop.place_many(200)
        wait_until(lambda: "blocks" in str(faults(bus)), what="the bus to tell of the blockade")
        broker.node.unblock_publishers()

        shop.wait_until_settled()
        assert not faults(bus)
    shop.assert_everything_in_effect_once_and_in_order()


@matrix
def test_the_bus_stops_in_time_while_the_broker_blocks_and_goes_on_later(
    shop: Shop, broker: Broker
) -> None:
    with shop.bus() as bus:
        shop.place_many(50)
        shop.wait_until_settled()
        broker.node.block_publishers()
        shop.place_many(50)
        wait_until(lambda: "blocks" in str(faults(bus)), what="the bus to tell of the blockade")
        began = time.monotonic()
    assert time.monotonic() - began < SECONDS_TO_STOP
    broker.node.unblock_publishers()

    with shop.bus():
        shop.wait_until_settled()
    shop.assert_everything_in_effect_once_and_in_order()


@matrix
def test_an_error_inside_the_transport_is_over_before_the_broker_misses_a_heartbeat(
    shop: Shop,
) -> None:
    def fail() -> None:
        raise RuntimeError("an error that nobody foresaw")

    with shop.bus() as bus:
        shop.place_many(7)
        shop.wait_until_settled()
        assert isinstance(bus.transport, RabbitMQTransport)

        for link in (bus.transport._consuming, bus.transport._publishing):
            link.call(fail)
            shop.place_many(7)
            shop.wait_until_settled(2 * HEARTBEAT_SECONDS)
    shop.assert_everything_in_effect_once_and_in_order()


@matrix
def test_losing_the_connection_again_and_again_leaves_no_open_files(
    shop: Shop, broker: Broker
) -> None:
    with shop.bus() as bus:
        lose_connections(shop, bus, broker)
        files, threads = open_files(), threading.active_count()

        for _ in range(RECONNECTS):
            lose_connections(shop, bus, broker)

        # A pooled database connection may have been added: three files, not two per reconnect.
        assert open_files() < files + RECONNECTS
        assert threading.active_count() <= threads
    shop.assert_everything_in_effect_once_and_in_order()


def lose_connections(shop: Shop, bus: Bus, broker: Broker) -> None:
    """Close every connection and wait until all is well again."""
    broker.node.close_connections()
    shop.place_many(7)
    shop.wait_until_settled()
    wait_until(lambda: not faults(bus), what="the connections to be well")


@contextmanager
def orders_being_placed(shop: Shop, count: int) -> Iterator[None]:
    """LogPosition so many orders in the background; a write that fails, fails the test."""
    failures: list[Exception] = []

    def place() -> None:
        try:
            shop.place_many(count)
        except Exception as error:
            failures.append(error)
            raise

    clerk = threading.Thread(target=place)
    clerk.start()
    yield
    clerk.join()
    assert not failures


def faults(bus: Bus) -> Sequence[str]:
    """What the transport says is wrong."""
    return bus.transport.findings


def open_files() -> int:
    """How many files and sockets this process has open."""
    return len(list(Path("/dev/fd").iterdir()))
