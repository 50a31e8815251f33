"""X keeps the channels' contract."""

from tests.channels.contract import Contract
from tests.channels.x.case import XCase


class TestX(Contract):
    """Everything in tests/channels/contract.py."""

    case = XCase()
