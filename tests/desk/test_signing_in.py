"""How staff come in, stay in, and go out."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import pyotp
import pytest

from frontdoor.desk import people, secrets
from frontdoor.settings import Settings
from tests.desk.house import PASSWORD, House, csrf_of

FORM = {"allow_redirects": False}


async def sign_in(http: aiohttp.ClientSession, login: str, password: str) -> tuple[int, str]:
    """Use the sign-in form; return the status and the page, or where it sends."""
    async with http.get("/login") as response:
        csrf = csrf_of(await response.text())
    form = {"csrf": csrf, "login": login, "password": password}
    async with http.post("/login", data=form, **FORM) as response:  # type: ignore[arg-type]
        return response.status, response.headers.get("location") or await response.text()


async def join(http: aiohttp.ClientSession, link: str, **changes: str) -> tuple[int, str]:
    """Use a one-time link."""
    async with http.get("/welcome") as response:
        csrf = csrf_of(await response.text())
    form = {"csrf": csrf, "code": link.partition("#")[2], "name": "Ana Ruiz", "login": "Ana", "password": PASSWORD}
    async with http.post("/welcome", data={**form, **changes}, **FORM) as response:  # type: ignore[arg-type]
        return response.status, await response.text()


async def test_the_first_link_makes_one_admin_once(house: House) -> None:
    """A newer first link replaces the older, works once, and there is none when there is staff."""
    older, newer = await people.first_link(house.settings), await people.first_link(house.settings)
    assert older
    assert newer
    http = await house.stranger()
    assert (await join(http, older))[0] == 400
    assert (await join(http, newer))[0] == 302
    async with http.get("/desk/state") as response:
        assert (await response.json())["me"]["role"] == "admin"
    assert (await join(await house.stranger(), newer, login="second"))[0] == 400
    assert await people.first_link(house.settings) is None


async def test_two_first_admins_at_once_are_one(house: House) -> None:
    """Who uses the same link at the same moment does not get in twice."""
    link = await people.first_link(house.settings)
    assert link
    strangers = [await house.stranger() for _ in range(4)]
    answers = await asyncio.gather(*(join(http, link, login=f"ana{n}") for n, http in enumerate(strangers)))
    assert sorted(status for status, _ in answers) == [302, 400, 400, 400]


async def test_a_first_link_of_yesterday_is_void(house: House) -> None:
    """A link lives for 24 hours."""
    link = await people.first_link(house.settings)
    assert link
    house.clock.forward(hours=24, seconds=1)
    assert (await join(await house.stranger(), link))[0] == 400


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"password": "short"}, "at least 12"),
        ({"password": "password1234"}, "guessed first"),
        ({"password": "aaaaaaaaaaaaaaaa"}, "guessed first"),
        ({"password": "03121995elle"}, "guessed first"),  # of the breached ones; zxcvbn alone finds it good
        ({"password": "x" * 201}, "at most 200"),
        ({"name": ""}, "2 to 60"),
        ({"login": "a"}, "2 to 80"),
        ({"code": "guess"}, "used already or is too old"),
    ],
)
async def test_a_welcome_that_cannot_be(house: House, changes: dict[str, str], sentence: str) -> None:
    """The page says what is wrong, the link stays good."""
    link = await people.first_link(house.settings)
    assert link
    http = await house.stranger()
    status, page = await join(http, link, **changes)
    assert (status, sentence in page) == (400, True)
    assert (await join(http, link))[0] == 302


async def test_a_wrong_name_and_a_wrong_password_look_the_same(house: House) -> None:
    """Nobody learns which sign-in names there are."""
    await house.person("Ana")
    http = await house.stranger()
    wrong_password, wrong_name = await sign_in(http, "ana", "x" * 14), await sign_in(http, "nobody", "x" * 14)
    assert wrong_password[0] == wrong_name[0] == 401
    assert wrong_password[1].replace("ana", "nobody") == wrong_name[1]
    assert await sign_in(http, "ANA", PASSWORD) == (302, "/login")
    assert await house.audited("login.failed") == 2
    assert await house.audited("login") == 1


async def test_guessing_is_stopped(house: House) -> None:
    """After ten failures even the right password has to wait a quarter of an hour."""
    await house.person("Ana")
    http = await house.stranger()
    for _ in range(10):
        assert (await sign_in(http, "ana", "x" * 14))[0] == 401
    assert (await sign_in(http, "ana", PASSWORD))[0] == 429
    house.clock.forward(minutes=15, seconds=1)
    assert (await sign_in(http, "ana", PASSWORD))[0] == 302


async def test_only_hashes_of_secrets_are_stored(house: House) -> None:
    """Neither the session's token nor the password can be read in the database."""
    ana = await house.sign_in("Ana")
    for table in ("desk.session", "desk.staff", "desk.invitation", "privacy.audit"):
        stored = await house.pool.fetchval(f"SELECT string_agg(t::text, ' ') FROM {table} t")
        assert ana.cookies["desk"] not in stored
        assert PASSWORD not in stored
    assert (await house.pool.fetchval("SELECT password_hash FROM desk.staff")).startswith("$argon2id$")


