"""`frontdoor COMMAND` where something is wrong that its user can mend: one line, no trace, nothing half done."""

import asyncio
import uuid
from pathlib import Path

import pytest

from frontdoor import settings
from frontdoor.cli import main
from frontdoor.supervision.check import unknown_settings
from frontdoor.supervision.house import CannotRun, check_ports
from frontdoor.supervision.processes import parts
from tests.conftest import _execute, _named
from tests.ports import free_ports

NEED_A_DATABASE = (
    "migrate", "staff link", "staff list", "token list", "audit verify", "channels", "report", "library gaps",
    "scheduling seed", "export someone --reason asked", "erase someone --reason asked",
)  # fmt: skip
WRONG_SETTINGS = [
    ("FRONTDOOR_CLINIC_FILE", "/nowhere/clinic.yml", "no clinic file at /nowhere/clinic.yml"),
    ("FRONTDOOR_LIBRARY_DIR", "/nowhere/library", "there is no folder /nowhere/library"),
    ("OIDC_ISSUER", "ftp://login.example.com", "OIDC_"),
    ("FRONTDOOR_PASSWORD_LOGIN", "no", "nobody could come in"),
    ("CHATWOOT_URL", "https://chatwoot.example.com", "CHATWOOT_ACCOUNT_ID"),
    ("FRONTDOOR_EMBED_ORIGINS", "clinic.example", "FRONTDOOR_EMBED_ORIGINS"),
    ("FRONTDOOR_PROXIES", "one", "FRONTDOOR_PROXIES"),
    ("FRONTDOOR_DESK_PROXIES", "one", "FRONTDOOR_DESK_PROXIES"),
]


@pytest.fixture(autouse=True)
def _data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A data directory of this test's own."""
    monkeypatch.setenv("FRONTDOOR_DATA_DIR", str(tmp_path / "var"))


@pytest.mark.parametrize("command", NEED_A_DATABASE)
def test_a_database_that_does_not_answer_is_a_line(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Which setting, and what the database's library says; never the password."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody:hunter2@127.0.0.1:9/none")
    assert main(command.split()) == 1
    printed = capsys.readouterr()
    assert printed.err.startswith("frontdoor: No database answers at DATABASE_URL: ")
    assert printed.err.count("\n") == 1
    assert "hunter2" not in printed.err + printed.out


@pytest.mark.parametrize("command", ["audit verify", "report", "library gaps"])
def test_an_empty_database_is_filled(
    command: str, postgres: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first command of somebody new may be any."""
    name = f"empty_{uuid.uuid4().hex[:12]}"
    _execute(postgres, f"CREATE DATABASE {name}")
    monkeypatch.setenv("DATABASE_URL", _named(postgres, name))
    assert main(command.split()) == 0
    assert capsys.readouterr().err == ""
    _execute(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.parametrize("command", ["up --no-train", "shell"])
@pytest.mark.parametrize(("name", "value", "said"), WRONG_SETTINGS, ids=[case[0] for case in WRONG_SETTINGS])
def test_a_setting_of_one_part_stops_the_start(
    command: str, name: str, value: str, said: str,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """At the console, before anything runs: a part that dies can only say so in its log."""
    monkeypatch.setenv(name, value)
    assert main(command.split()) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert printed.err.count("\n") == 1
    assert not (tmp_path / "var" / "postgres").exists()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"FRONTDOOR_HOST": "192.0.2.1"}, "FRONTDOOR_HOST: 192.0.2.1 is no address of this machine."),
        ({"FRONTDOOR_HOST": "desk.invalid"}, "FRONTDOOR_HOST: desk.invalid is no address of this machine."),
        ({"FRONTDOOR_DESK_PORT": "{gateway}"}, "is meant for gateway and desk: set FRONTDOOR_DESK_PORT to another."),
    ],
    ids=["elsewhere", "nowhere", "twice"],
)
def test_an_address_that_cannot_be_used_names_its_setting(given: dict[str, str], said: str, tmp_path: Path) -> None:
    """And not the port of whichever part is looked at first."""
    scheduling, actions, gateway, desk = map(str, free_ports(4))
    ports = {"SCHEDULING": scheduling, "ACTIONS": actions, "GATEWAY": gateway, "DESK": desk}
    own = {f"FRONTDOOR_{name}_PORT": port for name, port in ports.items()} | {"FRONTDOOR_DATA_DIR": str(tmp_path)}
    own |= {name: value.format(gateway=gateway) for name, value in given.items()}
    with pytest.raises(CannotRun) as refused:
        check_ports(parts(settings.load(own, dotenv=None), "postgresql:///none"))
    assert said in str(refused.value)


def test_a_setting_that_is_none_is_found(tmp_path: Path) -> None:
    """A slip in a name would otherwise do nothing, without a word."""
    dotenv = tmp_path / ".env"
    dotenv.write_text("FRONTDOOR_GATWAY_PORT=9000\nFRONTDOOR_DESK_PORT=9001\nX_AXIS=up\n")
    assert unknown_settings(settings.load({"FRONTDOOR_DATA_DIR": str(tmp_path)}, dotenv=dotenv)) == [
        "FRONTDOOR_GATWAY_PORT"
    ]


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Something else stands in its place."""
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "preview").write_text("")
    assert main(["library", "preview", "asthma"]) == 1
    assert capsys.readouterr().err == f"frontdoor: {tmp_path}/var/preview: File exists.\n"


@pytest.mark.parametrize("days", ["-4", "4000"])
async def test_a_token_has_no_strange_life(
    days: str, database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A slip in --days makes no token, least of all one for ever."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    command = ["token", "create", "Zen desk", "--scope", "messages:read", "--days", days]
    assert await asyncio.to_thread(main, command) == 2
    assert "--days takes" in capsys.readouterr().err
    assert await asyncio.to_thread(main, ["token", "list"]) == 0
    assert capsys.readouterr().out == ""


async def test_an_invitation_has_a_name(
    database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Patients read it."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    assert await asyncio.to_thread(main, ["staff", "invite", " "]) == 2
    assert capsys.readouterr().out == ""
