"""Settings: read once, refused by name, and each of them explained in .env.example."""

import ast
import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from frontdoor.settings import ROOT, SettingsError, load

SETTING = re.compile(
    r"(?:FRONTDOOR|SCHEDULING|MESSENGER|INSTAGRAM|WHATSAPP|TELEGRAM|TWILIO|LINE|VIBER|OIDC|CHATWOOT|X)_[A-Z0-9_]+|DATABASE_URL"
)
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
NO_SETTING = {"X_HUB_SIGNATURE"}

REFUSED = [
    ("a port that is none", "FRONTDOOR_GATEWAY_PORT", "eighty"),
    ("a port out of range", "FRONTDOOR_DESK_PORT", "70000"),
    ("another database", "DATABASE_URL", "mysql://localhost/frontdoor"),
    ("a database at a port that is none", "DATABASE_URL", "postgresql://front@127.0.0.1:door/x"),
    ("an address without a scheme", "FRONTDOOR_PUBLIC_URL", "chat.example.com"),
    ("an unknown dialect", "SCHEDULING_DIALECT", "soap"),
    ("neither yes nor no", "FRONTDOOR_SECURE_COOKIES", "perhaps"),
    ("a secret that is guessed", "FRONTDOOR_INTERNAL_TOKEN", "secret"),
    ("a key that is guessed", "FRONTDOOR_SECRET_KEY", "secret"),
    ("no number", "FRONTDOOR_CHAT_TEXT_MAX_CHARS", "-5"),
]


