"""Conversations, their messages, and what came in."""

from alembic import op

revision = "0001"
down_revision = None

SQL = """
SELECT 1;
"""


def upgrade() -> None:
    op.execute(SQL)
