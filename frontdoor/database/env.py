"""What Alembic runs: one transaction, behind a lock, so that processes that start together do not collide."""

from alembic import context
from sqlalchemy import create_engine, text

LOCK = 0x46444D47  # any number that nothing else locks

engine = create_engine(context.config.attributes["database_url"])
with engine.begin() as connection:
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    context.configure(connection=connection, version_table="migration")
    context.run_migrations()
engine.dispose()
