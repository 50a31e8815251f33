"""`frontdoor token …`: what lets other programs call the desk."""

import argparse
import sys
from collections.abc import Awaitable, Callable

from frontdoor.database.pool import Pool


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands of this concern."""
    from frontdoor.helpdesk.model import SCOPES

    token = commands.add_parser("token", help="what lets other programs call the desk (docs/helpdesk.md)")
    what = token.add_subparsers(metavar="WHAT", required=True)
    create = what.add_parser("create", help="print a new token, once")
    create.add_argument("name", help="whose it is")
    create.add_argument("--scope", action="append", required=True, choices=SCOPES, help="what it may do; repeatable")
    create.add_argument("--queue", action="append", default=[], help="only conversations of this queue; repeatable")
    create.add_argument("--days", type=int, default=365, help="how long it is good; 0: until it is revoked")
    create.set_defaults(run=lambda args: _run(lambda pool: _create(pool, args)))
    listing = what.add_parser("list", help="print who has one; never the token itself")
    listing.set_defaults(run=lambda args: _run(_list))
    revoke = what.add_parser("revoke", help="let a token open nothing more")
    revoke.add_argument("id", help="see `frontdoor token list`")
    revoke.set_defaults(run=lambda args: _run(lambda pool: _revoke(pool, args.id)))


def _run(work: Callable[[Pool], Awaitable[int]]) -> int:
    from frontdoor.desk import commands

    return commands.run(lambda pool, settings: work(pool))


async def _create(pool: Pool, args: argparse.Namespace) -> int:
    from frontdoor.desk.context import utc_now
    from frontdoor.desk.people import CONSOLE
    from frontdoor.helpdesk import store
    from frontdoor.helpdesk.model import TOKEN_DAYS_MOST

    if not 0 <= args.days <= TOKEN_DAYS_MOST:
        sys.stderr.write(f"--days takes a whole number from 0 (until it is revoked) to {TOKEN_DAYS_MOST}.\n")
        return 2
    async with pool.acquire() as connection, connection.transaction():
        _, text = await store.create_token(
            connection, args.name, args.scope, args.queue, CONSOLE, utc_now(), days=args.days
        )
    sys.stdout.write(f"{text}\n")
    return 0


async def _list(pool: Pool) -> int:
    from frontdoor.helpdesk import store

    for one in await store.tokens(pool):
        state = "revoked" if one.revoked_at else f"until {one.expires_at:%Y-%m-%d}" if one.expires_at else "for ever"
        used = f"{one.used_at:%Y-%m-%d %H:%M}" if one.used_at else "never used"
        queues = ", ".join(one.queues) or "all queues"
        sys.stdout.write(f"{one.id}\t{one.name}\t{', '.join(sorted(one.scopes))}\t{queues}\t{state}\t{used}\n")
    return 0


async def _revoke(pool: Pool, token_id: str) -> int:
    import uuid

    from frontdoor.desk.context import utc_now
    from frontdoor.desk.errors import Unknown
    from frontdoor.desk.people import CONSOLE
    from frontdoor.helpdesk import store

    try:
        async with pool.acquire() as connection, connection.transaction():
            await store.revoke_token(connection, str(uuid.UUID(token_id)), CONSOLE, utc_now())
    except (Unknown, ValueError):
        sys.stderr.write("There is no such token, or it was revoked before: see `frontdoor token list`.\n")
        return 1
    return 0
