"""Messenger keeps the channels' contract."""

from tests.channels.contract import Contract
from tests.channels.messenger.case import MessengerCase


class TestMessenger(Contract):
    """Everything in tests/channels/contract.py."""

    case = MessengerCase()
