"""Who may do what, held for every address of the desk; and what a foreign page can make a browser do."""

import uuid
from typing import Any

import pytest

from frontdoor.conversations.scope import Scope
from frontdoor.desk.access import MAY
from frontdoor.desk.app import create_app
from frontdoor.settings import ROOT, Settings
from tests.desk.house import Browser, House

OPEN = {  # without a session; that of OpenID only where there is a provider
    "/", "/login", "/login/code", "/welcome", "/healthz", "/desk/texts/<language:str>", "/api/v1/openapi.json",
    "/login/oidc", "/login/oidc/callback", "/login/oidc/logout",
}  # fmt: skip

ROLES = [  # method, path, body, who may
    ("GET", "/desk/state", None, {"staff", "supervisor", "admin"}),
    ("GET", "/desk/colleagues", None, {"staff", "supervisor", "admin"}),
    ("GET", "/desk/conversations/{id}", None, {"staff", "supervisor", "admin"}),
    ("POST", "/desk/conversations/{id}/takeover", {}, {"staff", "supervisor", "admin"}),
    ("POST", "/desk/conversations/{id}/assign", {"to": "{me}"}, {"supervisor", "admin"}),
    ("GET", "/desk/callbacks", None, {"staff", "supervisor", "admin"}),
    ("POST", "/desk/search", {"words": "hello"}, {"staff", "supervisor", "admin"}),
    ("GET", "/people", None, {"admin"}),
    ("GET", "/audit", None, {"admin", "auditor"}),
    ("GET", "/account", None, {"staff", "supervisor", "admin", "auditor"}),
]


async def request(person: Browser, method: str, path: str, body: Any) -> int:
    headers = {"x-csrf-token": person.csrf}
    async with person.http.request(
        method, person.base + path, json=body, headers=headers, allow_redirects=False
    ) as response:
        return response.status


@pytest.mark.parametrize(("method", "path", "body", "who"), ROLES)
async def test_a_role_may_or_may_not(house: House, method: str, path: str, body: Any, who: set[str]) -> None:
    """Every role is let in or refused as the table says."""
    for role in MAY:
        person = await house.sign_in(role.capitalize(), role)
        conversation = await house.patient("hello")
        if body and "to" in body:
            await house.pool.execute("UPDATE desk.session SET streamed_at = now()")
            conversation = await house.waiting()
            body = {"to": person.id}
        status = await request(person, method, path.format(id=conversation), body)
        assert status == (200 if role in who else 403), role


async def test_every_address_asks_who_it_is(settings: Settings, house: House) -> None:
    """Without a session nothing but the sign-in answers."""
    routes = create_app(settings).router.routes
    stranger = await house.stranger()
    checked = 0
    for route in routes:
        path = "/" + "/".join(part for part in route.path.split("/") if part)
        if path in OPEN or path.startswith("/static"):
            continue
        concrete = "/".join(str(uuid.uuid4()) if part.startswith("<") else part for part in path.split("/"))
        for method in route.methods - {"HEAD", "OPTIONS"}:
            async with stranger.request(method, concrete, allow_redirects=False) as response:
                assert response.status == 401 or response.headers.get("location") == "/login", (method, path)
                checked += 1
    assert checked > 30


async def test_every_address_for_tools_is_described(settings: Settings) -> None:
    """docs/desk.md names what is below /desk, so that a tool needs no look into the code."""
    described = (ROOT / "docs/desk.md").read_text(encoding="utf-8")
    paths = [route.path.split("/") for route in create_app(settings).router.routes if route.path.startswith("desk/")]
    words = {[part for part in path if not part.startswith("<")][-1] for path in paths}
    assert len(words) > 30
    assert sorted(word for word in words if f"/{word}" not in described) == []


@pytest.mark.parametrize("headers", [{"x-csrf-token": "wrong"}, {"x-csrf-token": ""}, {"sec-fetch-site": "cross-site"}])
async def test_a_foreign_page_cannot_act(house: House, headers: dict[str, str]) -> None:
    """Without the session's token, or from another site, a POST is refused."""
    ana = await house.sign_in("Ana")
    conversation = await house.waiting()
    status, answer = await ana.post(f"/desk/conversations/{conversation}/claim", {"epoch": 2}, **headers)
    assert (status, answer["error"]) == (403, "forbidden")
    assert (await house.row(conversation))["state"] == "waiting"


async def test_a_foreign_page_cannot_sign_somebody_in(house: House) -> None:
    """The sign-in form needs the token of the cookie that came with it."""
    await house.person("Ana")
    http = await house.stranger()
    form = {"csrf": "guess", "login": "ana", "password": "seven quiet herons"}
    async with http.post("/login", data=form, allow_redirects=False) as response:
        assert response.status == 403


