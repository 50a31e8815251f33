"""How somebody becomes staff: by a one-time link, the very first one too."""

from frontdoor.database import pool as database
from frontdoor.database.pool import Pool
from frontdoor.desk import store_people, store_secrets
from frontdoor.desk.context import utc_now
from frontdoor.desk.secrets import new_token
from frontdoor.desk.store_people import Invitation
from frontdoor.privacy.audit import Actor
from frontdoor.settings import Settings

CONSOLE = Actor("system", "command line")


async def first_link(settings: Settings) -> str | None:
    """Return a link that makes the first member of staff (an admin), or None when there is staff.

    It works once and for 24 hours; a new one replaces it. Needs `settings.database_url`.
    """
    assert settings.database_url is not None
    pool = await database.connect(settings.database_url, most=1)
    try:
        async with pool.acquire() as connection, connection.transaction():
            if await store_people.exist(connection):
                return None
            token = new_token()
            await store_people.replace_first(connection, token.sha256, utc_now())
            return link(settings, token.text)
    finally:
        await pool.close()


async def invite(pool: Pool, settings: Settings, wanted: Invitation, by: Actor) -> str:
    """Return a link that makes one member of staff; it works once and for 24 hours."""
    token = new_token()
    async with pool.acquire() as connection, connection.transaction():
        await store_people.invite(connection, token.sha256, wanted, utc_now(), by)
    return link(settings, token.text)


async def disable(pool: Pool, name: str) -> None:
    """Let the one with this login or name in no more; their sessions end.

    Raises:
        Unknown: Nobody is called that, or more than one.
    """
    async with pool.acquire() as connection, connection.transaction():
        row = await store_people.named(connection, name)
        await store_people.change(
            connection, str(row["id"]), CONSOLE, utc_now(), role=row["role"],
            queues=list(row["queues"]), disabled=True,
        )  # fmt: skip


async def reset_second_factor(pool: Pool, name: str) -> None:
    """Turn the second factor of the one with this login or name off; their sessions end.

    Raises:
        Unknown: Nobody is called that, or more than one.
    """
    async with pool.acquire() as connection, connection.transaction():
        row = await store_people.named(connection, name)
        await store_secrets.forget_second_factor(connection, str(row["id"]), CONSOLE)


def link(settings: Settings, code: str) -> str:
    """Return the address with the code behind the #: what stands there is never sent, so no log can hold it."""
    return f"{settings.desk_url}/welcome#{code}"
