"""What readers say of articles, and what no article answered."""

from alembic import op

revision = "0006"
down_revision = "0005"

SQL = """
SELECT 1;
"""


def upgrade() -> None:
    op.execute(SQL)
