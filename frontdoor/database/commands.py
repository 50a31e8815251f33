"""`frontdoor migrate` brings the database to the newest version; `frontdoor database-url` says where it is."""

import argparse
import sys


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands of this concern."""
    migrate = commands.add_parser("migrate", help="bring the database to the newest version")
    migrate.set_defaults(run=_migrate)
    url = commands.add_parser("database-url", help="print the address of the database, for psql and pg_dump")
    url.set_defaults(run=_url)


def _migrate(args: argparse.Namespace) -> int:
    from frontdoor import settings
    from frontdoor.database import database

    with database(settings.load()):
        return 0


def _url(args: argparse.Namespace) -> int:
    from frontdoor import settings
    from frontdoor.database import embedded

    given = settings.load()
    sys.stdout.write(f"{given.database_url or embedded.url(embedded.directory(given.data_dir))}\n")
    return 0
