"""What the assistant says about health, through the real actions on the real library and PostgreSQL."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import base, education
from frontdoor.database import pool
from frontdoor.settings import Settings

Said = list[dict[str, Any]]


@pytest.fixture
async def house(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Settings]:
    """Actions with the settings of this test."""
    monkeypatch.setattr(base, "settings", lambda: settings)
    monkeypatch.setattr(education, "settings", lambda: settings)
    education._stores.clear()
    yield settings
    for store in education._stores.values():
        await store._pool.close()
    education._stores.clear()


async def turn(
    action: base.SafeAction, text: str, slots: dict[str, Any] | None = None, said_before: str = ""
) -> tuple[Said, Said]:
    """Say *text* (or press /intent{…}) and return (messages, events)."""
    entities = []
    if text.startswith("/"):
        entities = [{"entity": name, "value": value} for name, value in json.loads(text[text.index("{") :]).items()]
    message = {"text": text, "intent": {"name": "education"}, "entities": entities}
    said = [{"event": "user", "text": before} for before in (said_before, text)]
    tracker = Tracker("c.1", slots or {}, message, said, False, None, {}, "action_listen")
    dispatcher = CollectingDispatcher()
    events = await action.run(dispatcher, tracker, {})
    return dispatcher.messages, events


async def test_an_answer_names_its_source_and_that_no_clinician_has_read_it(house: Settings) -> None:
    """Short, with its date and what to do next."""
    (said,), events = await turn(education.ActionAnswerEducation(), "how long does the flu last", {"language": "en"})
    assert said["response"] == "utter_article"
    assert said["title"] == "Flu"
    assert "three to five days" in said["answer"]
    assert len(said["answer"]) <= 600
    assert "MedlinePlus" in said["source"]
    assert "November 23, 2026" in said["source"]
    assert "no clinician has read it yet" in said["source"]
    assert [button["title"] for button in said["buttons"]] == [
        "Read more", "Book a visit", "Yes, it helped", "Not really",
    ]  # fmt: skip
    assert events[0]["value"] == "flu"


async def test_a_follow_up_is_answered_in_context(house: Settings) -> None:
    """The topic before is in the slot."""
    (said,), _ = await turn(education.ActionAnswerEducation(), "¿y en niños?", {"language": "es", "topic": "flu"})
    assert said["title"] == "Gripe (influenza)"
    assert said["answer"].startswith("Llame siempre si un bebé")


async def test_who_asks_about_children_hears_that_the_article_does_not(house: Settings) -> None:
    """Briefly, with what matters most, and a visit or a person first."""
    (said,), events = await turn(
        education.ActionAnswerEducation(), "¿y para niños?", {"language": "es", "topic": "stroke"}
    )
    assert said["response"] == "utter_article_without_children"
    assert [button["payload"] for button in said["buttons"][:2]] == ["/book_visit", "/human"]
    assert said["answer"]
    assert events[0]["value"] == "stroke"


async def test_what_was_offered_is_remembered_until_one_is_spoken_of(house: Settings) -> None:
    """ "How long does it last?" after "is it about one of these?" offers the same three for that section."""
    action = education.ActionAnswerEducation()
    slots = {"language": "en", "offered_topics": ["asthma", "copd"]}
    (asked,), events = await turn(action, "and how long does it last?", slots)
    assert asked["response"] == "utter_is_it_about"
    assert '"section": "duration"' in asked["buttons"][0]["payload"]
    assert {event["name"]: event["value"] for event in events} == {"topic": None, "offered_topics": ["asthma", "copd"]}
    _, events = await turn(action, asked["buttons"][0]["payload"], slots)
    assert {event["name"]: event["value"] for event in events} == {"topic": "asthma", "offered_topics": None}


@pytest.mark.parametrize(
    ("language", "first", "meant"), [("en", "how long does it last", "the second one"), ("es", "cuánto dura", "el 2")]
)
async def test_what_was_offered_may_be_named_by_its_place(
    house: Settings, language: str, first: str, meant: str
) -> None:
    """The question that was asked before is answered about that one."""
    slots = {"language": language, "offered_topics": ["common_cold", "flu"]}
    (said,), events = await turn(education.ActionAnswerEducation(), meant, slots, said_before=first)
    assert said["title"].startswith("Flu" if language == "en" else "Gripe")
    assert "three to five days" in said["answer"] or "de tres a cinco días" in said["answer"]
    assert {event["name"]: event["value"] for event in events} == {"topic": "flu", "offered_topics": None}


async def test_none_of_what_was_offered_may_be_written(house: Settings) -> None:
    """As its button."""
    slots = {"language": "es", "offered_topics": ["common_cold", "flu"]}
    (said,), _ = await turn(education.ActionAnswerEducation(), "ninguno de esos", slots)
    assert said["response"] == "utter_nothing_on_that"


async def test_read_more_gives_the_page_at_the_public_address(house: Settings) -> None:
    """The gateway serves it there."""
    (said,), _ = await turn(education.ActionAnswerEducation(), '/education{"topic": "flu", "section": "all"}')
    assert said["link"] == f"{house.public_url}/library/en/flu"


async def test_what_is_not_there_is_said_and_counted_without_a_name(house: Settings, database_url: str) -> None:
    """A link, a person, and a row for the editors."""
    (said,), _ = await turn(education.ActionAnswerEducation(), "i am Xiomara Quezada, what is lupus?")
    assert said["response"] == "utter_nothing_on_that"
    assert said["link"].endswith("query=lupus")
    assert [button["payload"] for button in said["buttons"]] == ["/human", "/book_visit"]
    connection = await pool.connect(database_url, most=1)
    kept = await connection.fetchval("SELECT text FROM education.gap")
    await connection.close()
    assert "lupus" in kept
    assert "xiomara" not in kept


async def test_an_opinion_and_its_reason_are_counted(house: Settings, database_url: str) -> None:
    """No, why, and thanks with a way on."""
    action = education.ActionAnswerEducation()
    (asked,), _ = await turn(action, '/education{"topic": "flu", "section": "home", "helpful": "no"}')
    assert asked["response"] == "utter_why_not_helpful"
    assert len(asked["buttons"]) == 3
    (thanked,), _ = await turn(action, asked["buttons"][1]["payload"])
    assert thanked["response"] == "utter_thanks_for_reason"
    (glad,), _ = await turn(action, '/education{"topic": "flu", "section": "home", "helpful": "yes"}')
    assert glad["response"] == "utter_glad_it_helped"
    connection = await pool.connect(database_url, most=1)
    rows = await connection.fetch("SELECT helpful, times FROM education.feedback ORDER BY helpful")
    reason = await connection.fetchval("SELECT reason FROM education.reason")
    await connection.close()
    assert [tuple(row) for row in rows] == [(False, 1), (True, 1)]
    assert reason == "hard"


@pytest.mark.parametrize(
    ("pressed", "topic"), [({"topic": "flu", "section": "home", "helpful": "no"}, "flu"), ({}, "asthma")]
)
async def test_an_older_button_is_about_its_own_answer(
    house: Settings, database_url: str, pressed: dict[str, str], topic: str
) -> None:
    """Pressed, its title stands in the message; only what is typed is about the answer shown last."""
    newest = {"payload": '/education{"topic": "asthma", "section": "what", "helpful": "no"}', "title": "Not really"}
    entities = [{"entity": name, "value": value} for name, value in pressed.items()]
    message = {"text": "Not really", "intent": {"name": "education"}, "entities": entities}
    events = [{"event": "bot", "text": "Asthma", "data": {"buttons": [newest]}}]
    tracker = Tracker("c.1", {"language": "en"}, message, events, False, None, {}, "action_listen")
    dispatcher = CollectingDispatcher()
    await education.ActionAnswerEducation().run(dispatcher, tracker, {})
    assert dispatcher.messages[0]["response"] == "utter_why_not_helpful"
    connection = await pool.connect(database_url, most=1)
    counted = await connection.fetch("SELECT topic FROM education.feedback")
    await connection.close()
    assert [row["topic"] for row in counted] == [topic]


async def test_an_answer_does_not_wait_for_the_database(house: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """With PostgreSQL away the patient is answered all the same."""
    from dataclasses import replace

    gone = replace(house, database_url="postgresql://nobody@127.0.0.1:1/none")
    monkeypatch.setattr(education, "settings", lambda: gone)
    (said,), _ = await turn(education.ActionAnswerEducation(), "what is lupus")
    assert said["response"] == "utter_nothing_on_that"


@pytest.mark.parametrize(
    ("language", "text"), [("en", "my throat hurts when i swallow"), ("es", "me duele la garganta")]
)
async def test_who_feels_unwell_hears_no_diagnosis(house: Settings, language: str, text: str) -> None:
    """What may help, what to watch for, and a visit."""
    (first, second), _ = await turn(education.ActionAnswerSymptom(), text, {"language": language})
    assert first["response"] == "utter_symptom_article"
    assert second["response"] == "utter_symptom_watch"
    assert "911" in second["warning"]
    assert second["buttons"][0]["payload"] == "/book_visit"


async def test_who_feels_unwell_in_a_way_without_an_article_is_offered_a_visit(house: Settings) -> None:
    """Nothing is guessed."""
    (said,), _ = await turn(education.ActionAnswerSymptom(), "my left pinky looks funny")
    assert said["response"] == "utter_symptom"
    assert said["buttons"][0]["payload"] == "/book_visit"


@pytest.mark.parametrize(("language", "text"), [("en", "tinnitus"), ("es", "várices")])
async def test_the_bare_name_of_what_we_lack_is_a_question(house: Settings, language: str, text: str) -> None:
    """Nobody said that they feel unwell."""
    (said,), _ = await turn(education.ActionAnswerSymptom(), text, {"language": language})
    assert said["response"] == "utter_nothing_on_that"
    assert "query=" in said["link"]


async def test_who_feels_unwell_may_read_what_could_fit(house: Settings) -> None:
    """An article that is not sure enough to be said is offered beside the visit, by its title and as an article."""
    (said,), _ = await turn(education.ActionAnswerSymptom(), "feeling stressed")
    assert said["response"] == "utter_symptom"
    titles = [button["title"] for button in said["buttons"]]
    assert titles[0] == "Book a visit"
    assert "Article: Anxiety" in " ".join(titles)
    assert len(titles) <= 2 + education.MOST_BESIDE_A_VISIT


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("response", ["utter_article", "utter_symptom_article"])
def test_a_list_begins_on_a_line_of_its_own(response: str, language: str) -> None:
    """ "Flu: - Rest" cannot be read."""
    said = base.wording().text(response, language, title="Flu", answer="- Rest.\n- Drink.", source="Source: X.")
    assert "\n- Rest.\n- Drink.\n" in said
