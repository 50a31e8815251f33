"""Coming in through the clinic's OpenID provider: a real one, oidc-provider, in a process of its own."""

import base64
import json
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
import pytest_asyncio

from frontdoor.desk import openid
from frontdoor.settings import Settings, SettingsError, load
from tests.desk import provider as outside
from tests.desk.house import Browser, House, open_house
from tests.desk.provider import Provider
from tests.desk.stream import stream
from tests.desk.test_signing_in import sign_in as with_password


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    """A provider for all tests here; each says who there is. It gives groups in the userinfo only."""
    with outside.running() as running:
        yield running


async def test_groups_may_stand_in_the_id_token(settings: Settings) -> None:
    """Some providers write them there: then nothing more is asked of it."""
    with outside.running("id-token") as other:
        given = load({**settings.values, **other.settings, "OIDC_SCOPES": "openid profile groups"}, dotenv=None)
        async with open_house(given, other.desk_port) as house:
            other.knows(ana=["leads"])
            http, _ = await come_in(house, "ana")
            assert (await me(house, http))["role"] == "supervisor"


@pytest_asyncio.fixture
async def house(settings: Settings, provider: Provider, request: Any) -> AsyncIterator[House]:
    """A desk that knows the provider; a test's own settings come as the fixture's parameter."""
    changes = getattr(request, "param", {})
    async with open_house(
        load({**settings.values, **provider.settings, **changes}, dotenv=None), provider.desk_port
    ) as made:
        yield made


async def come_in(
    house: House, name: str, http: aiohttp.ClientSession | None = None
) -> tuple[aiohttp.ClientSession, int]:
    """Sign in as *name* at the provider; return the browser and the status of the last page."""
    http = http or await wanderer(house)
    status, where, page = await outside.sign_in(http, f"{house.base}/login/oidc", name)
    assert where.startswith(house.base), where
    if status == 200:
        assert 'http-equiv="refresh" content="0; url=/login"' in page
    return http, status


async def wanderer(house: House) -> aiohttp.ClientSession:
    """Return a browser with no session, which goes from address to address."""
    jar = aiohttp.CookieJar(unsafe=True)
    return await house.stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar))


async def me(house: House, http: aiohttp.ClientSession) -> dict[str, Any]:
    async with http.get(f"{house.base}/desk/state") as response:
        answer = await response.json()
        return answer["me"] if response.status == 200 else {"status": response.status}


async def test_a_group_gives_a_role_and_queues(house: House, provider: Provider) -> None:
    """Who is in a mapped group comes in with its role; the next time they are the same member of staff."""
    provider.knows(ana=["others", "nurses"])
    http, status = await come_in(house, "ana")
    assert status == 200
    person = await me(house, http)
    assert (person["name"], person["role"], person["proves_by"]) == ("Ana Ruiz", "staff", "oidc")
    again, _ = await come_in(house, "ana")
    assert (await me(house, again))["id"] == person["id"]
    row = await house.pool.fetchrow("SELECT * FROM desk.staff")
    assert (row["oidc_subject"], row["login"], row["password_hash"]) == ("ana", "ana", None)
    assert await house.pool.fetchval("SELECT after->>'by' FROM privacy.audit WHERE action = 'login' LIMIT 1") == "oidc"


@pytest.mark.parametrize("house", [{"OIDC_QUEUES": "nurses=general, billers=billing, bosses=*"}], indirect=True)
async def test_rights_follow_the_groups_at_each_sign_in(house: House, provider: Provider) -> None:
    """Another group is another role and other queues, and what the old session could do is over at once."""
    provider.knows(ana=["nurses", "billers"])
    http, _ = await come_in(house, "ana")
    assert (await house.pool.fetchrow("SELECT role, queues FROM desk.staff"))["queues"] == ["billing", "general"]
    provider.knows(ana=["bosses"])
    boss, _ = await come_in(house, "ana")
    assert (await me(house, boss))["role"] == "admin"
    assert await me(house, http) == {"status": 401}
    assert (await house.pool.fetchrow("SELECT queues FROM desk.staff"))["queues"] == []
    row = await house.pool.fetchrow("SELECT * FROM privacy.audit WHERE action = 'staff.change'")
    assert (row["actor"], row["before"]["role"], row["after"]["role"]) == ("oidc", "staff", "admin")


@pytest.mark.parametrize("house", [{"OIDC_QUEUES": "billers=billing"}], indirect=True)
async def test_a_role_without_a_queue_is_no_access(house: House, provider: Provider) -> None:
    """Where queues are mapped, nobody sees all of them for want of a group."""
    provider.knows(ana=["nurses"])
    http, status = await come_in(house, "ana")
    assert (status, await me(house, http)) == (403, {"status": 401})
    assert await house.pool.fetchval("SELECT count(*) FROM desk.staff") == 0


