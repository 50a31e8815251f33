"""docs/security.md names only what is there."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith(("| safeguard", "| try"))]


def named(cell: str) -> list[tuple[str, str]]:
    """Return (file, test) of a cell: `a.py::test_x`, `::test_y` of the file before it, or a whole file."""
    found, file = [], ""
    for name in re.findall(r"`([\w/]*\.py)?(?:::)?(\w*)`", cell):
        file = name[0] or file
        found.append((file, name[1]))
    return found


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_test_that_is_named_is_there() -> None:
    """Each row has at least one, in the file that it names."""
    checked = 0
    for row in ROWS:
        tests = named(row.rsplit(" | ", 1)[1])
        assert tests, row[:60]
        for file, test in tests:
            path = ROOT / "tests" / file
            assert path.is_file(), file
            assert not test or test in names_in(path), f"{file}::{test}"
            checked += 1
    assert checked > 60


def test_every_file_of_code_that_is_named_is_there() -> None:
    """Of the safeguards' rows."""
    rows = [row for row in ROWS if row.startswith("| (")]
    assert len(rows) == 9
    for row in rows:
        for file, _ in named(row.split(" | ")[2]):
            assert (ROOT / "frontdoor" / file).is_file(), file


def test_every_safeguard_of_the_rule_has_a_row() -> None:
    """45 CFR 164.312 has these, and none more."""
    parts = ["(a)(1)", "(a)(2)(i)", "(a)(2)(ii)", "(a)(2)(iii)", "(a)(2)(iv)", "(b)", "(c)", "(d)", "(e)"]
    assert [row.split()[1] for row in ROWS if row.startswith("| (")] == parts
