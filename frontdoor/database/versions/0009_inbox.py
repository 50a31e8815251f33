"""What platforms delivered, from the answer 200 until the worker has taken it."""

from alembic import op

revision = "0009"
down_revision = "0008"

SQL = """
CREATE TABLE conversations.inbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    channel text NOT NULL,
    account text NOT NULL,
    event text NOT NULL,                 -- channels/contract.py's Event, as JSON; gone with the row once it is taken
    arrived_at timestamptz NOT NULL DEFAULT now(),
    tries smallint NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL DEFAULT now()
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

-- What became of events, for the figures.
CREATE TABLE channels.outcome (
    channel text NOT NULL,
    became text NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (channel, became)
);
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(SQL)
