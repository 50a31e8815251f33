"""What happens when people wait, are not reached, or are not answered."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from frontdoor.conversations.limits import Limits
from frontdoor.conversations.wording import wording
from frontdoor.settings import load
from tests.desk.house import ALWAYS_CLOSED, Browser, House


async def set_columns(house: House, conversation: str, **values: Any) -> None:
    """Change columns of a conversation."""
    for name, value in values.items():
        await house.pool.execute(
            f"UPDATE conversations.conversation SET {name} = $2 WHERE id = $1",
            uuid.UUID(conversation), value,
        )  # fmt: skip


async def owned(house: House, by: Browser) -> tuple[str, int]:
    """Return a conversation that *by* answers, and its epoch."""
    conversation = await house.waiting()
    _, answer = await by.act(conversation, "claim", epoch=(await house.row(conversation))["epoch"])
    return conversation, answer["epoch"]


async def test_who_waits_is_told_at_each_mark_once(house: House) -> None:
    """At 2, 10, 40 and 70 minutes who waits reads their place; after a pause of the gateway once, not thrice."""
    conversation = await house.waiting()
    timers = house.timers()
    counts = []
    for minutes in (1, 2, 0, 9, 60, 200):
        house.clock.forward(minutes=minutes)
        await timers.tick()
        counts.append(len([text for text in await house.said(conversation, "system") if "not forgotten" in text]))
    assert counts == [0, 1, 1, 2, 3, 3]
    assert f"{wording('still_waiting', 'en')} {wording('waiting_next', 'en')}" in await house.said(
        conversation, "system"
    )


async def test_who_is_not_to_be_disturbed_is_not(house: House) -> None:
    """Emergencies, who wrote STOP, and anybody while the clinic is closed: none is told that they wait."""
    urgent, deferred, stopped = await house.emergency(), await house.waiting(), await house.waiting()
    await set_columns(house, deferred, deferred=True)
    await set_columns(house, stopped, channel="telegram", stopped_at=house.clock())
    house.clock.forward(minutes=15)
    await house.timers(clinic=ALWAYS_CLOSED).tick()
    for conversation in (urgent, deferred, stopped):
        assert not [text for text in await house.said(conversation, "system") if "not forgotten" in text]
    await house.timers().tick()  # it has opened
    for conversation, times in ((urgent, 0), (deferred, 1), (stopped, 0)):
        said = [text for text in await house.said(conversation, "system") if "not forgotten" in text]
        assert len(said) == times
    assert (await house.row(deferred))["deferred"] is False


async def test_the_estimate_comes_from_how_the_queue_moves(house: House) -> None:
    """Three claims within the hour: about twenty minutes for who is next."""
    ana = await house.sign_in("Ana")
    for _ in range(3):
        await owned(house, ana)
    conversation = await house.waiting()
    house.clock.forward(minutes=3)
    await house.timers().tick()
    assert f"{wording('still_waiting', 'en')} {wording('waiting_next_about', 'en', minutes=20)}" in await house.said(
        conversation, "system"
    )


async def test_who_wrote_stop_gets_no_reply(house: House) -> None:
    """A reply to who said STOP on a platform is refused with the reason; in the web chat it is not."""
    ana = await house.sign_in("Ana")
    conversation, epoch = await owned(house, ana)
    await set_columns(house, conversation, channel="telegram", stopped_at=house.clock())
    body = {"text": "Hello", "epoch": epoch, "client_message_id": "a"}
    assert await ana.act(conversation, "reply", **body) == (409, {"error": "stopped", "holder": ""})
    await set_columns(house, conversation, via="web")
    assert (await ana.act(conversation, "reply", **body))[0] == 200


async def test_the_window_of_staff(house: House) -> None:
    """On Messenger staff may write for seven days, on WhatsApp for one; over is over, in the list and on the server."""
    ana = await house.sign_in("Ana")
    conversation, epoch = await owned(house, ana)
    for channel, after, status in (("messenger", 2, 200), ("whatsapp", 2, 409), ("messenger", 8, 409)):
        ends = house.clock() - timedelta(days=after - 1, minutes=1)
        await set_columns(house, conversation, channel=channel, window_expires_at=ends)
        body = {"text": "Hello", "epoch": epoch, "client_message_id": f"{channel}{after}"}
        got, answer = await ana.act(conversation, "reply", **body)
        assert (got, answer.get("error")) == (status, None if status == 200 else "window_closed")
    _, state = await ana.get("/desk/state")
    assert datetime.fromisoformat(state["conversations"][0]["window_expires_at"].replace("Z", "+00:00")) < house.clock()


async def test_the_window_after_an_advertisement(house: House) -> None:
    """Who came by an ad is written to for as long as the platform says, and the countdown shows that end."""
    ana = await house.sign_in("Ana")
    conversation, epoch = await owned(house, ana)
    ad_ends = house.clock() + timedelta(days=3)
    over = house.clock() - timedelta(days=8)
    await set_columns(house, conversation, channel="messenger", window_expires_at=over, ad_window_ends_at=ad_ends)
    body = {"text": "Hello", "epoch": epoch, "client_message_id": "ad"}
    assert (await ana.act(conversation, "reply", **body))[0] == 200
    _, state = await ana.get("/desk/state")
    assert datetime.fromisoformat(state["conversations"][0]["window_expires_at"].replace("Z", "+00:00")) == ad_ends


async def test_a_failed_reply_is_sent_again(house: House) -> None:
    """41. A failed delivery is visible, and retry queues it again; what did not fail is not sent twice."""
    ana = await house.sign_in("Ana")
    conversation, epoch = await owned(house, ana)
    await set_columns(house, conversation, channel="telegram")
    _, answer = await ana.act(conversation, "reply", text="Hello", epoch=epoch, client_message_id="a")
    seq = answer["seq"]
    assert await ana.act(conversation, "retry", seq=seq) == (409, {"error": "not_failed", "holder": ""})
    await house.pool.execute(
        "UPDATE conversations.message SET status = 'failed', fail_reason = 'x' WHERE seq = $1", seq
    )
    await ana.get(f"/desk/conversations/{conversation}")
    _, page = await ana.get(f"/desk/conversations/{conversation}/messages?after=0")
    assert page["statuses"][str(seq)] == ["failed", "x"]
    assert (await ana.act(conversation, "retry", seq=seq))[0] == 200
    _, page = await ana.get(f"/desk/conversations/{conversation}/messages?after=0")
    assert page["statuses"][str(seq)] == ["queued", ""]
    assert await house.audited("conversation.retry") == 1


async def test_the_list_knows_who_is_unanswered(house: House) -> None:
    """A conversation of staff is unanswered until they reply, and again when the patient writes."""
    ana = await house.sign_in("Ana")
    conversation, epoch = await owned(house, ana)

    async def unanswered() -> bool:
        _, state = await ana.get("/desk/state")
        return bool(state["conversations"][0]["unanswered"])

    assert await unanswered()
    await ana.act(conversation, "reply", text="Hello", epoch=epoch, client_message_id="a")
    assert not await unanswered()
    await house.writes_in(conversation, "one more thing")
    assert await unanswered()


def test_the_clinic_sets_the_clocks() -> None:
    """Every limit comes from a setting."""
    given = {"FRONTDOOR_FIRST_REPLY_MINUTES": "3", "FRONTDOOR_SILENT_HOURS": "5", "FRONTDOOR_REASSURE_MINUTES": "7 1",
             "FRONTDOOR_UNCLAIMED_SECONDS": "30", "FRONTDOOR_INTERNAL_TOKEN": "x" * 32}  # fmt: skip
    limits = Limits.from_settings(load(given, dotenv=None))
    minute = timedelta(minutes=1)
    assert (limits.first_reply, limits.silent, limits.unclaimed) == (3 * minute, 300 * minute, minute / 2)
    assert limits.reassure == (minute, 7 * minute)
