"""Twilio keeps the channels' contract."""

from tests.channels.twilio.case import TwilioCase
from tests.channels.contract import Contract


class TestTwilio(Contract):
    """Everything in tests/channels/contract.py."""

    case = TwilioCase()
