"""WhatsApp keeps the channels' contract."""

from tests.channels.contract import Contract
from tests.channels.whatsapp.case import WhatsAppCase


class TestWhatsApp(Contract):
    """Everything in tests/channels/contract.py."""

    case = WhatsAppCase()