@pytest.mark.parametrize(("name", "value"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_refused_value_names_its_variable(name: str, value: str, tmp_path: Path) -> None:
    """A value that cannot be used stops the start, and the message names the variable."""
    with pytest.raises(SettingsError, match=name):
        load({"FRONTDOOR_DATA_DIR": str(tmp_path), name: value}, dotenv=None)


def test_environment_wins_over_dotenv(tmp_path: Path) -> None:
    """What the shell says counts more than the file."""
    dotenv = tmp_path / ".env"
    dotenv.write_text("# a comment\n\nFRONTDOOR_DESK_PORT=9001\nexport FRONTDOOR_REGION='ca'\n")
    settings = load({"FRONTDOOR_DATA_DIR": str(tmp_path), "FRONTDOOR_DESK_PORT": "9002"}, dotenv=dotenv)
    assert (settings.desk_port, settings.region) == (9002, "CA")


def test_line_without_a_value_names_file_and_line(tmp_path: Path) -> None:
    """A slip in .env is found by its line."""
    dotenv = tmp_path / ".env"
    dotenv.write_text("FRONTDOOR_DESK_PORT=9001\nFRONTDOOR_REGION\n")
    with pytest.raises(SettingsError, match=r"\.env, line 2"):
        load({"FRONTDOOR_DATA_DIR": str(tmp_path)}, dotenv=dotenv)


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    """Not a trace of the decoder."""
    dotenv = tmp_path / ".env"
    dotenv.write_bytes(b"FRONTDOOR_REGION=\xff\xfe\n")
    with pytest.raises(SettingsError, match=r"\.env is not UTF-8"):
        load({"FRONTDOOR_DATA_DIR": str(tmp_path)}, dotenv=dotenv)


def test_a_data_directory_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    """A file stands in its place."""
    (tmp_path / "var").write_text("")
    with pytest.raises(SettingsError, match=r"FRONTDOOR_DATA_DIR: .*var cannot be used"):
        load({"FRONTDOOR_DATA_DIR": str(tmp_path / "var")}, dotenv=None)


def test_a_path_is_below_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the command is given: the product and a command beside it are at one database."""
    monkeypatch.chdir(tmp_path)
    settings = load({"FRONTDOOR_LIBRARY_DIR": "library", "FRONTDOOR_INTERNAL_TOKEN": "t" * 32}, dotenv=None)
    assert (settings.library_dir, settings.data_dir) == (ROOT / "library", ROOT / "var")


@pytest.mark.parametrize(
    ("dotenv", "found"),
    [
        ("FRONTDOOR_DATA_DIR=/srv/data", "/srv/data"),
        ("export FRONTDOOR_DATA_DIR = /srv/data", "/srv/data"),
        ("", "var"),
    ],
)
def test_make_keeps_its_files_where_the_product_does(dotenv: str, found: str, tmp_path: Path) -> None:
    """`make run` reads .env too: else it would run on another database than `frontdoor up`."""
    (tmp_path / ".env").write_text(f"{dotenv}\n")
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "seen.mk").write_text('include Makefile\nseen:\n\t@echo "$(DATA) [$$FRONTDOOR_DATA_DIR]"\n')
    clean = {name: value for name, value in os.environ.items() if name != "FRONTDOOR_DATA_DIR"}
    seen = subprocess.run(
        ["make", "--no-print-directory", "-f", "seen.mk", "seen"],
        cwd=tmp_path, env=clean, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert seen.stdout.strip() == f"{found} []"


def test_internal_token_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    """Two processes that start together share one secret, and nobody else can read it."""
    first, second = (load({"FRONTDOOR_DATA_DIR": str(tmp_path)}, dotenv=None).internal_token for _ in range(2))
    assert first == second
    assert len(first) >= 32
    assert (tmp_path / "internal_token").stat().st_mode & 0o077 == 0


def test_example_names_every_setting() -> None:
    """.env.example and the code name the same settings, so neither is out of date."""
    assert _named_in_example() == _named_in_code()


def test_example_explains_every_setting() -> None:
    """Each setting stands under a comment."""
    explained = False
    for line in EXAMPLE.splitlines():
        if SETTING.match(line.removeprefix("#")):
            assert explained, f"{line} has no comment above it"
        else:
            explained = line.startswith("# ")


def test_example_shows_the_defaults(tmp_path: Path) -> None:
    """A line that is only switched on changes nothing, but for those that stand for a clinic's own."""
    own = {"FRONTDOOR_DATA_DIR": str(tmp_path)}
    lines = [line[1:] for line in EXAMPLE.splitlines() if SETTING.match(line.removeprefix("#"))]
    pairs = [(name, value) for name, _, value in (line.partition("=") for line in lines) if name not in own]
    usual = replace(load(own, dotenv=None), values={})
    changed = {name for name, value in pairs if replace(load(own | {name: value}, dotenv=None), values={}) != usual}
    assert changed == {
        "DATABASE_URL", "FRONTDOOR_PUBLIC_URL", "FRONTDOOR_DESK_URL", "FRONTDOOR_SECURE_COOKIES",
        "FRONTDOOR_INTERNAL_TOKEN", "SCHEDULING_URL", "SCHEDULING_TOKEN",
    }  # fmt: skip


def test_example_is_a_working_file(tmp_path: Path) -> None:
    """Copied to .env as it is, with every line switched on, it is accepted."""
    lines = EXAMPLE.splitlines()
    dotenv = tmp_path / ".env"
    dotenv.write_text(
        "\n".join(line.removeprefix("#") if SETTING.match(line.removeprefix("#")) else line for line in lines)
    )
    assert load({"FRONTDOOR_DATA_DIR": str(tmp_path)}, dotenv=dotenv).desk_port == 8001


def _named_in_example() -> set[str]:
    lines = EXAMPLE.splitlines()
    return {found[0] for line in lines if (found := SETTING.match(line.removeprefix("#")))}


def _named_in_code() -> set[str]:
    """Every text in the code that is a setting's whole name."""
    files = [*ROOT.glob("frontdoor/**/*.py"), *ROOT.glob("actions/**/*.py")]
    return {
        node.value
        for path in files
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SETTING.fullmatch(node.value)
        and not node.value.endswith("_")
    } - NO_SETTING  # fmt: skip
