"""What is asked for once more, how often somebody may do something, and what a stolen database shows."""

import asyncio
import dataclasses
import uuid
from datetime import timedelta

import pyotp
import pytest

from frontdoor.cli import main
from frontdoor.desk import secrets, store_attempts, store_secrets, store_sessions
from frontdoor.desk.proof import way_back
from frontdoor.sealing import Seal, Unsealable
from frontdoor.settings import Settings, SettingsError, load
from tests.desk.house import PASSWORD, Browser, House, open_house, running


async def later(house: House, person: Browser, **by: float) -> None:
    """Let time pass in which the person goes on working."""
    for _ in range(10):
        house.clock.forward(**{unit: value / 10 for unit, value in by.items()})
        assert (await person.post("/desk/active"))[0] == 200


async def page(person: Browser, path: str, **form: str) -> tuple[int, str]:
    """Post a form; return the status and where it leads, or the page."""
    data = {"csrf": person.csrf, **form}
    async with person.http.post(person.base + path, data=data, allow_redirects=False) as response:
        return response.status, response.headers.get("location") or await response.text()


async def test_a_masked_answer_wants_a_fresh_proof(house: House) -> None:
    """Half an hour after the sign-in the password is asked for; a wrong one shows nothing."""
    ana = await house.sign_in("Ana")
    conversation = await house.waiting("one")
    await house.knows(conversation, contact="+1 555 010 0123")
    assert (await ana.act(conversation, "reveal", name="contact"))[0] == 200
    await later(house, ana, minutes=31)
    status, answer = await ana.act(conversation, "reveal", name="contact")
    assert (status, answer["error"]) == (403, "prove")
    assert (await ana.post("/desk/prove", {"secret": "wrong wrong wrong"}))[0] == 400
    assert (await ana.act(conversation, "reveal", name="contact"))[0] == 403
    assert (await ana.post("/desk/prove", {"secret": PASSWORD}))[0] == 200
    assert (await ana.act(conversation, "reveal", name="contact"))[0] == 200
    assert await house.audited("login.again") == 1
    assert await house.audited("conversation.reveal") == 2


@pytest.mark.parametrize("path", ["/audit.csv", "/audit.json?actor=Ana", "/board.csv?hours=24"])
async def test_an_export_wants_a_fresh_proof(house: House, path: str) -> None:
    """The page asks for the password and then leads to the file."""
    boss = await house.sign_in("Boss", "admin")
    await later(house, boss, minutes=31)
    async with boss.http.get(house.base + path, allow_redirects=False) as response:
        assert response.headers["location"].startswith("/prove?back=%2F")
        where = response.headers["location"]
    async with boss.http.get(house.base + where) as response:
        assert 'value="' + path.replace("&", "&amp;") + '"' in await response.text()
    assert (await page(boss, "/prove", password="wrong wrong wrong", back=path))[0] == 401
    assert await page(boss, "/prove", password=PASSWORD, back=path) == (302, path)
    async with boss.http.get(house.base + path, allow_redirects=False) as response:
        assert response.status == 200


async def test_who_has_a_second_factor_proves_with_it(house: House) -> None:
    """A code of the app, not the password, and each code once."""
    ana = await house.sign_in("Ana")
    secret = secrets.new_totp_secret()
    await page(ana, "/account/second-factor", secret=secret, code=pyotp.TOTP(secret).at(house.clock()))
    house.clock.forward(seconds=90)
    assert (await ana.post("/desk/prove", {"secret": PASSWORD}))[0] == 400
    code = pyotp.TOTP(secret).at(house.clock())
    assert (await ana.post("/desk/prove", {"secret": code}))[0] == 200
    assert (await ana.post("/desk/prove", {"secret": code}))[0] == 400


async def test_proofs_cannot_be_guessed(house: House) -> None:
    """Ten wrong ones, here or at the sign-in, and the right one waits too."""
    ana = await house.sign_in("Ana")
    for _ in range(9):
        assert await store_attempts.begin(house.pool, {"person": "ana"}, house.clock())
    assert (await ana.post("/desk/prove", {"secret": "wrong wrong wrong"}))[0] == 400
    assert (await ana.post("/desk/prove", {"secret": PASSWORD}))[0] == 429


async def test_guesses_count_for_all_desks_and_after_a_restart(house: House) -> None:
    """Thirty at once at two desks are ten that are looked at; a desk that starts afterwards knows of them."""
    ana = await house.sign_in("Ana")
    async with running(house.settings, house.clock) as other:
        beside = dataclasses.replace(ana, base=other)
        wrong = [one.post("/desk/prove", {"secret": "wrong wrong wrong"}) for one in (ana, beside) for _ in range(15)]
        statuses = [status for status, _ in await asyncio.gather(*wrong)]
    assert (statuses.count(400), statuses.count(429)) == (10, 20)
    async with running(house.settings, house.clock) as restarted:
        assert (await dataclasses.replace(ana, base=restarted).post("/desk/prove", {"secret": PASSWORD}))[0] == 429


