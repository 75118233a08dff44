"""What the fixtures of this folder give: functions to make something with."""

from collections.abc import Callable

from tests.bus.faults.shop import Shop, Site

MakeSite = Callable[[str, str], Site]
NewVhost = Callable[[], str]
OpenShop = Callable[[Site], Shop]
