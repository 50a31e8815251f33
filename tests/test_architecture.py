"""Who may import what, held over every Python file of the product: see docs/architecture.md."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted([*ROOT.glob("frontdoor/**/*.py"), *ROOT.glob("actions/**/*.py")])

ONLY_IN = {  # a package: where it may be imported, as beginnings of paths
    "rasa": ("frontdoor/assistant/",),
    "rasa_sdk": ("actions/",),
    "sanic": (
        "frontdoor/gateway/", "frontdoor/desk/", "frontdoor/scheduling/service", "frontdoor/assistant/",
        "actions/server.py",
    ),
    "sqlalchemy": ("frontdoor/database/",),
    "alembic": ("frontdoor/database/",),
    "psycopg2": ("frontdoor/database/",),
}  # fmt: skip
PRIVATE = {  # a module of ours: who may import it
    "frontdoor.scheduling.store": ("frontdoor/scheduling/",),
    "frontdoor.supervision": ("frontdoor/supervision/",),
}
PURE = (  # no framework, no clock, no randomness
    "frontdoor/conversations/states.py", "frontdoor/safety/screen.py", "frontdoor/scheduling/hours.py",
    "frontdoor/scheduling/fhir.py",
)  # fmt: skip
IMPURE = {"sanic", "rasa", "rasa_sdk", "asyncpg", "aiohttp", "requests", "time", "random", "secrets", "uuid"}
SQL = re.compile(r"\s*(?:SELECT\s.+\sFROM\s|INSERT INTO\s|UPDATE\s+\S+\s+SET\s|DELETE FROM\s|CREATE TABLE\s)", re.S)
SQL_IN = ("frontdoor/database/", "frontdoor/privacy/audit.py", "/store")


@pytest.mark.parametrize("package", ONLY_IN)
def test_package_is_imported_only_where_it_belongs(package: str) -> None:
    """A library stays behind the part that needs it."""
    assert [place for place in _imports_of(package) if not _is_in(place, ONLY_IN[package])] == []


@pytest.mark.parametrize("module", PRIVATE)
def test_module_is_imported_only_by_its_own_part(module: str) -> None:
    """Other parts use what a part offers, not what it keeps for itself."""
    assert [place for place in _imports_of(module) if not _is_in(place, PRIVATE[module])] == []


@pytest.mark.parametrize("path", PURE)
def test_pure_module_reads_no_clock_and_no_framework(path: str) -> None:
    """Time and randomness come in as arguments."""
    tree = _tree(ROOT / path)
    assert sorted({name.partition(".")[0] for name in _imported(tree)} & IMPURE) == []
    assert [node.lineno for node in ast.walk(tree) if _is_clock(node)] == []


def test_only_settings_reads_the_environment() -> None:
    """`os.environ` and `os.getenv` are in frontdoor/settings.py and nowhere else."""
    readers = {
        _name(path)
        for path in FILES
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    }
    assert readers <= {"frontdoor/settings.py"}


def test_sql_is_only_in_stores() -> None:
    """A reader finds every statement in a module named store."""
    holders = {
        _name(path)
        for path in FILES
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value)
    }
    assert sorted(name for name in holders if not _is_in(name, SQL_IN)) == []


def test_the_table_knows_the_code() -> None:
    """The test looks at something: the product has files, and some of them import Rasa."""
    assert len(FILES) > 20
    assert list(_imports_of("rasa"))


def _is_clock(node: ast.AST) -> bool:
    """Tell whether *node* is `datetime.now`, `date.today` or the like; a value of ours called `now` is none."""
    if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name | ast.Attribute):
        return False
    owner = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
    return owner in {"datetime", "date", "time"} and node.attr in {"now", "utcnow", "today", "time", "monotonic"}


def _imports_of(module: str) -> Iterator[str]:
    for path in FILES:
        if any(name == module or name.startswith(f"{module}.") for name in _imported(_tree(path))):
            yield _name(path)


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _is_in(name: str, places: tuple[str, ...]) -> bool:
    return any(
        f"/{name}".startswith(f"/{place.lstrip('/')}") or (place[0] == "/" and place in name) for place in places
    )


def _tree(path: Path) -> ast.AST:
    return ast.parse(path.read_text(encoding="utf-8"))


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
