"""What is to go out by a platform has a notice of its own: the worker is not woken by every message of a patient."""

from alembic import op

revision = "0014"
down_revision = "0013"

SQL = """
CREATE FUNCTION conversations.to_send() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('frontdoor_out', '');
    RETURN NULL;
END $$;
CREATE TRIGGER to_send AFTER INSERT OR UPDATE OF status ON conversations.message
    FOR EACH ROW WHEN (NEW.status = 'queued') EXECUTE FUNCTION conversations.to_send();
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(SQL)
