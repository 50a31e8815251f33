"""The REST API: what a token opens and what it does not, and that the document says the same as the code."""

import asyncio
import json
import subprocess
import uuid
from dataclasses import replace
from typing import Any

import aiohttp
import jsonschema
import pytest

from frontdoor.cli import main
from frontdoor.desk.api import api
from frontdoor.desk.app import create_app
from frontdoor.settings import Settings
from tests.desk.house import House, open_house
from tests.desk.test_guard import page
from tests.helpdesk.outside import program
from tests.scheduling.judge import JUDGES


async def test_a_conversation_from_claim_to_close(house: House) -> None:
    """An agent of another helpdesk claims, replies, notes and closes, as a member of staff with a name would."""
    zen = await program(house)
    conversation = await house.waiting("I have a rash")
    _, listed = await zen.get("/conversations?state=waiting")
    (found,) = listed["conversations"]
    assert (found["id"], found["patient"], found["owner"]) == (conversation, "Rosa Quill", None)
    _, claimed = await zen.act(conversation, "claim", epoch=found["epoch"])
    assert (claimed["state"], claimed["owner"]["name"]) == ("staff", "Ada Marsh")
    said = {"text": "Hello, this is Ada.", "epoch": claimed["epoch"], "client_message_id": "1"}
    first, again = await zen.act(conversation, "reply", **said), await zen.act(conversation, "reply", **said)
    assert first == again
    assert first[0] == 200
    assert (await zen.act(conversation, "notes", text="A note.", client_message_id="2"))[0] == 200
    assert (await zen.act(conversation, "heartbeat"))[0] == 200
    _, read = await zen.get(f"/conversations/{conversation}/messages")
    assert [(one["author"], one["text"]) for one in read["messages"] if one["author"] != "system"] == [
        ("patient", "I have a rash"), ("staff", "Hello, this is Ada.")
    ]  # fmt: skip
    await house.writes_in(conversation, "thank you")
    status, refused = await zen.act(conversation, "close", disposition="answered", seen=read["messages"][-1]["seq"])
    assert (status, refused["error"]) == (409, "stale")
    status, closed = await zen.act(conversation, "close", disposition="answered", seen=99)
    assert (status, closed["state"], closed["disposition"]) == (200, "closed", "answered")


async def test_the_gate_stays_here(house: House) -> None:
    """Who has not claimed does not speak, and what a colleague has is not given away."""
    zen, ana = await program(house), await house.sign_in("Ana")
    conversation = await house.waiting("hello")
    reply = {"text": "x", "client_message_id": "1"}
    epoch = (await house.row(conversation))["epoch"]
    assert (await zen.act(conversation, "reply", epoch=epoch, **reply))[1]["error"] == "not_owner"
    await ana.act(conversation, "claim", epoch=epoch)
    for action, body in (("claim", {"epoch": epoch}), ("reply", {"epoch": epoch + 1, **reply}), ("release", {}),
                         ("return", {"seen": 9}), ("close", {"seen": 9, "disposition": "spam"})):  # fmt: skip
        status, answer = await zen.act(conversation, action, **body)
        assert (status, answer["holder"]) == (409, "Ana"), action
    assert await house.said(conversation, "staff") == []


async def test_a_token_opens_what_it_is_for(house: House) -> None:
    """Each right by itself; without that to messages neither text nor name comes out."""
    conversation = await house.waiting("sentinel words", name="Sentinel Name")
    target = f"/conversations/{conversation}"
    lister, reader = await program(house, "conversations:read"), await program(house, "messages:read")
    writer = await program(house, "conversations:write")
    for path in ("/conversations", target, "/changes?cursor=0"):
        status, answer = await lister.get(path)
        assert (status, "entinel" in json.dumps(answer)) == (200, False)
    assert (await lister.get(f"{target}/messages"))[0] == 403
    assert (await lister.act(conversation, "claim", epoch=2))[0] == 403
    assert (await reader.get(f"{target}/messages"))[1]["messages"][0]["text"] == "sentinel words"
    assert (await reader.get(target))[0] == 403
    status, answer = await writer.act(conversation, "claim", epoch=2)
    assert (status, answer["patient"]) == (200, None)


async def test_a_token_of_a_queue_sees_no_other(house: House) -> None:
    """The rule is that of staff: what is not theirs does not exist."""
    zen = await program(house, queues=("general",))
    conversation, own = await house.waiting("x", queue="billing"), await house.waiting("y")
    assert [one["id"] for one in (await zen.get("/conversations"))[1]["conversations"]] == [own]
    assert [one["id"] for one in (await zen.get("/changes?cursor=0"))[1]["conversations"]] == [own]
    assert (await zen.get(f"/conversations/{conversation}"))[0] == 404
    assert (await zen.get(f"/conversations/{conversation}/messages"))[0] == 404
    for action, body in (("claim", {"epoch": 2}), ("notes", {"text": "x", "client_message_id": "1"})):
        assert (await zen.act(conversation, action, **body))[0] == 404


