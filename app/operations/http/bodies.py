"""What the operator's routes take in a body."""

from app.operations.module_view import Reason
from web.bodies import Body


class Discarding(Body):
    """Why a dead letter is given up."""

    reason: Reason