async def test_what_is_not_theirs_does_not_exist(house: House) -> None:
    """A guessed id of another queue is a 404 everywhere, and in no list, stream or search."""
    ana, conversation = await house.sign_in("Ana", "staff", "general"), await house.waiting("purple", queue="billing")
    target = f"/desk/conversations/{conversation}"
    assert (await ana.get(target))[0] == 404
    assert (await ana.get(f"{target}/messages"))[0] == 404
    for action, body in (
        ("claim", {"epoch": 2}), ("takeover", {}), ("note", {"text": "x", "client_message_id": "x"}),
        ("reveal", {"name": "contact"}), ("priority", {"priority": 0, "reason": "x"}), ("release", {}),
        ("return", {"seen": 1}), ("close", {"disposition": "spam", "seen": 9}), ("heartbeat", {}),
        ("transfer", {"queue": "general", "note": "x"}),
        ("reply", {"text": "x", "epoch": 2, "client_message_id": "x"}),
    ):  # fmt: skip
        assert (await ana.act(conversation, action, **body))[0] == 404, action
    assert (await ana.get("/desk/state"))[1]["conversations"] == []
    assert (await ana.post("/desk/search", {"words": "purple"}))[1]["found"] == []
    bob = await house.sign_in("Bob", "staff", "billing")
    assert (await bob.get(target))[0] == 200
    assert len((await bob.post("/desk/search", {"words": "purple"}))[1]["found"]) == 1


@pytest.mark.parametrize("identifier", ["1", "not-an-id", "%00", "7c0f2a51-6f0e-4a58-9a3c-0c7a2b1d9e10", "x" * 300])
async def test_an_id_that_is_none_is_unknown(house: House, identifier: str) -> None:
    """A made-up id is a 404, never an error of ours."""
    ana = await house.sign_in("Ana")
    assert (await ana.get(f"/desk/conversations/{identifier}"))[0] == 404


@pytest.mark.parametrize(
    ("queues", "queue", "mine", "seen"),
    [
        (None, "general", False, True), (("general",), "general", False, True), (("general",), "billing", False, False),
        (("general",), "billing", True, True), ((), "general", False, False), ((), "general", True, True),
    ],
)  # fmt: skip
async def test_the_rule_and_its_sql_agree(
    house: House, queues: tuple[str, ...] | None, queue: str, mine: bool, seen: bool
) -> None:
    """`Scope.covers` and the lists let the same things be seen."""
    from frontdoor.conversations import store_reading

    me, conversation = await house.person("Ana"), await house.waiting(queue=queue)
    owner = me if mine else None
    if mine:
        await house.pool.execute("UPDATE conversations.conversation SET state = 'staff', owner_id = $1", uuid.UUID(me))
    scope = Scope(me, queues)
    assert scope.covers(queue, owner) is seen
    listed = (await store_reading.lists(house.pool, scope)).listed
    assert [one.conversation.id for one in listed or ()] == ([conversation] if seen else [])


@pytest.mark.parametrize("state", ["bot", "closed"])
async def test_the_lists_of_some_queues_are_the_latest_of_all_of_them(
    house: House, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    """Of two queues together as many as a list holds, the latest; beside them what break-glass opened, once."""
    from frontdoor.conversations import store_reading

    me = await house.person("Ana", "staff", "general", "billing")
    made = [await house.waiting(queue=queue) for queue in ("care", "care", "general", "billing", "general", "billing")]
    for conversation in made:
        await house.pool.execute(
            "UPDATE conversations.conversation SET state = $2, closed_at = now() WHERE id = $1",
            uuid.UUID(conversation), state,
        )  # fmt: skip
    for conversation in (made[1], made[3]):
        await house.pool.execute(
            "INSERT INTO desk.break_glass (id, staff_id, conversation_id, reason, at, expires_at) "
            "VALUES (gen_random_uuid(), $1, $2, 'why', now(), now() + interval '1 hour')",
            uuid.UUID(me), uuid.UUID(conversation),
        )  # fmt: skip
    found = (await store_reading.lists(house.pool, Scope(me, ("general", "billing")))).listed or []
    assert sorted(one.conversation.id for one in found) == sorted([made[1], *made[2:]])
    question = store_reading.LISTS_OF_QUEUES.replace(f"LIMIT {store_reading.MOST_RECENT}", "LIMIT 3")
    monkeypatch.setattr(store_reading, "LISTS_OF_QUEUES", question)
    found = (await store_reading.lists(house.pool, Scope(me, ("general", "billing")))).listed or []
    assert [one.conversation.id for one in found] == [made[5], made[4], made[3], made[1]]


async def test_somebody_who_is_let_in_no_more_is_out(house: House) -> None:
    """Disabling and demoting end the person's sessions at once; the last admin stays."""
    boss, ana = await house.sign_in("Boss", "admin"), await house.sign_in("Ana")

    async def change(staff_id: str, **form: str) -> int:
        data = {"csrf": boss.csrf, **form}
        async with boss.http.post(f"{house.base}/people/{staff_id}", data=data, allow_redirects=False) as response:
            return response.status

    assert await change(ana.id, role="staff", disabled="yes") == 302
    assert (await ana.get("/desk/state"))[0] == 401
    assert await change(boss.id, role="staff") == 400
    assert (await boss.get("/desk/state"))[0] == 200
    assert await house.audited("staff.change") == 1


async def test_pages_say_what_browsers_may_do_with_them(house: House) -> None:
    """Every answer is not to be kept, framed or sniffed, and loads nothing from elsewhere."""
    ana = await house.sign_in("Ana")
    for path in ("/desk", "/desk/state", "/login", "/account", "/static/desk.js", "/nowhere"):
        async with ana.http.get(house.base + path) as response:
            assert response.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
            assert response.headers["x-content-type-options"] == "nosniff"
            assert response.headers["referrer-policy"] == "no-referrer"
            assert response.headers["cache-control"] == ("no-cache" if "static" in path else "no-store")