@pytest.mark.parametrize("token", ["", "fd_guess", "revoked", "expired", "cookie"])
async def test_without_a_good_token_nothing_opens(house: House, token: str) -> None:
    """None, a guess, one that was revoked or is over; and a member of staff's cookie is none."""
    zen = await program(house, days=1)
    if token == "revoked":
        boss = await house.sign_in("Boss", "admin")
        assert (await page(boss, f"/outside/tokens/{zen.id}/revoke"))[0] == 302
    elif token == "expired":
        house.clock.forward(days=1, seconds=1)
    elif token == "cookie":
        ana = await house.sign_in("Ana", "admin")
        async with ana.http.get(f"{house.base}/api/v1/conversations") as response:
            assert response.status == 401
        return
    else:
        zen.token = token
    assert (await zen.get("/conversations"))[0] == 401


async def test_a_token_is_stored_as_its_hash_and_shown_once(house: House) -> None:
    """The page shows it after it was made, and never again; the database cannot give it away."""
    boss = await house.sign_in("Boss", "admin")
    status, shown = await page(boss, "/outside/tokens", name="Zen", days="30", **{"messages:read": "yes"})
    token = shown.partition('<code class="link">')[2].partition("</code>")[0]
    assert (status, token[:3]) == (200, "fd_")
    async with boss.http.get(house.base + "/outside") as response:
        assert token not in await response.text()
    for table in ("helpdesk.token", "privacy.audit"):
        assert token not in await house.pool.fetchval(f"SELECT string_agg(t::text, ' ') FROM {table} t")
    assert await house.audited("token.create") == 1
    assert (await page(boss, "/outside/tokens", name="Zen", days="30"))[0] == 400


async def test_only_admins_give_tokens_and_with_a_fresh_proof(house: House) -> None:
    """Neither a supervisor nor a screen that was left open."""
    lead, boss = await house.sign_in("Lea", "supervisor"), await house.sign_in("Boss", "admin")
    form = {"name": "Zen", "messages:read": "yes"}
    assert (await page(lead, "/outside/tokens", **form))[0] == 403
    await house.pool.execute("UPDATE desk.session SET proved_at = proved_at - interval '1 hour'")
    assert await page(boss, "/outside/tokens", **form) == (302, "/prove?back=%2Foutside")


async def test_reading_is_recorded_and_acting_names_the_agent(house: House) -> None:
    """The log tells which program read, and which of its people acted."""
    zen = await program(house)
    conversation = await house.waiting("hello")
    await zen.get(f"/conversations/{conversation}/messages")
    await zen.act(conversation, "claim", epoch=2)
    rows = await house.pool.fetch("SELECT * FROM privacy.audit WHERE session_id = $1 ORDER BY id", zen.id)
    assert [(row["action"], row["actor_name"]) for row in rows] == [
        ("conversation.read", "Zen desk"), ("conversation.Claimed", "Ada Marsh via Zen desk")
    ]  # fmt: skip
    assert rows[0]["actor"] == f"api:{zen.id}"
    assert uuid.UUID(rows[1]["actor"])


async def test_one_token_does_not_keep_the_others_waiting(settings: Settings) -> None:
    """Each has its own limit, and the answer says when to come back."""
    async with open_house(replace(settings, desk_limits={"api": 3})) as house:
        zen, other, guess = await program(house), await program(house), await program(house)
        assert [(await zen.get("/conversations"))[0] for _ in range(4)] == [200, 200, 200, 429]
        assert (await other.get("/conversations"))[0] == 200
        guess.token = "fd_guess"
        assert [(await guess.get("/conversations"))[0] for _ in range(4)] == [401, 401, 401, 429]
        house.clock.forward(minutes=1)
        assert (await zen.get("/conversations"))[0] == 200


