"""Rasa's trackers."""

from alembic import op

revision = "0002"
down_revision = "0001"

SQL = """
SELECT 1;
"""


def upgrade() -> None:
    op.execute(SQL)
