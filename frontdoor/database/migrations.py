"""Numbered migrations, run by Alembic. Each file in `versions/` holds its SQL as text."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError

from frontdoor.database import NoDatabase

SCRIPTS = Path(__file__).parent


def upgrade(database_url: str) -> None:
    """Bring the database to the newest version. Several processes may call it at once: one does the work.

    Raises:
        NoDatabase: It is of a newer version than this code, or does not let us.
    """
    try:
        command.upgrade(_config(database_url), "head")
    except CommandError as error:
        raise NoDatabase(f"The database is not one of this version of Front Door: {error}") from error
    except DBAPIError as error:
        said = " ".join(str(error.orig).split())
        raise NoDatabase(f"The database does not let itself be brought to the newest version: {said}") from error


def _config(database_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["database_url"] = database_url.replace("postgres://", "postgresql://", 1)
    return config
