"""`frontdoor audit verify`; `frontdoor export` and `frontdoor erase` for a person who asks for their data."""

import argparse
import json
import sys
from collections.abc import Awaitable, Callable

from frontdoor.database.pool import Answer, Pool

NAMED = "its id as the desk shows it, or its sender: channel:account:address"


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands of this concern."""
    audit = commands.add_parser("audit", help="the log of who read and changed what")
    what = audit.add_subparsers(metavar="WHAT", required=True)
    verify = what.add_parser("verify", help="check that no row is missing or was changed")
    verify.add_argument("--head", default="0:", help="what an earlier run printed: also the end was not cut off since")
    verify.set_defaults(run=_verify)
    for name, run, told in (
        ("export", _export, "print all that is kept of one conversation, as JSON"),
        ("erase", _erase, "delete all that is kept of one conversation"),
    ):
        command = commands.add_parser(name, help=told)
        command.add_argument("conversation", help=NAMED)
        command.add_argument("--reason", required=True, help="who asked; it goes into the audit log")
        command.set_defaults(run=run)


def _verify(args: argparse.Namespace) -> int:
    return _on_database(lambda pool: _check(pool, args.head))


def _export(args: argparse.Namespace) -> int:
    from frontdoor.privacy import store_retention
    from frontdoor.privacy.audit import Actor

    async def work(pool: Pool) -> int:
        found = await store_retention.find(pool, args.conversation)
        if not found:
            return _unknown()
        kept = await store_retention.export(pool, found.id, Actor("operator", args.reason))
        sys.stdout.write(json.dumps(kept, ensure_ascii=False, indent=2) + "\n")
        return 0

    return _on_database(work)


def _erase(args: argparse.Namespace) -> int:
    from frontdoor.privacy import store_retention
    from frontdoor.privacy.audit import Actor

    async def work(pool: Pool) -> int:
        found = await store_retention.find(pool, args.conversation)
        if not found:
            return _unknown()
        if found.busy:
            sys.stderr.write("Somebody is at this conversation now: close it at the desk first. Nothing was deleted.\n")
            return 1
        await store_retention.erase(pool, found.id, args.reason, Actor("operator"))
        sys.stdout.write("Erased. Visits are kept by the scheduling server; the audit log says that this was done.\n")
        return 0

    return _on_database(work)


def _unknown() -> int:
    sys.stderr.write(f"There is no such conversation. It is named by {NAMED}.\n")
    return 1


def _on_database(work: Callable[[Pool], Awaitable[Answer]]) -> Answer:
    from frontdoor import settings
    from frontdoor.database import database, pool

    with database(settings.load()) as url:
        return pool.run(url, work)


async def _check(pool: Pool, head: str) -> int:
    from frontdoor.privacy import audit

    async with pool.acquire() as connection:
        broken = await audit.first_broken(connection)
        if broken is not None:
            sys.stderr.write(f"The audit log is broken at row {broken}.\n")
            return 1
        if not await audit.has(connection, head):
            sys.stderr.write("The audit log is not the one of that head: its end was cut off, or it was made anew.\n")
            return 1
        rows, now = await audit.count(connection), await audit.head(connection)
    sys.stdout.write(f"The audit log is whole: {rows} rows.\nHead, to be kept elsewhere: {now}\n")
    return 0
