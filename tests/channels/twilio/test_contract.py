"""Twilio keeps the channels' contract."""

from tests.channels.contract import Contract
from tests.channels.twilio.case import TwilioCase


class TestTwilio(Contract):
    """Everything in tests/channels/contract.py."""

    case = TwilioCase()
