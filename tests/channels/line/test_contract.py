"""LINE keeps the channels' contract."""

from tests.channels.contract import Contract
from tests.channels.line.case import LineCase


class TestLine(Contract):
    """Everything in tests/channels/contract.py."""

    case = LineCase()
