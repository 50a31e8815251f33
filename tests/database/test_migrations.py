"""Migrations bring an empty database to the newest version, once."""

import asyncpg
import pytest

from frontdoor.database import NoDatabase, migrations


async def test_second_upgrade_changes_nothing(database_url: str) -> None:
    """A database that has every migration is left alone."""
    migrations.upgrade(database_url)
    connection = await asyncpg.connect(database_url)
    try:
        assert await connection.fetchval("SELECT count(*) FROM migration") == 1
    finally:
        await connection.close()


async def test_a_database_of_a_newer_version_is_a_line(database_url: str) -> None:
    """Somebody went back to older code: it says so, and nothing is touched."""
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute("UPDATE migration SET version_num = '9999'")
        with pytest.raises(NoDatabase, match="not one of this version of Front Door"):
            migrations.upgrade(database_url)
        assert await connection.fetchval("SELECT version_num FROM migration") == "9999"
    finally:
        await connection.close()
