"""Messages and failures of a kind that no code expects end as dead letters like any other."""

from dataclasses import replace

import pika

from bus.admin import State
from bus.subscription.gaps import Gaps
from bus.transports.rabbitmq.topology import subscriber_queue
from tests.bus.faults.fixture_types import MakeSite, OpenShop
from tests.services import wait_until

# Deeper than any decoder follows.
DEEP = b'{"data":' + b"[" * 100_000 + b"]" * 100_000 + b"}"


def test_bytes_that_overwhelm_the_decoder_end_as_a_dead_letter(
    make_site: MakeSite, open_shop: OpenShop
) -> None:
    shop = open_shop(make_site("rabbitmq", "sqlite"))
    with shop.bus():
        shop.place_many(7)
        shop.wait_until_settled()

        send(str(shop.site.broker), subscriber_queue("stock"), DEEP)
        wait_until(lambda: shop.status("stock").dead == 1, what="the dead letter")
        shop.place_many(7)
        wait_until(lambda: shop.total("audit") == 14, what="the events behind it")

    assert shop.letters("stock").messages()[1][0].message == DEEP
    shop.assert_everything_in_effect_once_and_in_order()


def test_a_failure_that_cannot_be_put_into_words_ends_as_a_dead_letter(
    make_site: MakeSite, open_shop: OpenShop
) -> None:
    site = replace(make_site("memory", "sqlite"), attempts=3, unspeakable=(3, 1))
    shop = open_shop(site)
    with shop.bus():
        shop.place_many(70)
        wait_until(lambda: shop.status("stock").dead == 1, what="the dead letter")
        wait_until(lambda: shop.total("audit") == 60, what="the other subjects")

    assert shop.letters("stock").messages(state=State.WAITING)[0] == 9
    assert shop.letters("stock").messages()[1][0].attempts == 3


def test_what_was_asked_in_vain_for_long_is_asked_soon_once_the_source_is_heard_again() -> None:
    gaps = Gaps(patience=0.01)
    gaps.ahead("shop", 5)
    for _ in range(20):
        gaps.asked("shop")

    gaps.ahead("shop", 6)

    assert gaps.seconds_until_due() < 0.1


def send(url: str, queue: str, body: bytes) -> None:
    """Put bytes into a queue, as a stranger might."""
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.basic_publish("", queue, body, mandatory=True)
