"""Indexes for the lists of who sees some queues only: the latest of each queue, without reading the others'."""

from alembic import op

revision = "0010"
down_revision = "0009"

SQL = """
CREATE INDEX conversation_closed_in ON conversations.conversation (queue, closed_at) WHERE state = 'closed';
CREATE INDEX conversation_bot_in ON conversations.conversation (queue, updated_at) WHERE state = 'bot';
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(SQL)
