"""Turns at a real Rasa with our channel, trackers in PostgreSQL and the real action server."""

import itertools
import json
import uuid

import aiohttp
import pytest

from frontdoor.assistant.client import Assistant, AssistantRefused
from frontdoor.assistant.protocol import READY_PATH, TURN_PATH, Handoff, Press, Reply, turn_to_json

TOPICS = ("results", "price", "privacy", "refill", "language", "hours", "cancel", "visit", "person", "link")


async def unclear(assistant: Assistant, turn, count: int = 2) -> list[str]:
    """Return texts between several meanings: which ones are, is the present model's to say."""
    found: list[str] = []
    for chosen in itertools.permutations(TOPICS, 3):
        text = " ".join(chosen)
        reply = await assistant.turn(turn(text, conversation=str(uuid.uuid4())))
        if reply.intent["name"] == "nlu_fallback":
            found.append(text)
        if len(found) == count:
            return found
    raise AssertionError("the model is sure of everything")


def words(reply: Reply) -> str:
    """Return all that was said in a reply."""
    return "\n".join(said.text or "" for said in reply.messages)


def payloads(reply: Reply) -> list[str]:
    """Return what the buttons of a reply mean."""
    return [button.payload for said in reply.messages for button in said.buttons]


async def test_first_contact_says_it_is_a_bot_exactly_once(assistant: Assistant, turn) -> None:
    """Whatever is asked first, the introduction comes first, and never again in the conversation."""
    first = await assistant.turn(turn("when are you open"))
    second = await assistant.turn(turn("hello"))
    moved = await assistant.turn(turn("hello", session=2, carry={"introduced": True}))
    assert "I am a bot, not a person" in (first.messages[0].text or "")
    assert len(first.messages) == 2
    assert "I am a bot" not in words(second) + words(moved)


async def test_a_turn_asked_for_again_is_answered_again_and_run_once(assistant: Assistant, turn) -> None:
    """The gateway may repeat a turn after a crash; the tracker answers, no second run."""
    once = turn("hello")
    first = await assistant.turn(once)
    second = await assistant.turn(turn("thanks"))
    again = await assistant.turn(once)
    assert again.messages == first.messages
    assert again.events == second.events


@pytest.mark.parametrize(
    ("name", "text", "language", "said"),
    [
        ("hours", "what are your hours", "en", "Monday – Thursday: 8:00 AM – 8:00 PM"),
        ("hours, Spanish", "a qué hora abren", "es", "Lunes – jueves: 8:00 – 20:00"),
        ("all prices", "how much is a visit", "en", "Primary care: $79"),
        ("one insurer", "do you take cigna", "en", "Yes, we take Cigna"),
        ("one insurer, misspelled", "do u take united helthcare", "en", "UnitedHealthcare"),
        ("one price", "how much does dermatology cost", "en", "$95"),
        ("one price, Spanish", "cuánto cuesta dermatología", "es", "Dermatología (15 minutos) cuesta $95"),
        ("refill", "i need a refill", "en", "Ask your pharmacy first"),
        ("results", "are my lab results back", "en", "https://harborlight.example/portal"),
        ("privacy", "who can read this chat", "en", "https://harborlight.example/privacy"),
        ("consent", "what does the consent say", "en", "A virtual visit is by video."),
        ("what it is", "are you a robot", "en", "not a person and not a clinician"),
        ("out of scope", "what's the capital of france", "en", "nothing I can help with"),
        ("goodbye", "goodbye", "en", "take care"),
        ("thanks, Spanish", "muchas gracias", "es", "Con gusto"),
    ],
)
async def test_a_question_gets_its_answer_from_the_clinic_file(
    assistant: Assistant, turn, name: str, text: str, language: str, said: str
) -> None:
    """Facts come from clinic.yml, sentences from data/responses, in the patient's language."""
    assert said in words(await assistant.turn(turn(text, language=language))), name


