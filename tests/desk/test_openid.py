"""Coming in through the clinic's OpenID provider: who gets which rights, and when they end."""

import re

import pytest

from frontdoor.settings import Settings, load
from tests.desk import provider as outside
from tests.desk.house import Browser, House, open_house
from tests.desk.openid_house import come_in, house, me, provider, wanderer
from tests.desk.provider import Provider
from tests.desk.stream import stream
from tests.desk.test_signing_in import sign_in as with_password

__all__ = ["house", "provider"]


async def test_groups_may_stand_in_the_id_token(settings: Settings) -> None:
    """Some providers write them there: then nothing more is asked of it."""
    with outside.running("id-token") as other:
        given = load({**settings.values, **other.settings, "OIDC_SCOPES": "openid profile groups"}, dotenv=None)
        async with open_house(given, other.desk_port) as house:
            other.knows(ana=["leads"])
            http, _ = await come_in(house, "ana")
            assert (await me(house, http))["role"] == "supervisor"


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