async def test_the_command_line_gives_lists_and_revokes(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it prints once opens the API; the list does not hold it; revoked, it opens nothing."""
    assert house.settings.database_url
    monkeypatch.setenv("DATABASE_URL", house.settings.database_url)
    create = ["token", "create", "Zen desk", "--scope", "conversations:read", "--queue", "general"]
    assert await asyncio.to_thread(main, create) == 0
    zen = await program(house)
    zen.token = capsys.readouterr().out.strip()
    assert (await zen.get("/conversations"))[0] == 200
    assert await asyncio.to_thread(main, ["token", "list"]) == 0
    listed = capsys.readouterr().out
    line = next(line for line in listed.splitlines() if "conversations:read\tgeneral" in line)
    assert zen.token not in listed
    identifier = line.partition("\t")[0]
    assert await asyncio.to_thread(main, ["token", "revoke", identifier]) == 0
    assert (await zen.get("/conversations"))[0] == 401
    assert await asyncio.to_thread(main, ["token", "revoke", identifier]) == 1


@pytest.mark.parametrize("agent", [None, "Ada", {"id": "", "name": "Ada"}, {"id": "1"}, {"id": "x" * 65, "name": "A"}])
async def test_who_acts_has_to_be_said(house: House, agent: Any) -> None:
    """No program acts without a person."""
    zen = await program(house)
    status, answer = await zen.act(await house.waiting("hello"), "claim", epoch=2, agent=agent)
    assert (status, answer["field"]) == (400, "agent")


async def test_pages_of_the_list_hold_each_once(house: House) -> None:
    """Page by page, nothing twice and nothing missing."""
    zen = await program(house)
    made = {await house.waiting("hello") for _ in range(5)}
    seen: list[str] = []
    after = ""
    while True:
        _, answer = await zen.get(f"/conversations?limit=2{after}")
        seen += [one["id"] for one in answer["conversations"]]
        if answer["next"] is None:
            break
        after = f"&after={answer['next']}"
    assert sorted(seen) == sorted(made)


def test_the_document_names_every_address_and_no_other(settings: Settings) -> None:
    """Every route of the API is described, with its method, and every description has its route."""
    served = set()
    for route in create_app(settings).router.routes:
        path = "/" + route.path.strip("/").replace("<conversation_id:str>", "{conversation_id}")
        path = path.replace("<conversation_id>", "{conversation_id}")
        if path.startswith(api.url_prefix or "?"):
            served |= {(method.lower(), path.removeprefix("/api/v1")) for method in route.methods - {"HEAD", "OPTIONS"}}
    described = {
        (method, path) for path, item in _document().items() for method in item if method in ("get", "post", "delete")
    }
    assert described == served
    assert len(described) == 12


async def test_the_document_is_openapi(house: House) -> None:
    """It is served without a token, and a validator of others finds nothing wrong with it; a broken one it finds."""
    async with aiohttp.ClientSession() as http, http.get(f"{house.base}/api/v1/openapi.json") as response:
        document = await response.json()
    assert await _faults(document) == ""
    document["paths"]["/conversations"]["get"]["responses"]["200"].pop("description")
    assert await _faults(document) != ""


async def test_answers_are_as_described(house: House) -> None:
    """Every answer, good or refused, fits the schema that the document gives for its status."""
    zen = await program(house)
    async with zen.http.get(f"{house.base}/api/v1/openapi.json") as response:
        document = await response.json()
    conversation = await house.waiting("hello")
    path = "/conversations/{conversation_id}"
    steps: list[tuple[str, str, str, dict[str, Any]]] = [
        ("get", "/conversations", "/conversations", {}), ("get", "/conversations", "/conversations?state=x", {}),
        ("get", "/changes", "/changes", {}), ("get", "/changes", "/changes?cursor=0", {}),
        ("get", path, f"/conversations/{conversation}", {}), ("get", path, f"/conversations/{uuid.uuid4()}", {}),
        ("get", f"{path}/messages", f"/conversations/{conversation}/messages", {}),
    ]  # fmt: skip
    steps += [
        ("post", f"{path}/{action}", f"/conversations/{conversation}/{action}", body)
        for action, body in (
            ("reply", {"text": "x", "epoch": 1, "client_message_id": "0"}), ("claim", {"epoch": 2}), ("claim", {}),
            ("reply", {"text": "x", "epoch": 3, "client_message_id": "1"}), ("heartbeat", {}),
            ("notes", {"text": "x", "client_message_id": "2"}), ("release", {}), ("claim", {"epoch": 4}),
            ("return", {"seen": 9}), ("close", {"seen": 9, "disposition": "spam"}),
        )
    ]  # fmt: skip
    seen = set()
    for method, template, address, body in steps:
        status, answer = await (zen.get(address) if method == "get" else zen.post(address, **body))
        described = document["paths"][template][method]["responses"][str(status)]
        schema = _resolved(document, described)["content"]["application/json"]["schema"]
        jsonschema.validate(answer, {**schema, "components": document["components"]}, _Validator)
        seen.add((template, status))
    assert {status for _, status in seen} == {200, 400, 404, 409}


_Validator = jsonschema.Draft202012Validator


def _resolved(document: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in found:
        target: Any = document
        for part in found["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        found = target
    return found


def _document() -> dict[str, Any]:
    from frontdoor.desk import api as module

    found: dict[str, Any] = module._document()["paths"]
    return found


async def _faults(document: Any) -> str:
    ran = await asyncio.to_thread(
        subprocess.run, ["node", str(JUDGES / "openapi.mjs")], input=json.dumps(document), capture_output=True,
        text=True, timeout=60,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return ran.stdout
