"""What every channel keeps, whatever its platform. A channel's test_contract.py is:

class TestTelegram(Contract):
    case = TelegramCase()
"""

import logging
from collections.abc import Iterator
from typing import ClassVar

import pytest

from tests.channels.case import Case
from tests.channels.contract_delivery import Delivery
from tests.channels.contract_incoming import Incoming
from tests.channels.contract_pure import Pure
from tests.channels.words import SENTINEL


class Contract(Incoming, Delivery, Pure):
    """All of it, over real HTTP on a real database, plus the pure properties."""

    case: ClassVar[Case]

    @pytest.fixture(autouse=True)
    def quiet(self, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
        """No log line, at any level, holds a secret, an address of a person or a word of one."""
        caplog.set_level(logging.DEBUG)
        yield
        written = "\n".join(logging.Formatter("%(message)s").format(record) for record in caplog.records)
        secrets = [*self.case.channel().secrets, SENTINEL, *(self.case.person(number) for number in range(1, 60))]
        assert [secret for secret in secrets if secret in written] == []
