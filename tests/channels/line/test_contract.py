"""LINE keeps the channels' contract."""

from tests.channels.line.case import LineCase
from tests.channels.contract import Contract


class TestLine(Contract):
    """Everything in tests/channels/contract.py."""

    case = LineCase()
