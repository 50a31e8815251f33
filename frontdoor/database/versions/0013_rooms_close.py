"""A visit's room is open only while the visit is; a link that wrong dates locked can be given anew."""

from alembic import op

revision = "0013"
down_revision = "0012"

SQL = """
ALTER TABLE scheduling.visit ADD COLUMN serial int NOT NULL DEFAULT 0;  -- how often the join link was given anew
ALTER TABLE scheduling.visit ADD COLUMN room_hash bytea;                -- since somebody has been let in
CREATE INDEX visit_room ON scheduling.visit (room_hash) WHERE room_hash IS NOT NULL;
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(SQL)