async def test_who_lost_their_groups_is_out(house: House, provider: Provider) -> None:
    """At the next sign-in they are refused, and every session of theirs ends; with a group again they come back."""
    provider.knows(ana=["nurses"])
    http, _ = await come_in(house, "ana")
    provider.knows(ana=["others"])
    _, status = await come_in(house, "ana")
    assert (status, await me(house, http)) == (403, {"status": 401})
    provider.knows(ana=["nurses"])
    back, status = await come_in(house, "ana")
    assert (status, (await me(house, back))["role"]) == (200, "staff")


async def test_whom_an_admin_shut_out_stays_out(house: House, provider: Provider) -> None:
    """The provider does not undo what an admin decided here."""
    boss = await house.sign_in("Boss", "admin")
    provider.knows(ana=["nurses"])
    http, _ = await come_in(house, "ana")
    person = await me(house, http)
    form = {"csrf": boss.csrf, "role": "staff", "disabled": "yes"}
    async with boss.http.post(f"{house.base}/people/{person['id']}", data=form) as response:
        assert response.status == 200
    assert await me(house, http) == {"status": 401}
    assert (await come_in(house, "ana"))[1] == 403


async def test_a_like_name_is_not_the_same_person(house: House, provider: Provider) -> None:
    """A provider's Ana does not become the Ana who has a password here."""
    await house.person("ana", "admin")
    provider.knows(ana=["nurses"])
    http, _ = await come_in(house, "ana")
    assert (await me(house, http))["role"] == "staff"
    assert await house.pool.fetchval("SELECT count(*) FROM desk.staff") == 2


async def test_signing_out_there_ends_the_session_here(house: House, provider: Provider) -> None:
    """The provider's own call (back-channel logout) ends the session, and its stream within five seconds."""
    provider.knows(ana=["nurses"])
    http, _ = await come_in(house, "ana")
    async with stream(Browser(house.base, http, "")) as events:
        await events.next("conversations")
        async with http.get(f"{provider.issuer}/session/end") as response:
            page = await response.text()
        form = dict(re.findall(r'name="(\w+)"[^>]*value="([^"]*)"', page)) | {"logout": "yes"}
        async with http.post(f"{provider.issuer}/session/end/confirm", data=form):
            pass
        assert (await events.next("end"))[0] == "end"
    assert await me(house, http) == {"status": 401}
    assert await house.audited("logout.all") == 1


async def leave(house: House, http: aiohttp.ClientSession) -> dict[str, str]:
    """Begin the way; return what the provider is asked."""
    async with http.get(f"{house.base}/login/oidc", allow_redirects=False) as response:
        assert "SameSite=Lax" in response.headers["set-cookie"]
        assert "HttpOnly" in response.headers["set-cookie"]
        return {name: values[0] for name, values in parse_qs(urlsplit(response.headers["location"]).query).items()}


async def test_what_is_asked_of_the_provider(house: House) -> None:
    """PKCE with S256, a state and a nonce, fresh each time; none of them can be read in the cookie."""
    http = await wanderer(house)
    asked, again = await leave(house, http), await leave(house, http)
    assert (asked["code_challenge_method"], asked["response_type"], len(asked["code_challenge"])) == (
        "S256",
        "code",
        43,
    )
    assert not {asked[name] for name in ("state", "nonce", "code_challenge")} & set(again.values())
    cookie = next(one.value for one in http.cookie_jar if one.key == "desk-way")
    assert again["state"] not in cookie
    assert again["state"].encode() not in base64.urlsafe_b64decode(cookie.removeprefix("s1.") + "==")


@pytest.mark.parametrize("wrong", ["state", "cookie", "code", "iss", "late"])
async def test_an_answer_that_was_not_asked_for_opens_nothing(house: House, wrong: str) -> None:
    """A foreign state, no cookie, a guessed code, another issuer, an answer of yesterday: none begins a session."""
    http = await wanderer(house)
    asked = await leave(house, http)
    query = {"state": asked["state"], "code": "guess", "iss": house.settings.text("OIDC_ISSUER")}
    if wrong in ("state", "iss"):
        query[wrong] = "https://evil.example"
    if wrong == "cookie":
        http.cookie_jar.clear()
    if wrong == "late":
        house.clock.forward(minutes=11)
    async with http.get(f"{house.base}/login/oidc/callback", params=query) as response:
        assert response.status == 502
        assert "guess" not in await response.text()
    assert await me(house, http) == {"status": 401}
    assert await house.audited("login.failed") == 1


