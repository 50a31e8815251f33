"""`frontdoor channels`: how each channel stands, whether its platform knows us, ways in for a campaign."""

import argparse
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from frontdoor.channels.contract import Call, Channel
    from frontdoor.channels.operating import Report
    from frontdoor.database.pool import Pool
    from frontdoor.settings import Settings


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands of operators."""
    parser = commands.add_parser("channels", help="the platforms: on or off and why, what is wrong")
    parser.set_defaults(run=_list)
    which = parser.add_subparsers(dest="what", metavar="WHAT")
    for name, run, text in (
        ("check", _check, "ask the platform whether it knows our token"),
        ("register", _register, "have the platform send its webhooks here"),
        ("resume", _resume, "send again on a channel that was paused because its token was refused"),
    ):
        one = which.add_parser(name, help=text)
        one.add_argument("name", metavar="NAME", help="the channel")
        one.set_defaults(run=run)
    link = which.add_parser("link", help="every address into a conversation, for one campaign")
    link.add_argument("campaign", metavar="CAMPAIGN", help="letters, digits, - and _")
    link.set_defaults(run=_link)


def _list(args: argparse.Namespace) -> int:
    from frontdoor.channels import store_tokens
    from frontdoor.channels.operating import reports
    from frontdoor.channels.store import Standings
    from frontdoor.settings import load

    settings = load()

    async def read(pool: "Pool") -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        return await Standings(pool).all(), await store_tokens.all_of_them(pool)

    for report in reports(settings, *_with_database(settings, read)):
        _print(_described(report))
    if settings.public_url.startswith("http://"):
        _print("Platforms reach only https: set FRONTDOOR_PUBLIC_URL to the address that the world sees.")
    return 0


def _described(report: "Report") -> str:
    lines = [f"{report.name:<10} {report.state}", *report.details]
    return "\n           ".join(lines)


def _check(args: argparse.Namespace) -> int:
    def check(settings: "Settings", channel: "Channel") -> "list[Call]":
        _take_up(settings, channel)
        return [channel.check()]  # type: ignore[attr-defined]

    return _call(args.name, "check", check, "The platform knows us.")


def _register(args: argparse.Namespace) -> int:
    from frontdoor.channels.operating import webhook_url

    def register(settings: "Settings", channel: "Channel") -> "list[Call]":
        _take_up(settings, channel)
        calls: list[Call] = channel.register(webhook_url(settings, channel.name))  # type: ignore[attr-defined]
        return calls

    return _call(args.name, "register", register, "The platform sends its webhooks here from now on.")


def _take_up(settings: "Settings", channel: "Channel") -> None:
    """Have *channel* call with its newest token: one that is renewed is in the database."""
    from frontdoor.channels import tokens
    from frontdoor.sealing import Seal

    if tokens.is_renewed(channel):
        seal = Seal(settings.secret_key)
        _with_database(settings, lambda pool: tokens.take_up(pool, channel, seal))


def _call(name: str, ability: str, calls: "Callable[[Settings, Channel], list[Call]]", done: str) -> int:
    """Make the calls of a channel that is on; 0 when the platform took all of them."""
    import asyncio

    import aiohttp

    from frontdoor.channels import operating
    from frontdoor.settings import load

    settings = load()
    try:
        channel = operating.channel(settings, name)
    except operating.CannotOperate as problem:
        return _failed(str(problem))
    if not hasattr(channel, ability) or not (wanted := calls(settings, channel)):
        needs = getattr(channel, f"{ability}_needs", "")
        why = f"set {needs} for it, or do it by hand" if needs else "the platform has no call for this"
        return _failed(f"{name}: {why}; docs/channels/{name}.md says where it is done.")
    url = operating.webhook_url(settings, name) if ability == "register" else ""

    async def make() -> str:
        async with aiohttp.ClientSession() as session:
            return await operating.make_all(session, channel, wanted, url)

    if trouble := asyncio.run(make()):
        return _failed(f"{name}: {trouble}")
    _print(f"{name}: {done}")
    return 0


def _resume(args: argparse.Namespace) -> int:
    from frontdoor.channels import operating
    from frontdoor.channels.store import Standings
    from frontdoor.settings import load

    settings = load()
    try:
        channel = operating.channel(settings, args.name)
    except operating.CannotOperate as problem:
        return _failed(str(problem))
    _with_database(settings, lambda pool: Standings(pool).resume(channel.name, channel.account))
    _print(f"{args.name}: what waits is sent again.")
    return 0


def _link(args: argparse.Namespace) -> int:
    from frontdoor.channels import entry
    from frontdoor.channels.registry import channels
    from frontdoor.conversations.wording import wording
    from frontdoor.settings import load

    settings = load()
    if not entry.is_campaign(args.campaign):
        return _failed(f"A campaign's name has letters, digits, - and _, at most {entry.CAMPAIGN_MAX_CHARS} of them.")
    on = channels(settings)
    found = entry.links(settings, on, args.campaign, wording("opened", settings.language))
    for name in on:
        if name not in found:
            found[name] = f"(set {entry.missing(settings, name)} to have one)"
    short = entry.short_link(settings, args.campaign)
    found |= {"short": short, "QR code": f"{short}.svg", "": f"{short}.png"}
    for name, address in found.items():
        _print(f"{name:<10} {address}")
    return 0


def _with_database(settings: "Settings", do: "Callable[[Pool], Awaitable[Any]]") -> Any:
    """Return what *do* returns; the embedded database is started for it if nothing else runs it."""
    from frontdoor.database import database, pool

    with database(settings) as url:
        return pool.run(url, do)


def _failed(text: str) -> int:
    import sys

    print(f"frontdoor channels: {text}", file=sys.stderr)  # noqa: T201 (a command's work)
    return 1


def _print(text: str) -> None:
    print(text)  # noqa: T201 (a command's work)
