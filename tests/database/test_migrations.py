"""Migrations bring an empty database to the newest version, once."""

import asyncpg

from frontdoor.database import migrations


async def test_second_upgrade_changes_nothing(database_url: str) -> None:
    """A database that has every migration is left alone."""
    migrations.upgrade(database_url)
    connection = await asyncpg.connect(database_url)
    try:
        assert await connection.fetchval("SELECT count(*) FROM migration") == 1
    finally:
        await connection.close()