async def test_cookies_cannot_be_read_or_borrowed(house: House) -> None:
    """The session's cookie is HttpOnly and SameSite=Strict."""
    await house.person("Ana")
    http = await house.stranger()
    async with http.get("/login") as response:
        csrf = csrf_of(await response.text())
    form = {"csrf": csrf, "login": "ana", "password": PASSWORD}
    async with http.post("/login", data=form, allow_redirects=False) as response:
        cookie = next(value for value in response.headers.getall("set-cookie") if value.startswith("desk="))
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


@pytest.mark.parametrize(
    ("quiet", "alive"), [({"minutes": 14, "seconds": 50}, True), ({"minutes": 15, "seconds": 1}, False)]
)
async def test_a_quiet_session_ends(house: House, quiet: dict[str, float], alive: bool) -> None:
    """After 15 minutes without doing anything; polls and streams are nothing."""
    ana = await house.sign_in("Ana")
    half = {name: value / 2 for name, value in quiet.items()}
    house.clock.forward(**half)
    assert (await ana.get("/desk/state"))[0] == 200
    assert (await ana.post("/desk/presence", {"viewing": None}))[0] == 200
    house.clock.forward(**half)
    assert ((await ana.get("/desk/state"))[0] == 200) is alive


async def test_a_busy_session_ends_after_twelve_hours(house: House) -> None:
    """Whoever works all day signs in again."""
    ana = await house.sign_in("Ana")
    for _ in range(12 * 5 - 1):
        house.clock.forward(minutes=12)
        assert (await ana.post("/desk/active"))[0] == 200
    house.clock.forward(minutes=12, seconds=1)
    assert await ana.post("/desk/active") == (401, {"error": "signed_out", "field": ""})


async def test_logging_out(house: House) -> None:
    """The session is over on the server too, and the browser is told to forget."""
    ana = await house.sign_in("Ana")
    async with ana.http.post(ana.base + "/logout", data={"csrf": ana.csrf}, allow_redirects=False) as response:
        assert response.status == 302
        assert "storage" in response.headers["clear-site-data"]
    ana.http.cookie_jar.update_cookies({"desk": ana.cookies["desk"]})
    assert (await ana.get("/desk/state"))[0] == 401


async def test_a_session_elsewhere_can_be_ended(house: House) -> None:
    """The account page lists sessions; ending one leaves the other, and nobody ends a colleague's."""
    ana, ben = await house.sign_in("Ana"), await house.sign_in("Ben")
    elsewhere = await house.session(ana.id)
    other = await house.pool.fetchval(
        "SELECT id FROM desk.session WHERE token_sha256 = $1", secrets.digest(elsewhere.cookies["desk"])
    )
    for person, alive in ((ben, 200), (ana, 401)):
        async with person.http.post(
            f"{house.base}/account/sessions/{other}/end", data={"csrf": person.csrf}, allow_redirects=False
        ) as response:
            assert response.status == 302
        assert (await elsewhere.get("/desk/state"))[0] == alive
    assert (await ana.get("/desk/state"))[0] == 200


