"""Instagram keeps the channels' contract."""

from tests.channels.contract import Contract
from tests.channels.instagram.case import InstagramCase


class TestInstagram(Contract):
    """Everything in tests/channels/contract.py."""

    case = InstagramCase()
