"""Viber keeps the channels' contract."""

from tests.channels.contract import Contract
from tests.channels.viber.case import ViberCase


class TestViber(Contract):
    """Everything in tests/channels/contract.py."""

    case = ViberCase()
