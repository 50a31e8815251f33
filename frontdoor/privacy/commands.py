"""`frontdoor audit verify` checks that nobody changed the audit log."""

import argparse
import asyncio
import sys


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands of this concern."""
    audit = commands.add_parser("audit", help="the log of who read and changed what")
    what = audit.add_subparsers(metavar="WHAT", required=True)
    verify = what.add_parser("verify", help="check that no row is missing or was changed")
    verify.set_defaults(run=_verify)


def _verify(args: argparse.Namespace) -> int:
    from frontdoor import settings
    from frontdoor.database import database

    with database(settings.load()) as url:
        rows, broken = asyncio.run(_check(url))
    if broken is not None:
        sys.stderr.write(f"The audit log is broken at row {broken}.\n")
        return 1
    sys.stdout.write(f"The audit log is whole: {rows} rows.\n")
    return 0


async def _check(url: str) -> tuple[int, int | None]:
    from frontdoor.database.pool import connect
    from frontdoor.privacy import audit

    pool = await connect(url, most=1)
    try:
        async with pool.acquire() as connection:
            return await audit.count(connection), await audit.first_broken(connection)
    finally:
        await pool.close()
