"""The way to the OpenID provider and back: what is asked, and which answers open nothing."""

import base64
import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from frontdoor.desk import openid
from frontdoor.settings import Settings, SettingsError, load
from tests.desk import provider as outside
from tests.desk.house import House, open_house
from tests.desk.openid_house import come_in, house, me, provider, wanderer
from tests.desk.provider import Provider

__all__ = ["house", "provider"]


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
