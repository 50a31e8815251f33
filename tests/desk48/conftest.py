"""A desk, a conversation core and a real Rasa, as the tests of their parts have them."""

from tests.conversations_core.conftest import core
from tests.desk.conftest import house

__all__ = ["core", "house"]
