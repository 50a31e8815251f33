"""`frontdoor scheduling seed | token`."""

import argparse


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands of scheduling."""
    parser = commands.add_parser("scheduling", help="the embedded FHIR scheduling service")
    parts = parser.add_subparsers(required=True, metavar="COMMAND")
    seed = parts.add_parser("seed", help="write the demo clinic again, after a change of demo.yml or clinic.yml")
    seed.set_defaults(run=_seed)
    token = parts.add_parser("token", help="print the bearer token, for curl")
    token.set_defaults(run=_token)


def _seed(_: argparse.Namespace) -> int:
    from datetime import datetime, timezone

    from frontdoor import clinic, settings
    from frontdoor.database import database, pool
    from frontdoor.scheduling import seed, store

    given, now = settings.load(), datetime.now(timezone.utc)

    async def write(connected: pool.Pool) -> int:
        directory = seed.read(clinic.load(given.clinic_file))
        await store.seed(connected, directory, now, only_if_empty=False)
        return await store.regenerate(connected, now)

    with database(given) as url:
        made = pool.run(url, write)
    print(f"The demo clinic is written; {made} new openings.")  # noqa: T201  # a command speaks
    return 0


def _token(_: argparse.Namespace) -> int:
    from frontdoor import settings

    given = settings.load()
    print(given.scheduling_token or given.internal_token)  # noqa: T201  # a command speaks
    return 0