@pytest.mark.parametrize(
    ("text", "reason", "priority"),
    [
        ("i want to talk to a person", "asked", 2),
        ("the doctor was rude to me, i want to complain", "complaint", 3),
    ],
)
async def test_a_person_is_asked_for(assistant: Assistant, turn, text: str, reason: str, priority: int) -> None:
    """The wish for a person comes out as a handoff, beside words, not as a message."""
    reply = await assistant.turn(turn(text))
    assert reply.handoff == Handoff(reason, priority)
    assert words(reply)
    assert all(said.custom is None for said in reply.messages)


async def test_stopping_messages_is_told_to_the_gateway(assistant: Assistant, turn) -> None:
    """The gateway records it: the bot has no memory for it."""
    reply = await assistant.turn(turn("unsubscribe"))
    assert {"stop": True} in [said.custom for said in reply.messages]


@pytest.mark.parametrize(
    ("language", "question", "opinion", "said"),
    [
        ("en", "what helps with heartburn", "not helpful", "what was missing"),
        ("es", "qué ayuda con la acidez", "me sirvió", "alegr"),
    ],
)
async def test_an_opinion_may_be_typed(
    assistant: Assistant, turn, language: str, question: str, opinion: str, said: str
) -> None:
    """As if the button under the answer had been pressed."""
    await assistant.turn(turn(question, language=language))
    reply = await assistant.turn(turn(opinion, language=language))
    assert said in words(reply).lower(), reply


@pytest.mark.parametrize(
    ("language", "question", "said"),
    [
        ("en", "where are you located", "Albany"), ("es", "¿dónde están ubicados?", "Albany"),
        ("es", "hablan español los doctores?", "profesionales que lo hablan"),
    ],
)  # fmt: skip
async def test_where_we_are_and_what_we_speak(
    assistant: Assistant, turn, language: str, question: str, said: str
) -> None:
    """Neither is answered with the opening hours, nor with a change of language alone."""
    reply = await assistant.turn(turn(question, language=language))
    assert said in words(reply), reply


async def test_what_is_not_understood_is_asked_about_once_then_a_person_is_offered(assistant: Assistant, turn) -> None:
    """First two likely meanings and a person as buttons; the second time in a row a person."""
    one, other = await unclear(assistant, turn)
    first = await assistant.turn(turn(one))
    second = await assistant.turn(turn(other))
    yes = await assistant.turn(turn("yes"))
    assert len(payloads(first)) == 3
    assert payloads(first)[-1] == "/human"
    assert payloads(second) == ["/human", "/deny"]
    assert yes.handoff == Handoff("not_understood", 2)


@pytest.mark.parametrize("language", ["en", "es"])
async def test_keys_struck_at_random_are_not_understood(assistant: Assistant, turn, language: str) -> None:
    """No "nothing I can help with": two usual things to choose and a person; the second time a person is offered."""
    first = await assistant.turn(turn("asdf qwerty blorp", language=language))
    second = await assistant.turn(turn("fjdksl", language=language))
    yes = await assistant.turn(turn("yes" if language == "en" else "sí", language=language))
    assert payloads(first) == ["/book_visit", "/education", "/human"]
    assert payloads(second) == ["/human", "/deny"]
    assert yes.handoff == Handoff("not_understood", 2)


@pytest.mark.parametrize(
    ("language", "title", "said"),
    [("en", "Health information", "What would you like to know?"), ("es", "Información de salud", "¿Qué le gustaría")],
)
async def test_health_information_asks_which(assistant: Assistant, turn, language: str, title: str, said: str) -> None:
    """The button names no topic yet: there is nothing to look up, and nothing that the library lacks."""
    reply = await assistant.turn(turn(press=Press("education", {}, title), language=language))
    assert said in words(reply)
    assert not payloads(reply)


async def test_understanding_something_in_between_starts_the_count_anew(assistant: Assistant, turn) -> None:
    """Only two in a row are too many."""
    one, other = await unclear(assistant, turn)
    await assistant.turn(turn(one))
    await assistant.turn(turn("hello"))
    assert "/deny" not in payloads(await assistant.turn(turn(other)))