async def test_a_token_of_somebody_else_is_refused(house: House, provider: Provider) -> None:
    """A logout token that is unsigned, or that the provider did not sign, ends nothing."""

    def part(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    claims = {"iss": provider.issuer, "aud": "desk", "iat": 2_000_000_000, "sub": "ana",
              "events": {openid.LOGOUT_EVENT: {}}}  # fmt: skip
    stranger = await wanderer(house)
    for token in (
        "",
        "x.y.z",
        f"{part({'alg': 'none'})}.{part(claims)}.",
        f"{part({'alg': 'RS256'})}.{part(claims)}.AAAA",
    ):
        async with stranger.post(f"{house.base}/login/oidc/logout", data={"logout_token": token}) as response:
            assert response.status == 400


async def test_a_fresh_proof_is_had_from_the_provider(house: House, provider: Provider) -> None:
    """Who came in with it shows there once more who they are, in the same session; then the export opens."""
    provider.knows(ana=["bosses"])
    http, _ = await come_in(house, "ana")
    house.clock.forward(minutes=14)
    async with http.get(f"{house.base}/account") as response:
        assert response.status == 200
    await house.pool.execute("UPDATE desk.session SET proved_at = proved_at - interval '1 hour'")
    async with http.get(f"{house.base}/audit.csv", allow_redirects=False) as response:
        where = response.headers["location"]
    async with http.get(house.base + where) as response:
        link = re.search(r'href="(/login/oidc[^"]+)"', await response.text())
    assert link
    house.clock.ahead *= 0  # the provider's clock is the real one
    status, _, page = await outside.sign_in(http, house.base + link[1], "ana")
    assert (status, 'url=/audit.csv"' in page) == (200, True)
    async with http.get(f"{house.base}/audit.csv") as response:
        assert response.status == 200
    assert await house.audited("login.again") == 1


async def test_somebody_with_a_password_can_link_the_provider(house: House, provider: Provider) -> None:
    """From then on both ways lead to the same member of staff."""
    ben = await house.sign_in("Ben", "admin")
    provider.knows(benito=["bosses"])
    status, _, page = await outside.sign_in(ben.http, f"{house.base}/login/oidc?back=/account", "benito")
    assert (status, "url=/account" in page) == (200, True)
    http, _ = await come_in(house, "benito")
    assert (await me(house, http))["id"] == ben.id


async def test_nobody_links_what_would_shut_them_out(house: House, provider: Provider) -> None:
    """A person of the provider without a role here is not linked to a member of staff."""
    ben = await house.sign_in("Ben", "admin")
    provider.knows(benito=["others"])
    assert (await outside.sign_in(ben.http, f"{house.base}/login/oidc?back=/account", "benito"))[0] == 403
    assert await house.pool.fetchval("SELECT oidc_subject FROM desk.staff") is None
    assert (await ben.get("/desk/state"))[0] == 200


@pytest.mark.parametrize("house", [{"FRONTDOOR_PASSWORD_LOGIN": "no"}], indirect=True)
async def test_passwords_can_be_switched_off(house: House, provider: Provider) -> None:
    """Then the form is gone and a right password opens nothing, while the provider's way is open."""
    await house.person("Ben")
    http = await wanderer(house)
    async with http.get(f"{house.base}/login") as response:
        page = await response.text()
    assert "Sign in with Sunrise account" in page
    assert 'name="password"' not in page
    async with http.get(f"{house.base}/welcome") as response:
        assert response.status == 403
    provider.knows(ana=["nurses"])
    assert (await come_in(house, "ana", http))[1] == 200


async def test_with_both_ways_both_are_offered(house: House) -> None:
    """The form stays beside the button."""
    await house.person("Ben")
    assert (await with_password(await house.stranger(), "ben", "seven quiet herons"))[0] == 302


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"OIDC_ISSUER": "http://login.example.com"}, "OIDC_ISSUER"), ({"OIDC_CLIENT_ID": ""}, "OIDC_CLIENT_ID"),
        ({"OIDC_ROLES": ""}, "OIDC_ROLES"), ({"OIDC_ROLES": "nurses=nurse"}, "OIDC_ROLES"),
        ({"OIDC_QUEUES": "nurses"}, "OIDC_QUEUES"),
        ({"OIDC_ISSUER": "", "FRONTDOOR_PASSWORD_LOGIN": "no"}, "FRONTDOOR_PASSWORD_LOGIN"),
    ],
)  # fmt: skip
def test_settings_that_cannot_be_used_stop_the_start(changes: dict[str, str], names: str) -> None:
    """The message names the variable."""
    good = {"OIDC_ISSUER": "https://login.example.com", "OIDC_CLIENT_ID": "x", "OIDC_ROLES": "nurses=staff"}
    assert openid.from_settings(load(good, dotenv=None))
    with pytest.raises(SettingsError, match=names):
        openid.from_settings(load({**good, **changes}, dotenv=None))


async def test_a_provider_that_does_not_answer(settings: Settings, provider: Provider) -> None:
    """The page says so, and passwords still work."""
    gone = {**settings.values, **provider.settings, "OIDC_ISSUER": "http://127.0.0.1:9"}
    async with open_house(load(gone, dotenv=None)) as house:
        http = await wanderer(house)
        async with http.get(f"{house.base}/login/oidc") as response:
            assert response.status == 502
            assert "did not work" in await response.text()
