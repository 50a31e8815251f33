"""The desk that these tests call from outside."""

from tests.desk.conftest import house

__all__ = ["house"]
