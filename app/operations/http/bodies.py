"""The bodies that the operator's routes take."""

from app.operations.module_view import Reason
from web.bodies import Body


class Discarding(Body):
    """The reason for which a dead letter is given up."""

    reason: Reason