@pytest.mark.parametrize(
    ("path", "form"),
    [("/account/password", {"old": "x" * 14, "password": "nine loud herons"}),
     ("/account/second-factor/off", {"code": "000000"})],
)  # fmt: skip
async def test_an_open_session_does_not_help_guessing(house: House, path: str, form: dict[str, str]) -> None:
    """Whoever finds a computer unlocked cannot try out passwords or codes on the person's own page."""
    ana = await house.sign_in("Ana")
    statuses = [(await page(ana, path, **form))[0] for _ in range(11)]
    assert statuses == [400] * 10 + [429]


@pytest.mark.parametrize("where", ["/desk/prove", "/prove", "/account/password"])
async def test_a_fresh_proof_renews_the_token(house: House, where: str) -> None:
    """A token that somebody copied before is void; the session and its page go on."""
    ana, copied = await house.sign_in("Ana"), await house.stranger()
    copied.cookie_jar.update_cookies(ana.cookies)
    async with copied.get("/desk/state") as response:
        assert response.status == 200
    if where == "/desk/prove":
        assert (await ana.post(where, {"secret": PASSWORD}))[0] == 200
    else:
        password = PASSWORD if where == "/prove" else "nine loud herons"
        assert (await page(ana, where, password=password, old=PASSWORD))[0] < 400
    async with copied.get("/desk/state") as response:
        assert response.status == 401
    assert (await ana.get("/desk/state"))[0] == 200
    assert await house.pool.fetchval("SELECT count(*) FROM desk.session") == 1


@pytest.mark.parametrize(
    "evil", ["https://evil.example", "//evil.example", "/\\evil.example", "/desk\r\nx: y", "javascript:alert(1)", ""]
)
def test_the_way_back_is_ours(evil: str) -> None:
    """Nobody is sent elsewhere after a proof."""
    assert way_back(evil) == "/desk"


@pytest.mark.parametrize(
    ("path", "body", "limit"),
    [("/desk/search", {"words": "hello"}, 3), ("/desk/conversations/{id}/claim", {"epoch": 0}, 2),
     ("/desk/conversations/{id}/takeover", {}, 2), ("/desk/conversations/{id}/reveal", {"name": "x"}, 2)],
)  # fmt: skip
async def test_what_is_done_too_often_waits(settings: Settings, path: str, body: dict[str, object], limit: int) -> None:
    """A person's own limit: the answer says when to come back, a colleague is not held up, and then it goes on."""
    few = {**settings.desk_limits, "search": 3, "claim": 2, "reveal": 2}
    async with open_house(dataclasses.replace(settings, desk_limits=few)) as house:
        ana, ben = await house.sign_in("Ana"), await house.sign_in("Ben")
        address = path.format(id=await house.waiting())
        for _ in range(limit):
            assert (await ana.post(address, body))[0] != 429
        async with ana.http.post(house.base + address, json=body, headers={"x-csrf-token": ana.csrf}) as response:
            assert response.status == 429
            assert 0 < int(response.headers["retry-after"]) <= 60
        assert (await ben.post(address, body))[0] != 429
        house.clock.forward(seconds=60)
        assert (await ana.post(address, body))[0] != 429


async def test_exports_have_a_limit(settings: Settings) -> None:
    """All kinds of file count together."""
    async with open_house(dataclasses.replace(settings, desk_limits={"export": 2})) as house:
        olga = await house.sign_in("Olga", "auditor")
        statuses = []
        for kind in ("csv", "json", "csv"):
            async with olga.http.get(f"{house.base}/audit.{kind}") as response:
                statuses.append(response.status)
        assert statuses == [200, 200, 429]


def test_limits_are_read_from_the_settings() -> None:
    """Named ones change, the others stay; an unknown one stops the start."""
    assert load({"FRONTDOOR_DESK_LIMITS": "search:5"}, dotenv=None).desk_limits["search"] == 5
    assert load({}, dotenv=None).desk_limits["claim"] == 30
    for wrong in ("searches:5", "search:0", "search"):
        with pytest.raises(SettingsError, match="FRONTDOOR_DESK_LIMITS"):
            load({"FRONTDOOR_DESK_LIMITS": wrong}, dotenv=None)


async def test_the_secret_of_a_second_factor_is_sealed(house: House) -> None:
    """The database holds it encrypted for one person: it cannot be read there, nor be given to somebody else."""
    ana, ben = await house.sign_in("Ana"), await house.sign_in("Ben")
    secret = secrets.new_totp_secret()
    await page(ana, "/account/second-factor", secret=secret, code=pyotp.TOTP(secret).at(house.clock()))
    stored = await house.pool.fetchval("SELECT totp_secret FROM desk.staff WHERE id = $1", uuid.UUID(ana.id))
    assert stored.startswith("s1.")
    assert secret not in stored
    await house.pool.execute("UPDATE desk.staff SET totp_secret = $2 WHERE id = $1", uuid.UUID(ben.id), stored)
    async with house.pool.acquire() as connection, connection.transaction():
        with pytest.raises(Unsealable):
            await store_secrets.second_factor_fits(
                connection, Seal(house.settings.secret_key), ben.id, "000000", house.clock()
            )


