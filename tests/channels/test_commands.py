"""`frontdoor channels …`, on a real database, against a platform of a few lines."""

from collections.abc import Callable, Iterator

import asyncpg
import pytest

from frontdoor import cli
from frontdoor.channels import operating
from frontdoor.channels.registry import CHANNELS, required
from frontdoor.settings import Settings, load
from tests.channels.platform import Platform, Says, standing
from tests.channels.telegram.case import TelegramCase

Run = Callable[..., tuple[int, str, str]]
CASE = TelegramCase()


@pytest.fixture
def platform() -> Iterator[Platform]:
    """Telegram."""
    with standing(Platform(CASE.usual)) as made:
        yield made


@pytest.fixture
def run(
    settings: Settings, platform: Platform, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Run a command with Telegram on; return its exit code and what it printed."""
    for name in {name for channel in CHANNELS for name in required(channel)}:
        monkeypatch.setenv(name, "")
    for name, value in {**settings.values, **CASE.values(platform.url)}.items():
        monkeypatch.setenv(name, value)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = cli.main(["channels", *arguments])
        printed = capsys.readouterr()
        assert not [secret for secret in CASE.channel().secrets if secret in printed.out + printed.err]
        return code, printed.out, printed.err

    return run


async def pause(database_url: str) -> None:
    """Have the platform refuse our token."""
    connection = await asyncpg.connect(database_url)
    await connection.execute(
        "INSERT INTO channels.standing (channel, account, last_in_at, paused_at, error_class, error_code, error_at) "
        "VALUES ('telegram', $1, '2026-11-23T08:00Z', '2026-11-23T09:00Z', 'token', '401', '2026-11-23T09:00Z')",
        CASE.channel().account,
    )
    await connection.close()


def test_the_list_says_what_is_on_and_why_not(run: Run) -> None:
    """On: its webhook and its events; off: what is missing."""
    code, out, _ = run()
    assert code == 0
    assert "telegram   on" in out
    assert "https://chat.example.test/webhooks/telegram" in out
    assert "last in never, last out never" in out
    for name in CHANNELS:
        assert name in out
    for report in operating.reports(load({"FRONTDOOR_INTERNAL_TOKEN": "x"}, dotenv=None), []):
        assert (report.state, report.details) == ("off", (f"set {', '.join(required(report.name))}",))


async def test_the_list_shows_a_pause_and_resume_ends_it(run: Run, settings: Settings, database_url: str) -> None:
    """A refused token stays in view until somebody resumes."""
    import asyncio

    await pause(database_url)
    _, out, _ = await asyncio.to_thread(run)
    assert "telegram   on, paused" in out
    assert "last in 2026-11-23 08:00 UTC" in out
    assert "token (code 401)" in out
    assert (await asyncio.to_thread(run, "resume", "telegram"))[0] == 0
    _, out, _ = await asyncio.to_thread(run)
    assert "on, paused" not in out


def test_check_asks_the_platform(run: Run, platform: Platform) -> None:
    """The platform's own answer decides."""
    assert run("check", "telegram")[0] == 0
    assert platform.calls("getMe")
    platform.script.append(Says(401, {"ok": False, "error_code": 401, "description": "Unauthorized"}))
    code, _, err = run("check", "telegram")
    assert code == 1
    assert "refuses our token (code 401)" in err


def test_register_gives_the_platform_our_address(run: Run, platform: Platform) -> None:
    """The webhook and its secret."""
    assert run("register", "telegram")[0] == 0
    (call,) = platform.calls("setWebhook")
    assert call.body["url"] == "https://chat.example.test/webhooks/telegram"


@pytest.mark.parametrize("what", ["check", "register", "resume"])
def test_what_is_off_or_unknown_is_said(run: Run, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the settings that are missing, or the channels that there are."""
    assert "There is no channel 'fax'" in run(what, "fax")[2]
    monkeypatch.setenv("TELEGRAM_SECRET_TOKEN", "")
    code, _, err = run(what, "telegram")
    assert code == 1
    assert "telegram is off: set TELEGRAM_SECRET_TOKEN." in err


def test_a_platform_that_is_away_is_said(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line, not a trace."""
    monkeypatch.setenv("TELEGRAM_API_BASE", "http://127.0.0.1:9")
    code, _, err = run("check", "telegram")
    assert code == 1
    assert "cannot be reached" in err


def test_links_of_a_campaign(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each address, the short one, its codes; and what is missing for more."""
    _, out, _ = run("link", "poster")
    assert "(set TELEGRAM_BOT_NAME to have one)" in out
    assert "https://chat.example.test/go/poster.svg" in out
    monkeypatch.setenv("TELEGRAM_BOT_NAME", "ClinicBot")
    _, out, _ = run("link", "poster")
    assert "https://t.me/ClinicBot?start=poster" in out
    assert "https://chat.example.test/?ref=poster" in out
    assert run("link", "no such name!")[0] == 1
