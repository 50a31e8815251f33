"""A clinic's busy morning on the desk: forty conversations of every kind, made up, for pictures and for axe."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from frontdoor.conversations.happenings import HandoffAsked
from tests.desk.house import Browser, House

NAMES = (
    "Walter Pike", "Amira Haddad", "Joon-ho Seo", "Luz Marina Ortega", "Bea Thornton", "Ivo Marković", "Nadia Petrov",
    "Tomás Rivas", "Grace Okafor", "Hana Sato", "Leo Winters", "Carmen Solís", "Priya Nair", "Otis Ward", "Mei Lin",
    "Sami Khoury", "Elsa Brandt", "Rafael Pinto", "Ruth Abebe", "Dario Conti", "Ines Moreau", "Kofi Mensah",
    "Pilar Vega", "Owen Hale", "Yara Said", "Paul Novak", "Marta Ruiz", "Noel Adams", "Sofia Reyes", "Ben Cole",
)  # fmt: skip
CHANNELS = ("whatsapp", "messenger", "instagram", "telegram", "twilio", "web")
REASONS = ("asked", "not_understood", "scheduling_unavailable", "complaint", "rule")
ASKED = "Could someone tell me whether I can take the new tablets together with my blood pressure medicine?"
MINUTES = (3, 7, 12, 19, 26, 41)


@dataclass
class Day:
    """Who is there, and the conversation of Rosa Quill, which Ana has claimed."""

    ana: Browser
    ben: Browser
    rosa: str


async def busy_day(house: House, role: str = "supervisor") -> Day:
    """Fill the desk: an emergency, a queue, conversations of both people, of the assistant, and closed ones."""
    ana, ben = await house.sign_in("Ana Field", role), await house.sign_in("Ben Okoye")
    rosa = await _rosa(house, ana)
    walter = await house.emergency("my chest feels tight and my arm is numb", name=NAMES[0], level="emergency",
                                   category="cardiac", rule="cardiac.chest-pain")  # fmt: skip
    await _dress(house, walter, "whatsapp", "en", minutes=0)
    for number, name in enumerate(NAMES[1:], 1):
        await _one(house, number, name, ana, ben)
    return Day(ana, ben, rosa)


async def _one(house: House, number: int, name: str, ana: Browser, ben: Browser) -> None:
    language = "es" if number % 3 == 0 else "en"
    queue = ("general", "billing", "general", "nurses")[number % 4]
    if number < 17:
        conversation = await house.waiting(ASKED, name=name, language=language, queue=queue, priority=1 + number % 3)
    else:
        conversation = await house.patient(ASKED, name=name, language=language)
    await _dress(house, conversation, CHANNELS[number % 6], language, minutes=MINUTES[number % 6] + number)
    reason = REASONS[number % 5]
    await house.pool.execute(
        "UPDATE conversations.conversation SET reason = $2 WHERE id = $1 AND state = 'waiting'",
        uuid.UUID(conversation),
        reason,
    )
    if number in (13, 14):
        await ana.act(conversation, "claim", epoch=2)
    if number in (15, 16):
        await ben.act(conversation, "claim", epoch=2)
    if number > 24:
        await ana.act(conversation, "takeover")
        await ana.act(conversation, "close", disposition=("answered", "booked", "referred")[number % 3], seen=99)


async def _dress(house: House, conversation: str, channel: str, language: str, *, minutes: int) -> None:
    """Put it on a platform, some minutes ago."""
    at = house.clock() - timedelta(minutes=minutes)
    window = at + timedelta(hours=24) if channel in ("whatsapp", "messenger", "instagram") else None
    await house.pool.execute(
        "UPDATE conversations.conversation SET channel = $2, language = $3, last_patient_at = $4::timestamptz, "
        "phi = 'link', waiting_since = CASE WHEN waiting_since IS NULL THEN NULL ELSE $4::timestamptz END, "
        "window_expires_at = $5 WHERE id = $1",
        uuid.UUID(conversation), channel, language, at, window,
    )  # fmt: skip


async def _rosa(house: House, ana: Browser) -> str:
    """A conversation in which everything happens."""
    rosa = await house.patient("Hi, I have had a rash on my arm since Monday.", name="Rosa Quill")
    await house.bot_says(rosa, "I am Lumen, a bot. Would you like to read about rashes, or book a visit?", "sent")
    await house.writes_in(rosa, "It is getting bigger. Can a nurse look at it?")
    await house.pool.execute(
        "UPDATE conversations.message SET level = 'check', category = 'anaphylaxis', rule = 'anaphylaxis.swelling' "
        "WHERE conversation_id = $1 AND author = 'patient' AND seq > 1",
        uuid.UUID(rosa),
    )
    await house.happens(rosa, HandoffAsked(house.clock(), "asked", 1))
    await house.bot_says(rosa, "A rash that grows is best seen by a clinician. Shall I look for a visit today?",
                         "suppressed")  # fmt: skip
    await house.knows(
        rosa, service_type="dermatology", reason="rash on the left arm", patient_name="Rosa Quill",
        birth_date="1988-04-02", contact="+1 555 010 0134", state="NY",
    )  # fmt: skip
    await house.pool.execute(
        "UPDATE conversations.conversation SET summary = $2, campaign = 'autumn-skin' WHERE id = $1",
        uuid.UUID(rosa),
        "Asked about a rash in May; cream helped.",
    )
    row = await house.row(rosa)
    await ana.act(rosa, "claim", epoch=row["epoch"])
    epoch = (await house.row(rosa))["epoch"]
    await ana.act(rosa, "reply", text="Hello Rosa, this is Ana, a nurse. Is it itchy or warm to the touch?",
                  epoch=epoch, client_message_id="a")  # fmt: skip
    await ana.act(rosa, "note", text="No fever as of 9:40. Photo promised.", client_message_id="b")
    await ana.act(rosa, "reply", text="You can send a photo here.", epoch=epoch, client_message_id="c")
    await house.pool.execute(
        "UPDATE conversations.message SET status = 'failed', fail_reason = 'retry 429' WHERE conversation_id = $1 "
        "AND client_message_id = 'c'",
        uuid.UUID(rosa),
    )
    await house.writes_in(rosa, "Itchy, and a little warm. No fever.")
    await _dress(house, rosa, "whatsapp", "en", minutes=2)
    return rosa
