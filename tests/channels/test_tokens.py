"""Tokens that end are renewed before they do, kept where nobody can read them, and used at once."""

import logging
from collections.abc import AsyncIterator
from datetime import datetime, timedelta, timezone
from typing import Any

import aiohttp
import asyncpg
import pytest
import pytest_asyncio

from frontdoor.channels import store_tokens
from frontdoor.channels.abilities import Tokens
from frontdoor.channels.contract import Channel, Failed, Reply
from frontdoor.channels.operating import reports
from frontdoor.channels.registry import make
from frontdoor.channels.store import Standings
from frontdoor.channels.tokens import Renewer, take_up
from frontdoor.database.pool import connect
from frontdoor.sealing import Seal, Unsealable
from frontdoor.settings import load
from tests.channels.instagram.case import InstagramCase
from tests.channels.platform import Heard, Platform, Says, standing
from tests.channels.scene import Scene
from tests.channels.words import words
from tests.channels.x.case import XCase
from tests.gateway.serving import until

DAY, START = timedelta(days=1), datetime(2026, 11, 1, tzinfo=timezone.utc)
SECRET = "an internal token of at least 32 characters"
OAUTH = {"X_REFRESH_TOKEN": "refresh-0", "X_CLIENT_ID": "app", "X_CLIENT_SECRET": "app-secret"}
REFUSED = Says(401, {"error": "invalid_request"})


class Issuer:
    """A platform that gives a new token at each renewal; *down*, it gives none."""

    def __init__(self) -> None:
        self.given = 0
        self.down: Says | None = None

    def says(self, heard: Heard) -> Says:
        if self.down:
            return self.down
        self.given += 1
        own = {"access_token": f"access-{self.given}", "token_type": "bearer"}
        if heard.method == "GET":
            return Says(200, own | {"expires_in": 60 * 86_400})
        return Says(200, own | {"expires_in": 7_200, "refresh_token": f"refresh-{self.given}", "scope": "dm.write"})


class House:
    """A clock, a platform, a database."""

    def __init__(self, pool: asyncpg.Pool, platform: Platform, issuer: Issuer, http: aiohttp.ClientSession) -> None:
        self.pool, self.platform, self.issuer, self.http = pool, platform, issuer, http
        self.at = START

    def channel(self, name: str, **values: str) -> Channel:
        case = {"x": XCase(), "instagram": InstagramCase()}[name]
        return make(name, load(case.values(self.platform.url) | values, dotenv=None))

    def renewer(self, channel: Channel, secret: str = SECRET) -> Renewer:
        """Return what a process that has just started works with."""
        return Renewer(self.pool, {channel.name: channel}, self.http, Seal(secret), lambda: self.at)

    async def rows(self) -> list[Any]:
        return list(await self.pool.fetch("SELECT * FROM channels.token"))


@pytest_asyncio.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    """A clean one."""
    pool, issuer = await connect(database_url, most=2), Issuer()
    with standing(Platform(issuer.says)) as platform:
        async with aiohttp.ClientSession() as http:
            yield House(pool, platform, issuer, http)
    await pool.close()


def token(channel: Channel) -> str:
    """Return what *channel* calls with."""
    call = channel.check()  # type: ignore[attr-defined]
    return str(call.headers["Authorization"]).removeprefix("Bearer ")


async def test_instagram_is_renewed_before_sixty_days(house: House) -> None:
    """Not on the first day, which Instagram refuses; then at two thirds of each token's life."""
    channel = house.channel("instagram")
    renewer, first = house.renewer(channel), token(channel)
    seen = []
    for days in (0, 1, 2, 30, 41, 43, 82, 84):
        house.at = START + days * DAY
        await renewer.look()
        seen.append(token(channel))
    assert seen == [first, first, "access-1", "access-1", "access-1", "access-2", "access-2", "access-3"]
    heard = house.platform.heard[0]
    assert (heard.method, heard.path) == ("GET", "/refresh_access_token")