async def test_a_new_password_ends_the_other_sessions(house: House) -> None:
    """Whoever had the old one is out; the one who changed it stays in."""
    ana = await house.sign_in("Ana")
    elsewhere = await house.session(ana.id)
    form = {"csrf": ana.csrf, "old": PASSWORD, "password": "nine loud herons"}
    async with ana.http.post(f"{house.base}/account/password", data=form) as response:
        assert response.status == 200
    assert ((await ana.get("/desk/state"))[0], (await elsewhere.get("/desk/state"))[0]) == (200, 401)
    assert (await sign_in(await house.stranger(), "ana", PASSWORD))[0] == 401
    assert (await sign_in(await house.stranger(), "ana", "nine loud herons"))[0] == 302


async def with_second_factor(house: House) -> tuple[str, list[str]]:
    """Make Ana, who has turned the second factor on; return its secret and the recovery codes."""
    ana = await house.sign_in("Ana")
    secret = secrets.new_totp_secret()
    form = {"csrf": ana.csrf, "secret": secret, "code": pyotp.TOTP(secret).at(house.clock())}
    async with ana.http.post(f"{house.base}/account/second-factor", data=form) as response:
        page = await response.text()
    codes = [part.partition("</code>")[0] for part in page.split("<code>")[1:]]
    assert len(codes) == secrets.RECOVERY_CODES
    return secret, codes


async def give_code(http: aiohttp.ClientSession, code: str) -> int:
    """Use the form for the second factor; return the status."""
    async with http.get("/login") as response:
        csrf = csrf_of(await response.text())
    async with http.post("/login/code", data={"csrf": csrf, "code": code}, allow_redirects=False) as response:
        return response.status


async def state_of(http: aiohttp.ClientSession) -> int:
    async with http.get("/desk/state") as response:
        return response.status


async def test_with_a_second_factor_the_password_opens_nothing(house: House) -> None:
    """Only after the code is there a session, and a code counts once."""
    secret, _ = await with_second_factor(house)
    http = await house.stranger()
    await sign_in(http, "ana", PASSWORD)
    assert await state_of(http) == 401
    house.clock.forward(seconds=60)
    code = pyotp.TOTP(secret).at(house.clock())
    assert await give_code(http, "000000" if code != "000000" else "111111") == 401
    assert await give_code(http, code) == 302
    assert await state_of(http) == 200
    again = await house.stranger()
    await sign_in(again, "ana", PASSWORD)
    assert await give_code(again, code) == 401


async def test_a_recovery_code_works_once(house: House) -> None:
    """Who lost the phone comes in with a code from paper, with each once."""
    _, codes = await with_second_factor(house)
    for expected in (302, 401):
        http = await house.stranger()
        await sign_in(http, "ana", PASSWORD)
        assert await give_code(http, codes[0]) == expected


async def test_codes_cannot_be_guessed_by_who_has_the_password(house: House) -> None:
    """Signing in with the password again does not forgive wrong codes."""
    await with_second_factor(house)
    statuses = []
    for _ in range(12):
        http = await house.stranger()
        status, _page = await sign_in(http, "ana", PASSWORD)
        statuses.append(await give_code(http, "000000") if status == 302 else status)
    assert statuses[-1] == 429


async def test_secure_cookies_are_bound_to_the_host(settings: Settings) -> None:
    """Behind TLS the cookie has the prefix that no other host can set, and Secure."""
    from dataclasses import replace

    from tests.desk.house import open_house

    async with open_house(replace(settings, desk_url="https://desk.example")) as house:
        http: Any = await house.stranger()
        async with http.get("/login") as response:
            cookie = response.headers["set-cookie"]
    assert cookie.startswith("__Host-desk-form=")
    assert "Secure" in cookie


async def test_the_clinic_sets_how_long_quiet_is(house: House) -> None:
    """A session begun with another limit ends by that; the page is told when to warn."""
    ana = await house.sign_in("Ana")
    await house.pool.execute("UPDATE desk.session SET idle_minutes = 3")
    house.clock.forward(minutes=2, seconds=50)
    _, state = await ana.get("/desk/state")
    assert state["limits"]["idle_warning"] == 60
    left = datetime.fromisoformat(state["me"]["idle_at"].replace("Z", "+00:00")) - house.clock()
    assert timedelta() < left < timedelta(seconds=11)
    house.clock.forward(seconds=11)
    assert (await ana.get("/desk/state"))[0] == 401
