"""Telegram keeps the channels' contract."""

from tests.channels.contract import Contract
from tests.channels.telegram.case import TelegramCase


class TestTelegram(Contract):
    """Everything in tests/channels/contract.py."""

    case = TelegramCase()
