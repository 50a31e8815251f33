"""`frontdoor channels …`, on a real database, against a platform of a few lines."""

from collections.abc import Callable, Iterator

import asyncpg
import pytest

from frontdoor import cli
from frontdoor.channels import operating
from frontdoor.channels.registry import CHANNELS, required
from frontdoor.settings import ROOT, Settings, load
from tests.channels.platform import Heard, Platform, Says, standing
from tests.channels.telegram.case import TelegramCase
from tests.channels.test_end_to_end import _case
from tests.channels.x.case import OURS, TOKEN, XCase

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
    for report in operating.reports(load({"FRONTDOOR_INTERNAL_TOKEN": "x" * 32}, dotenv=None), []):
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


@pytest.mark.parametrize("there", [False, True])
def test_x_is_registered_step_by_step(run: Run, monkeypatch: pytest.MonkeyPatch, there: bool) -> None:
    """The webhook by the app's token, then the account's messages by the account's; what is there is not made twice."""
    url, case = "https://chat.example.test/webhooks/x", XCase()
    mine = {"subscription_id": "5", "event_type": "dm.sent", "filter": {"user_id": OURS}, "webhook_id": "77"}

    def says(heard: Heard) -> Says:
        token = TOKEN if heard.method == "POST" and heard.path.endswith("subscriptions") else "app-token"
        if heard.headers["authorization"] != f"Bearer {token}":
            return Says(401)
        if heard.path == "/2/webhooks" and heard.method == "GET":
            return Says(200, {"data": [{"id": "77", "url": url, "valid": False}] if there else []})
        if heard.path == "/2/activity/subscriptions" and heard.method == "GET":
            return Says(200, {"data": [mine] if there else []})
        return Says(200, {"data": {"id": "77", "url": url, "valid": True}})

    with standing(Platform(says)) as platform:
        for name, value in case.values(platform.url).items():
            monkeypatch.setenv(name, value)
        assert "set X_BEARER_TOKEN and X_USER_ID for it" in run("register", "x")[2]
        assert platform.heard == []
        monkeypatch.setenv("X_BEARER_TOKEN", "app-token")
        code, out, err = run("register", "x")
        assert (code, err) == (0, "")
        assert "sends its webhooks here" in out
        made = [(heard.method, heard.path, heard.body) for heard in platform.heard if heard.method != "GET"]
    wanted = {"filter": {"user_id": OURS}, "webhook_id": "77"}
    webhook = ("PUT", "/2/webhooks/77", {}) if there else ("POST", "/2/webhooks", {"url": url})
    kinds = ["dm.received"] if there else ["dm.received", "dm.sent"]
    assert made == [
        webhook,
        *(("POST", "/2/activity/subscriptions", {"event_type": kind, **wanted}) for kind in kinds),
    ]


def test_a_webhook_that_x_refuses_is_said(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """X asked the address and did not like the answer: nothing is subscribed."""

    def says(heard: Heard) -> Says:
        return Says(200, {"data": []}) if heard.method == "GET" else Says(400, {"title": "CrcValidationFailed"})

    with standing(Platform(says)) as platform:
        for name, value in {**XCase().values(platform.url), "X_BEARER_TOKEN": "app-token"}.items():
            monkeypatch.setenv(name, value)
        code, _, err = run("register", "x")
        assert code == 1
        assert "refuses the call (code 400)" in err
        assert platform.calls("subscriptions") == []


@pytest.mark.parametrize(
    ("name", "path", "field"),
    [("viber", "/pa/set_webhook", "url"), ("line", "/v2/bot/channel/webhook/endpoint", "endpoint")],
)
def test_viber_and_line_are_registered(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, path: str, field: str
) -> None:
    """One call each, with our address; what the platform refuses is said with its number."""
    case = _case(name)
    refusing = (
        Says(200, {"status": 2, "status_message": "words"}) if name == "viber" else Says(401, {"message": "words"})
    )
    with standing(Platform(lambda heard: Says(200, {"status": 0, "event_types": []} if name == "viber" else {}))) as it:
        for key, value in case.values(it.url).items():
            monkeypatch.setenv(key, value)
        assert run("register", name)[0] == 0
        (call,) = it.heard
        assert (call.path, call.body[field]) == (path, f"https://chat.example.test/webhooks/{name}")
        it.script.append(refusing)
        code, _, err = run("register", name)
        assert code == 1
        assert "refuses our token" in err


@pytest.mark.parametrize("name", ["messenger", "instagram", "whatsapp", "twilio"])
def test_where_there_is_no_call_the_page_is_named(run: Run, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Nothing is called, and the way to do it is named."""
    case = _case(name)
    with standing(Platform(lambda heard: Says(200, {}))) as it:
        for key, value in case.values(it.url).items():
            monkeypatch.setenv(key, value)
        code, _, err = run("register", name)
        assert code == 1
        assert f"{name}: the platform has no call for this; docs/channels/{name}.md says where" in err
        assert it.heard == []
        assert f"/webhooks/{name}" in (ROOT / "docs" / "channels" / f"{name}.md").read_text(encoding="utf-8")