def test_a_seal_opens_only_with_its_key_and_for_its_purpose() -> None:
    """The same text is sealed differently each time; another key, another purpose or a change opens nothing."""
    seal = Seal("k" * 32)
    sealed = seal.seal("JBSWY3DP", "a")
    assert seal.open(sealed, "a") == "JBSWY3DP"
    assert seal.seal("JBSWY3DP", "a") != sealed
    for other, about, text in ((Seal("j" * 32), "a", sealed), (seal, "b", sealed), (seal, "a", sealed[:-4] + "AAAA")):
        with pytest.raises(Unsealable):
            other.open(text, about)


async def test_a_second_factor_can_be_made_a_duty(settings: Settings) -> None:
    """With the setting, a password alone leads to setting one up and nowhere else."""
    async with open_house(dataclasses.replace(settings, second_factor_required=True)) as house:
        ana = await house.sign_in("Ana")
        assert (await ana.get("/desk/state"))[1] == {"error": "forbidden", "field": "second_factor"}
        async with ana.http.get(house.base + "/desk", allow_redirects=False) as response:
            assert response.headers["location"] == "/account/second-factor"
        secret = secrets.new_totp_secret()
        await page(ana, "/account/second-factor", secret=secret, code=pyotp.TOTP(secret).at(house.clock()))
        assert (await ana.get("/desk/state"))[0] == 200


async def test_an_admin_ends_sessions_and_resets_a_second_factor(house: House) -> None:
    """Both put the person out at once and are recorded; nobody else may."""
    boss, ana, ben = await house.sign_in("Boss", "admin"), await house.sign_in("Ana"), await house.sign_in("Ben")
    secret = secrets.new_totp_secret()
    await page(ana, "/account/second-factor", secret=secret, code=pyotp.TOTP(secret).at(house.clock()))
    assert (await page(ben, f"/people/{ana.id}/sign-out"))[0] == 403
    assert (await page(boss, f"/people/{ana.id}/sign-out"))[0] == 302
    assert (await ana.get("/desk/state"))[0] == 401
    again = await house.session(ana.id)
    assert (await page(boss, f"/people/{ana.id}/second-factor"))[0] == 302
    assert (await again.get("/desk/state"))[0] == 401
    assert await house.pool.fetchval("SELECT totp_secret FROM desk.staff WHERE id = $1", uuid.UUID(ana.id)) is None
    assert (await house.audited("logout.all"), await house.audited("staff.second_factor_reset")) == (1, 1)


async def test_the_command_line_resets_a_second_factor(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also the only admin who lost phone and paper comes in again; a name that nobody has is an error."""
    boss = await house.sign_in("Boss", "admin")
    secret = secrets.new_totp_secret()
    await page(boss, "/account/second-factor", secret=secret, code=pyotp.TOTP(secret).at(house.clock()))
    assert house.settings.database_url
    monkeypatch.setenv("DATABASE_URL", house.settings.database_url)
    reset = ["staff", "reset-second-factor"]
    assert [await asyncio.to_thread(main, [*reset, name]) for name in ("nobody", "boss")] == [1, 0]
    assert (await boss.get("/desk/state"))[0] == 401
    assert await house.pool.fetchval("SELECT totp_secret IS NULL FROM desk.staff") is True


@pytest.mark.parametrize(("proxies", "address"), [("0", "127.0.0.1"), ("1", "203.0.113.9")])
async def test_the_address_is_taken_from_a_proxy_that_is_known(settings: Settings, proxies: str, address: str) -> None:
    """Behind one proxy its last word counts; without one nobody makes the audit log believe an address."""
    given = load({**settings.values, "FRONTDOOR_DESK_PROXIES": proxies}, dotenv=None)
    async with open_house(given) as house:
        ana, conversation = await house.sign_in("Ana"), await house.waiting("one")
        headers = {"x-forwarded-for": "198.51.100.1, 203.0.113.9"}
        async with ana.http.get(f"{house.base}/desk/conversations/{conversation}", headers=headers) as response:
            assert response.status == 200
        row = await house.pool.fetchrow("SELECT address FROM privacy.audit WHERE action = 'conversation.read'")
        assert row["address"] == address


async def test_a_proof_is_of_one_session(house: House) -> None:
    """Showing it here does not open the session that was left on another computer."""
    ana = await house.sign_in("Ana")
    elsewhere = await house.session(ana.id)
    house.clock.forward(minutes=14)
    for person in (ana, elsewhere):
        await person.post("/desk/active")
    await later(house, ana, minutes=10)
    await elsewhere.post("/desk/active")
    await later(house, ana, minutes=10)
    assert (await ana.post("/desk/prove", {"secret": PASSWORD}))[0] == 200
    there = await store_sessions.find(house.pool, elsewhere.cookies["desk"], house.clock())
    assert there
    assert house.clock() - there.proved_at > timedelta(minutes=30)