async def test_x_is_renewed_with_each_refresh_token_once(house: House) -> None:
    """At the start, and after two thirds of two hours; what was given last is what is shown next."""
    channel = house.channel("x", **OAUTH)
    renewer = house.renewer(channel)
    for minutes in (0, 60, 79, 81):
        house.at = START + timedelta(minutes=minutes)
        await renewer.look()
    assert token(channel) == "access-2"
    assert [heard.path for heard in house.platform.heard] == ["/2/oauth2/token"] * 2
    assert [heard.body["refresh_token"] for heard in house.platform.heard] == ["refresh-0", "refresh-1"]
    assert {heard.body["grant_type"] for heard in house.platform.heard} == {"refresh_token"}
    assert house.platform.heard[0].headers["authorization"] == "Basic YXBwOmFwcC1zZWNyZXQ="


async def test_another_process_uses_what_is_kept(house: House) -> None:
    """After a restart, or beside another gateway, nothing is asked for again."""
    await house.renewer(house.channel("x", **OAUTH)).look()
    later = house.channel("x", **OAUTH)
    await house.renewer(later).look()
    assert token(later) == "access-1"
    assert house.issuer.given == 1


async def test_another_token_in_the_settings_begins_anew(house: House) -> None:
    """Who puts a new token into the settings means it."""
    await house.renewer(house.channel("instagram")).look()
    house.at += 3 * DAY
    await house.renewer(house.channel("instagram")).look()
    fresh = house.channel("instagram", INSTAGRAM_ACCESS_TOKEN="put in by hand")
    await house.renewer(fresh).look()
    assert token(fresh) == "put in by hand"
    assert len(await house.rows()) == 1


