"""How each channel of ours is doing."""

from alembic import op

revision = "0007"
down_revision = "0006"

SQL = """
CREATE SCHEMA channels;

CREATE TABLE channels.standing (
    channel text NOT NULL,
    account text NOT NULL,
    last_in_at timestamptz,
    last_out_at timestamptz,
    paused_at timestamptz,               -- its token is dead: nothing goes out until it is renewed
    error_class text,
    error_code text,
    error_at timestamptz,
    PRIMARY KEY (channel, account)
);

-- Other addresses of a person: on WhatsApp the phone number of who has an id of their own.
CREATE TABLE channels.alias (
    channel text NOT NULL,
    account text NOT NULL,
    alias text NOT NULL,
    address text NOT NULL,
    PRIMARY KEY (channel, account, alias)
);
CREATE INDEX alias_address ON channels.alias (channel, account, address);
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(SQL)
