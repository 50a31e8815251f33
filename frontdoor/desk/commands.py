"""`frontdoor staff …`: the first link, invitations, who there is, who may come in no more."""

import argparse
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace

from frontdoor.database.pool import Pool
from frontdoor.settings import Settings


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands of this concern."""
    staff = commands.add_parser("staff", help="the people at the desk").add_subparsers(metavar="WHAT", required=True)
    link = staff.add_parser("link", help="print a one-time link that makes the first member of staff")
    link.set_defaults(run=lambda args: run(_link))
    invite = staff.add_parser("invite", help="print a one-time link that makes another member of staff")
    invite.add_argument("name", help="as patients will see it")
    invite.add_argument("--role", choices=("staff", "supervisor", "admin", "auditor"), default="staff")
    invite.add_argument(
        "--queue", action="append", default=[], help="only conversations of this queue; can be repeated"
    )
    invite.set_defaults(run=lambda args: run(lambda pool, settings: _invite(pool, settings, args)))
    listing = staff.add_parser("list", help="print who there is")
    listing.set_defaults(run=lambda args: run(_list))
    disable = staff.add_parser("disable", help="let somebody in no more")
    disable.add_argument("name", help="sign-in name, or the name that patients see")
    disable.set_defaults(run=lambda args: run(lambda pool, settings: _disable(pool, args.name)))
    reset = staff.add_parser("reset-second-factor", help="let somebody who lost phone and paper in with the password")
    reset.add_argument("name", help="sign-in name, or the name that patients see")
    reset.set_defaults(run=lambda args: run(lambda pool, settings: _reset(pool, args.name)))


def run(work: Callable[[Pool, Settings], Awaitable[int]]) -> int:
    """Do *work* with a pool of the product's database, which is started and migrated if need be; return its code."""
    from frontdoor import settings as all_settings
    from frontdoor.database import database, pool

    settings = all_settings.load()
    with database(settings) as url:
        return pool.run(url, lambda connected: work(connected, replace(settings, database_url=url)))


async def _link(pool: Pool, settings: Settings) -> int:
    from frontdoor.desk import people

    link = await people.first_link(settings)
    if link is None:
        sys.stderr.write(
            "There is staff already: an admin invites others on the page, or use `frontdoor staff invite`.\n"
        )
        return 1
    sys.stdout.write(f"{link}\n")
    return 0


async def _invite(pool: Pool, settings: Settings, args: argparse.Namespace) -> int:
    from frontdoor.desk import people
    from frontdoor.desk.store_people import Invitation

    if not args.name.strip():
        sys.stderr.write("An invitation needs a name: patients will see it.\n")
        return 2
    wanted = Invitation(args.name.strip(), args.role, tuple(args.queue), first=False)
    sys.stdout.write(f"{await people.invite(pool, settings, wanted, people.CONSOLE)}\n")
    return 0


async def _list(pool: Pool, settings: Settings) -> int:
    from frontdoor.desk import store_people
    from frontdoor.desk.context import utc_now

    for one in await store_people.people(pool, utc_now()):
        state = "disabled" if one.disabled else "at the desk" if one.online else "away"
        second = "second factor" if one.second_factor else "password only"
        sys.stdout.write(
            f"{one.login}\t{one.name}\t{one.role}\t{', '.join(one.queues) or 'all queues'}\t{state}\t{second}\n"
        )
    return 0


async def _reset(pool: Pool, name: str) -> int:
    from frontdoor.desk import people

    return await _done(people.reset_second_factor(pool, name))


async def _disable(pool: Pool, name: str) -> int:
    from frontdoor.desk import people

    return await _done(people.disable(pool, name))


async def _done(work: Awaitable[None]) -> int:
    """Wait for what is done to somebody, or say what stands against it; return the command's code."""
    from frontdoor.desk.errors import BadRequest, Unknown

    try:
        await work
    except Unknown:
        sys.stderr.write("Nobody is called that, or more than one is: use the sign-in name (`frontdoor staff list`).\n")
        return 1
    except BadRequest:
        sys.stderr.write("This is the last admin: make another one first.\n")
        return 1
    return 0