async def test_nothing_readable_is_kept_or_logged(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """The database has tokens sealed only; with another key, or for another channel, they are worth nothing."""
    caplog.set_level(logging.DEBUG)
    channel = house.channel("x", **OAUTH)
    await house.renewer(channel).look()
    (row,) = await house.rows()
    assert not [one for one in ("access-1", "refresh-1", "refresh-0") if one in row["sealed"]]
    about = f"token of {channel.name} {channel.account}"
    assert Seal(SECRET).open(row["sealed"], about) == '["access-1", "refresh-1"]'
    for other, what in ((Seal("another"), about), (Seal(SECRET), "token of x another")):
        with pytest.raises(Unsealable):
            other.open(row["sealed"], what)
    written = caplog.text + repr(Tokens("access-1", "refresh-1"))
    assert not [one for one in ("access-1", "refresh-1", "refresh-0", "app-secret") if one in written]
    stranger = house.channel("x", **OAUTH)
    await house.renewer(stranger, secret="another").look()
    assert house.issuer.given == 2
    assert token(stranger) == "access-2"


async def test_a_renewal_in_vain_is_told_and_tried_again(house: House) -> None:
    """A refusal alarms at once; a bad moment only when the end is near. Neither is asked every minute."""
    channel, standings = house.channel("instagram"), Standings(house.pool)
    renewer = house.renewer(channel)
    await renewer.look()
    house.issuer.down = Says(400, {"error": {"code": 190}})
    house.at += 2 * DAY
    for _ in range(3):
        await renewer.look()
        house.at += timedelta(minutes=2)
    assert len(house.platform.heard) == 1
    assert [(one.channel, one.kind, one.code) for one in await standings.troubles()] == [
        ("instagram", "renewal", "190")
    ]
    house.issuer.down = None
    house.at += timedelta(hours=1)
    await renewer.look()
    assert token(channel) == "access-1"
    assert await standings.troubles() == []


async def test_a_bad_moment_alarms_when_the_end_is_near(house: House) -> None:
    """Fifty days are time enough to try again in silence; three are not."""
    channel, standings = house.channel("instagram"), Standings(house.pool)
    await house.renewer(channel).look()
    for left, expected in ((50 * DAY, []), (3 * DAY, ["renewal"])):
        async with house.pool.acquire() as connection:
            ends = datetime.now(timezone.utc) + left
            await store_tokens.keep(connection, "instagram", channel.account, "", ends - 60 * DAY, ends)
            await store_tokens.failed(connection, "instagram", channel.account, ends, "retry", "503")
        assert [one.kind for one in await standings.troubles()] == expected


async def test_operators_call_with_what_is_kept(house: House) -> None:
    """`frontdoor channels check` asks about the token that is in use, not about the one that it came from."""
    await house.renewer(house.channel("x", **OAUTH)).look()
    asked = house.channel("x", **OAUTH)
    await take_up(house.pool, asked, Seal(SECRET))
    assert token(asked) == "access-1"
    other = house.channel("x", **OAUTH | {"X_REFRESH_TOKEN": "another"})
    await take_up(house.pool, other, Seal(SECRET))
    assert token(other) == XCase.settings["X_ACCESS_TOKEN"]
    rows = await store_tokens.all_of_them(house.pool)
    settings = load(XCase().values() | OAUTH, dotenv=None)
    (report,) = [one for one in reports(settings, [], rows) if one.name == "x"]
    assert (
        "token     renewed by itself; this one since 2026-11-01 00:00 UTC, ends 2026-11-01 02:00 UTC" in report.details
    )


async def test_what_cannot_be_renewed_is_left_alone(house: House) -> None:
    """Page tokens do not end; X without a refresh token has nothing to renew with."""
    page = house.channel("instagram", INSTAGRAM_API_BASE="https://graph.facebook.com")
    await house.renewer(page).look()
    plain = house.channel("x")
    assert not await house.renewer(plain).refused(plain, 0.0)
    assert (await house.rows(), house.platform.heard) == ([], [])


@pytest.mark.parametrize(
    ("name", "reply", "expected"),
    [
        ("x", Reply(400, {"error": "invalid_grant"}), Failed("token", "400")),
        ("x", Reply(429, {}), Failed("retry", "429")),
        ("x", Reply(503, {}), Failed("retry", "503")),
        ("x", Reply(200, {}), Failed("retry", "200")),
        ("instagram", Reply(400, {"error": {"code": 190}}), Failed("token", "190")),
        ("instagram", Reply(500, {}), Failed("retry", "500")),
        ("instagram", Reply(200, {}), Failed("unknown", "200")),
        ("instagram", Reply(200, {"access_token": "n", "expires_in": "x"}), Tokens("n")),
        ("x", Reply(200, {"access_token": "n", "expires_in": 7200}), Tokens("n", "old", 7200)),
    ],
)
def test_answers_to_a_renewal(name: str, reply: Reply, expected: object) -> None:
    """By status and number, as everything else."""
    case = {"x": XCase(), "instagram": InstagramCase()}[name]
    assert case.channel().read_renewal(Tokens("now", "old"), reply) == expected  # type: ignore[attr-defined]


class RenewableX(XCase):
    """X with a refresh token."""

    settings = XCase.settings | OAUTH

    def usual(self, heard: Heard) -> Says:
        if heard.path == "/2/oauth2/token":
            return Says(200, {"access_token": self.next_token, "refresh_token": "refresh-n", "expires_in": 7_200})
        if heard.headers["authorization"] != f"Bearer {self.next_token}":
            return REFUSED
        return Says(201, {"data": {"dm_event_id": f"{id(heard)}"}})

    next_token = "good-1"


class TestRefused:
    """A gateway on X."""

    case = RenewableX()

    def test_a_refused_token_is_renewed_and_the_message_goes(self, scene: Scene) -> None:
        """Nobody need do anything: the token that died early is replaced, and what waited is sent."""
        person = scene.person()
        scene.says(person, words())
        scene.wait_status(person, "sent")
        RenewableX.next_token = "good-2"  # the other one is dead from now on
        scene.house.sql("UPDATE channels.token SET since = now()")
        scene.says(person, words("again"))
        row = scene.wait_status(person, "sent")
        assert row["tries"] == 1
        assert not scene.house.sql("SELECT FROM channels.standing WHERE paused_at IS NOT NULL")
        until(lambda: scene.shown_to(person)[-1] == f"echo: {words('again')}")
