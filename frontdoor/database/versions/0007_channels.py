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

-- What a platform lets us say at any time: forms of words that it has approved, as last read from it.
CREATE TABLE channels.template (
    channel text NOT NULL,
    account text NOT NULL,
    id text NOT NULL,
    name text NOT NULL,
    language text NOT NULL,
    category text NOT NULL,
    body text NOT NULL,
    variables text[] NOT NULL,           -- the names of its places, in order
    PRIMARY KEY (channel, account, id)
);

-- Tokens that end and are renewed. They are enciphered with a key that is not in the database.
CREATE TABLE channels.token (
    channel text NOT NULL,
    account text NOT NULL,
    given_sha256 bytea NOT NULL,         -- of what the settings gave: another one there begins anew
    sealed bytea NOT NULL,
    since timestamptz NOT NULL,          -- we have had it
    expires_at timestamptz,
    tried_at timestamptz,                -- to renew it, in vain
    error_class text,
    error_code text,
    PRIMARY KEY (channel, account)
);
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(SQL)
