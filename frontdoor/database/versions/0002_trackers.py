"""Rasa's trackers: one row a session with the number of its events, and the events, append only."""

from alembic import op

revision = "0002"
down_revision = "0001"

SQL = """
CREATE SCHEMA rasa;

CREATE TABLE rasa.tracker (
    sender_id  text PRIMARY KEY,               -- <conversation>.<session>
    events     integer NOT NULL CHECK (events >= 0),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX tracker_updated_at ON rasa.tracker (updated_at);  -- retention

CREATE TABLE rasa.event (
    sender_id text NOT NULL REFERENCES rasa.tracker ON DELETE CASCADE,
    seq       integer NOT NULL CHECK (seq > 0),
    data      json NOT NULL,                   -- the event as Rasa writes it
    PRIMARY KEY (sender_id, seq)
);
"""


def upgrade() -> None:
    op.execute(SQL)
