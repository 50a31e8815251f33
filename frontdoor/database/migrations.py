"""Numbered migrations, run by Alembic. Each file in `versions/` holds its SQL as text."""

from pathlib import Path

from alembic import command
from alembic.config import Config

SCRIPTS = Path(__file__).parent


def upgrade(database_url: str) -> None:
    """Bring the database to the newest version. Several processes may call it at once: one does the work."""
    command.upgrade(_config(database_url), "head")


def _config(database_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["database_url"] = database_url.replace("postgres://", "postgresql://", 1)
    return config