async def test_a_press_is_taken_as_what_it_means(assistant: Assistant, turn) -> None:
    """Its title is what stands in the conversation, its meaning is not guessed from it."""
    reply = await assistant.turn(turn(press=Press("human", {}, "I like pizza")))
    assert reply.handoff
    assert reply.intent == {"name": "human", "confidence": 1.0}


@pytest.mark.parametrize("intent", ["restart", "back", "session_start", "no_such_intent"])
async def test_a_press_of_a_command_is_refused(assistant: Assistant, turn, intent: str) -> None:
    """Rasa's own commands and unknown intents are no meaning of a button."""
    with pytest.raises(AssistantRefused, match=r"press\.intent"):
        await assistant.turn(turn(press=Press(intent, {}, "x")))


@pytest.mark.parametrize("text", ["/restart", " /restart", "//restart", "/ /restart", '/human{"service_type":"x"}@1.0'])
async def test_a_slash_is_only_a_character(assistant: Assistant, turn, text: str) -> None:
    """What a patient types is never a command: nothing is restarted, no certainty and no entity is forged."""
    before = await assistant.turn(turn("hello"))
    reply = await assistant.turn(turn(text))
    assert reply.events > before.events
    assert reply.intent["name"] not in ("restart", "back", "session_start")
    assert reply.intent["confidence"] < 1.0
    assert "I am a bot, not a person" not in words(reply)


async def test_a_new_session_knows_only_what_is_carried_over(assistant: Assistant, turn) -> None:
    """Slots do not pile up from session to session."""
    await assistant.turn(turn("hello", language="es"))
    moved = await assistant.turn(turn("hello", session=2, carry={"introduced": True, "topic": "asthma", "bogus": 1}))
    assert moved.language == "en"
    assert moved.events < 20


async def test_the_language_is_switched_and_told(assistant: Assistant, turn) -> None:
    """The answer to the switch is in the new language, and the gateway learns it."""
    reply = await assistant.turn(turn("can we talk in spanish please"))
    back = await assistant.turn(turn("no hablo español, en inglés por favor", language="es"))
    assert reply.language == "es"
    assert "español" in words(reply)
    assert back.language == "en"


async def test_the_bot_is_back_after_staff(assistant: Assistant, turn) -> None:
    """When staff give the conversation back the bot says so."""
    reply = await assistant.turn(turn(press=Press("EXTERNAL_returned_from_staff", {}, "returned")))
    assert "assistant is back" in words(reply)


@pytest.mark.parametrize(
    ("name", "body", "token", "status"),
    [
        ("no token", None, "", 401),
        ("wrong token", None, "Bearer x", 401),
        ("no JSON", b"{", None, 400),
        ("no object", b"[]", None, 400),
        ("nothing in it", b"{}", None, 400),
        ("press without meaning", {"press": {"title": "x"}}, None, 400),
        ("text too long", {"text": "x" * 20_001}, None, 400),
        ("session no number", {"session": "1"}, None, 400),
        ("events no number", {"events": -1}, None, 400),
    ],
)
async def test_a_wrong_call_is_refused_without_an_echo(running, turn, name, body, token, status) -> None:
    """No stack and no word of the body comes back."""
    whole = turn_to_json(turn("ZQXSENTINEL"))
    data = body if isinstance(body, bytes) else json.dumps(whole | (body or {}))
    headers = {"Authorization": f"Bearer {running.settings.internal_token}" if token is None else token}
    async with (
        aiohttp.ClientSession() as session,
        session.post(running.settings.rasa_url + TURN_PATH, data=data, headers=headers) as response,
    ):
        answer = await response.text()
    assert response.status == status, name
    assert set(json.loads(answer)) <= {"error", "reason"}
    assert "ZQX" not in answer


async def test_only_our_channel_is_open(running) -> None:
    """No `rest` webhook and no HTTP API: they check no secret."""
    closed = ("/webhooks/rest/", "/domain", "/conversations/x/tracker")
    async with aiohttp.ClientSession() as session:
        for path, status in ((READY_PATH, 200), *((path, 404) for path in closed)):
            async with session.get(running.settings.rasa_url + path) as response:
                assert response.status == status, path
