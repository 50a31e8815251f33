"""Who read and changed what: append-only and hash-chained."""

from alembic import op

revision = "0004"
down_revision = "0003"

SQL = """
CREATE SCHEMA privacy;

CREATE TABLE privacy.audit (
    id bigint PRIMARY KEY,               -- without gaps
    at timestamptz NOT NULL,
    actor text NOT NULL,                 -- patient, bot, system, or a staff id
    actor_name text NOT NULL DEFAULT '',
    session_id text NOT NULL DEFAULT '',
    address text NOT NULL DEFAULT '',    -- of the network
    action text NOT NULL,                -- what was done: conversation.read, conversation.claim …
    target text NOT NULL,                -- to what: conversation:<id>, staff:<id> …
    before jsonb,
    after jsonb,
    previous_hash bytea NOT NULL,
    hash bytea NOT NULL
);
CREATE INDEX audit_target ON privacy.audit (target, id);
CREATE INDEX audit_actor ON privacy.audit (actor, id);
CREATE INDEX audit_at ON privacy.audit (at);

CREATE FUNCTION privacy.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON privacy.audit
    FOR EACH STATEMENT EXECUTE FUNCTION privacy.refuse();
"""


def upgrade() -> None:
    op.execute(SQL)
