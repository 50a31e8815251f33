"""CSV for spreadsheets, in which no cell is a formula (OWASP: CSV injection)."""

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(rows: Iterable[Sequence[object]]) -> str:
    """Write the rows; None is an empty cell, and text that a spreadsheet would run begins with an apostrophe."""
    file = io.StringIO()
    csv.writer(file).writerows([_cell(value) for value in row] for row in rows)
    return file.getvalue()


def _cell(value: object) -> str:
    written = "" if value is None else str(value)
    return f"'{written}" if isinstance(value, str) and written.startswith(_FORMULA) else written
