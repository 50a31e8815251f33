"""`frontdoor report`: what patients needed and where they came from, as text or CSV."""

import argparse
import sys
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from frontdoor import sheets

if TYPE_CHECKING:
    from frontdoor.analytics.store_report import Table

DAYS_MAX = 400


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands of this concern."""
    report = commands.add_parser("report", help="what patients needed and where they came from, in numbers")
    report.add_argument("--days", type=int, default=28, help=f"of the last so many days (28; at most {DAYS_MAX})")
    report.add_argument("--csv", action="store_true", help="for a spreadsheet: table, columns, values")
    report.set_defaults(run=_report)


def _report(args: argparse.Namespace) -> int:
    from frontdoor import settings
    from frontdoor.analytics.store_report import report
    from frontdoor.database import database, pool

    if not 1 <= args.days <= DAYS_MAX:
        sys.stderr.write(f"--days takes a whole number from 1 to {DAYS_MAX}.\n")
        return 2

    with database(settings.load()) as url:
        tables = pool.run(url, lambda connected: report(connected, datetime.now(timezone.utc), args.days))
    sys.stdout.write(as_csv(tables) if args.csv else as_text(tables, args.days))
    return 0


def as_text(tables: "list[Table]", days: int) -> str:
    """Write the tables in columns; those without rows in one line at the end."""
    parts = [f"The last {days} days\n"]
    for table in (table for table in tables if table.rows):
        lines = [table.columns, *(tuple(str(value) for value in row) for row in table.rows)]
        widths = [max(len(line[n]) for line in lines) for n in range(len(table.columns))]
        parts += [f"\n{table.title}\n", *(_line(line, widths) for line in lines)]
    empty = [table.title for table in tables if not table.rows]
    return "".join([*parts, *([f"\nNothing to count: {'; '.join(empty)}.\n"] if empty else [])])


def as_csv(tables: "list[Table]") -> str:
    """Write one line a row: the table's title, then column and value in turn."""
    return sheets.as_csv(
        [table.title, *(cell for pair in zip(table.columns, row, strict=True) for cell in pair)]
        for table in tables
        for row in table.rows
    )


def _line(values: tuple[str, ...], widths: list[int]) -> str:
    return "  " + "  ".join(value.ljust(width) for value, width in zip(values, widths, strict=True)).rstrip() + "\n"
