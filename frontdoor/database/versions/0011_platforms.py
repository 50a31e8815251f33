"""How long a platform lets us write to whoever came by an advertisement; tokens sealed like every other secret."""

from alembic import op

revision = "0011"
down_revision = "0010"

SQL = """
ALTER TABLE conversations.conversation ADD COLUMN ad_window_ends_at timestamptz;

DELETE FROM channels.token;  -- begun anew with those of the settings
ALTER TABLE channels.token ALTER COLUMN sealed TYPE text USING '';
COMMENT ON COLUMN channels.token.sealed IS 'sealed with FRONTDOOR_SECRET_KEY (frontdoor/sealing.py)';
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(SQL)
