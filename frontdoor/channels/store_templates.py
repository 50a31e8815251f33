"""Templates of platforms, as last read from them."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from frontdoor.channels.contract import Template
from frontdoor.database.pool import Connection, Pool

MOST = 200  # that staff choose from


async def keep(pool: Pool, channel: str, account: str, templates: Sequence[Template]) -> None:
    """Have exactly *templates* for this channel."""
    rows = [
        (channel, account, one.id, one.name, one.language, one.category, one.body, list(one.variables))
        for one in {template.id: template for template in templates}.values()
    ]
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("DELETE FROM channels.template WHERE channel = $1 AND account = $2", channel, account)
        await connection.executemany("INSERT INTO channels.template VALUES ($1, $2, $3, $4, $5, $6, $7, $8)", rows)


async def of_channel(pool: Pool, channel: str, account: str, language: str) -> list[Template]:
    """Return the templates of a channel, those in *language* first, by name."""
    found = await pool.fetch(
        "SELECT * FROM channels.template WHERE channel = $1 AND account = $2 "
        "ORDER BY split_part(language, '_', 1) <> $3, name, language LIMIT $4",
        channel, account, language, MOST,
    )  # fmt: skip
    return [_template(row) for row in found]


async def one(pool: Pool | Connection, channel: str, account: str, id_: str) -> Template | None:
    """Return one template of a channel, or None."""
    row = await pool.fetchrow(
        "SELECT * FROM channels.template WHERE channel = $1 AND account = $2 AND id = $3", channel, account, id_
    )
    return _template(row) if row else None


def _template(row: Any) -> Template:
    return Template(**{field.name: row[field.name] for field in fields(Template)} | {"variables": (*row["variables"],)})
