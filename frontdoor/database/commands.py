"""`frontdoor migrate` brings the database to the newest version."""

import argparse


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands of this concern."""
    migrate = commands.add_parser("migrate", help="bring the database to the newest version")
    migrate.set_defaults(run=_migrate)


def _migrate(args: argparse.Namespace) -> int:
    from frontdoor import settings
    from frontdoor.database import database, migrations

    with database(settings.load()) as url:
        migrations.upgrade(url)
    return 0
