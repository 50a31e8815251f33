"""Saved replies, and who is given what."""

import dataclasses
import uuid

from frontdoor.conversations.limits import Limits
from tests.desk.house import Browser, House, csrf_of


async def test_supervisors_keep_saved_replies_and_staff_use_them(house: House) -> None:
    """What a supervisor saves is there for staff; staff change nothing."""
    lead, ana = await house.sign_in("Lena", "supervisor"), await house.sign_in("Ana")
    async with lead.http.get(f"{house.base}/replies") as response:
        token = csrf_of(await response.text())
    form = {"csrf": token, "shortcut": "/hello", "language": "es", "text": "Hola {name}, soy {me}."}
    async with lead.http.post(f"{house.base}/replies", data=form) as response:
        assert "Hola {name}" in await response.text()
    _, answer = await ana.get("/desk/saved")
    (one,) = answer["saved"]
    assert (one["shortcut"], one["language"], one["text"]) == ("hello", "es", "Hola {name}, soy {me}.")
    async with ana.http.post(f"{house.base}/replies", data=form | {"csrf": ana.csrf}) as response:
        assert response.status == 403
    async with lead.http.post(f"{house.base}/replies/{one['id']}/remove", data={"csrf": token}) as response:
        assert response.status == 200
    assert (await ana.get("/desk/saved"))[1] == {"saved": []}
    assert await house.audited("saved_reply.keep") == await house.audited("saved_reply.remove") == 1


async def routed(house: House, name: str, capacity: int, *queues: str, speaks: tuple[str, ...] = ()) -> Browser:
    """Return somebody at the desk who is given conversations."""
    one = await house.sign_in(name, "staff", *queues)
    await house.pool.execute(
        "UPDATE desk.staff SET capacity = $2, speaks = $3 WHERE id = $1", uuid.UUID(one.id), capacity, list(speaks)
    )
    await house.pool.execute(
        "UPDATE desk.session SET streamed_at = $2 WHERE staff_id = $1", uuid.UUID(one.id), house.clock()
    )
    return one


async def test_waiting_conversations_go_to_who_has_room(house: House) -> None:
    """The most urgent first, to the one with the fewest, within queue, language and capacity; the rest waits."""
    await routed(house, "Ana", 1, "general")
    await routed(house, "Ben", 2, "billing", speaks=("es",))
    await routed(house, "Cleo", 0)
    later, sooner = await house.waiting(), await house.waiting(priority=1)
    english, spanish = await house.waiting(queue="billing"), await house.waiting(queue="billing")
    await house.pool.execute("UPDATE conversations.conversation SET language = 'es' WHERE id = $1", uuid.UUID(spanish))
    limits = dataclasses.replace(Limits(), assigns=True)
    for _ in range(2):
        await house.timers(limits).tick()
    owners = [(await house.row(one))["owner_name"] for one in (sooner, later, spanish, english)]
    assert owners == ["Ana", None, "Ben", None]
    assert [text for text in await house.said(sooner, "system") if "Ana from our team joined" in text]


async def test_without_the_option_nobody_is_given_anything(house: House) -> None:
    """Auto-assign is off unless the clinic turns it on."""
    await routed(house, "Ana", 5)
    conversation = await house.waiting()
    await house.timers().tick()
    assert (await house.row(conversation))["state"] == "waiting"


async def test_a_supervisor_assigns(house: House) -> None:
    """A supervisor gives a waiting conversation to who is at the desk; staff may not."""
    lead, ana = await house.sign_in("Lena", "supervisor"), await routed(house, "Ana", 0)
    conversation = await house.waiting()
    assert (await ana.act(conversation, "assign", to=ana.id))[0] == 403
    assert (await lead.act(conversation, "assign", to=ana.id))[0] == 200
    assert (await house.row(conversation))["owner_name"] == "Ana"
