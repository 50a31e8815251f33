"""Less work a message: what goes out by a platform has a notice of its own; who has no name is in no index of names."""

from alembic import op

revision = "0014"
down_revision = "0013"

SQL = """
-- The worker is not woken by every message of a patient.
CREATE FUNCTION conversations.to_send() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('frontdoor_out', '');
    RETURN NULL;
END $$;
CREATE TRIGGER to_send AFTER INSERT OR UPDATE OF status ON conversations.message
    FOR EACH ROW WHEN (NEW.status = 'queued') EXECUTE FUNCTION conversations.to_send();

-- Each change of a conversation is written to its indexes; on the web nobody has a name.
DROP INDEX conversations.conversation_name;
CREATE INDEX conversation_name ON conversations.conversation USING gin (to_tsvector('simple', display_name))
    WHERE display_name <> '';
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(SQL)
