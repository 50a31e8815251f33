"""Health questions and mild complaints: what the library says, with its source and date, and never more."""

import asyncio
import json
import logging
from datetime import date, datetime, timezone
from typing import Any

import asyncpg
from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Events, SafeAction, language_of, previous_text, settings, text_of, wording
from frontdoor.booking.wording import dated
from frontdoor.database import embedded, pool
from frontdoor.education.answers import Answer, Answers, Outcome, elsewhere
from frontdoor.education.article import LANGUAGES, Article
from frontdoor.education.offers import NONE_OF_THESE, chosen
from frontdoor.education.opinions import asked_about, typed_opinion
from frontdoor.education.ready import Education, ready
from frontdoor.education.store import HELPFUL, REASONS, EducationStore

READ_MORE = "all"  # the `section` of the button that asks for the whole article
MOST_BESIDE_A_VISIT = 2  # articles that may fit, under the offer of a visit to who feels unwell

log = logging.getLogger(__name__)


class ActionAnswerEducation(SafeAction):
    """Answer a health question from the library: the section that was asked for, or a question back, or nothing."""

    def name(self) -> str:
        return "action_answer_education"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        language, today = language_of(tracker), _today()
        education = await asyncio.to_thread(ready, settings())
        pressed = _pressed(tracker)
        opinion = None if pressed else typed_opinion(text_of(tracker))
        if opinion and (about := asked_about(_last_buttons(tracker))):
            pressed = about | {"helpful": opinion}
        if "helpful" in pressed:
            return await _take_opinion(dispatcher, language, pressed)
        if pressed.get("topic") == NONE_OF_THESE:
            return _nothing(dispatcher, language, None)
        if "topic" in pressed:
            return _answer_button(dispatcher, education.answers[language], pressed, today)
        if text_of(tracker) in _names_of_it():  # "Health information", pressed: which is not said yet
            dispatcher.utter_message(response="utter_ask_health_question")
            return []
        before, offered = tracker.get_slot("topic"), tracker.get_slot("offered_topics") or ()
        if meant := chosen(text_of(tracker), offered):
            return _take_choice(dispatcher, education.answers[language], tracker, meant, today)
        outcome = education.answers[language].to(text_of(tracker), today, before, offered)
        if outcome.answer:
            return _say(dispatcher, outcome.answer)
        await _note_gap(education, language, text_of(tracker))
        if outcome.offered:
            return _offer(dispatcher, outcome, language)
        return _nothing(dispatcher, language, outcome.found.lacking)


class ActionAnswerSymptom(SafeAction):
    """Someone feels unwell, not in danger: no diagnosis; what may help, what to watch for, and a visit."""

    def name(self) -> str:
        return "action_answer_symptom"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        language, today = language_of(tracker), _today()
        education = await asyncio.to_thread(ready, settings())
        outcome = education.answers[language].to(text_of(tracker), today)
        topic = outcome.found.topic
        answer = education.answers[language].about(topic, "home", today) if topic else None
        if answer is None and outcome.found.only_lacking:  # "tinnitus" says of nobody that they feel unwell
            await _note_gap(education, language, text_of(tracker))
            return _nothing(dispatcher, language, outcome.found.lacking)
        if answer is None:
            articles = [_article(article) for article in outcome.offered[:MOST_BESIDE_A_VISIT]]
            buttons = [_book(language), *articles, _person(language)]
            dispatcher.utter_message(response="utter_symptom", buttons=buttons)
            return []
        _say_article(dispatcher, answer, "utter_symptom_article", buttons=[])
        warning = answer.article.sections["emergency"]
        buttons = [_book(language), _read_more(answer), _person(language)]
        dispatcher.utter_message(response="utter_symptom_watch", warning=warning, buttons=buttons)
        return _spoken_of(answer)


def _last_buttons(tracker: Tracker) -> list[dict[str, str]]:
    said = next((event for event in reversed(tracker.events) if event["event"] == "bot"), None)
    return ((said or {}).get("data") or {}).get("buttons") or []


def _answer_button(dispatcher: CollectingDispatcher, answers: Answers, pressed: dict[str, str], today: date) -> Events:
    section = pressed.get("section")
    answer = answers.about(pressed["topic"], section, today)
    if answer is None:  # its review fell due since the button was offered
        return _nothing(dispatcher, answers.language, None)
    if section != READ_MORE:
        return _say(dispatcher, answer)
    link = f"{settings().public_url}/library/{answer.article.path}"
    dispatcher.utter_message(response="utter_read_more", title=answer.article.title, link=link)
    return _spoken_of(answer)


def _take_choice(
    dispatcher: CollectingDispatcher, answers: Answers, tracker: Tracker, topic: str, today: date
) -> Events:
    """Answer what was asked before the articles were offered, about the one that was named by its place."""
    answer = answers.on(topic, previous_text(tracker), today)
    return _say(dispatcher, answer) if answer else _nothing(dispatcher, answers.language, None)


def _say(dispatcher: CollectingDispatcher, answer: Answer) -> Events:
    language, topic = answer.article.language, answer.article.topic
    if answer.nothing_on:
        buttons = [_book(language), _person(language), _read_more(answer)]
        _say_article(dispatcher, answer, f"utter_article_without_{answer.nothing_on}", buttons)
        return _spoken_of(answer)
    opinions = [
        _button(f"utter_choice_helpful_{helpful}", language, topic=topic, section=answer.section, helpful=helpful)
        for helpful in HELPFUL
    ]
    _say_article(dispatcher, answer, "utter_article", [_read_more(answer), _book(language), *opinions])
    return _spoken_of(answer)


def _spoken_of(answer: Answer) -> Events:
    return [SlotSet("topic", answer.article.topic), SlotSet("offered_topics", None)]


def _say_article(
    dispatcher: CollectingDispatcher, answer: Answer, response: str, buttons: list[dict[str, str]]
) -> None:
    article = answer.article
    reviewed = "reviewed" if article.clinically_reviewed else "unreviewed"
    source = wording().text(
        f"utter_article_{reviewed}",
        article.language,
        publisher=article.sources[0].publisher,
        date=dated(article.last_reviewed, article.language),
    )
    dispatcher.utter_message(response=response, title=article.title, answer=answer.text, source=source, buttons=buttons)


def _offer(dispatcher: CollectingDispatcher, outcome: Outcome, language: str) -> Events:
    section = {"section": outcome.section} if outcome.section else {}
    buttons = [
        {"title": article.title, "payload": _payload(topic=article.topic, **section)} for article in outcome.offered
    ]
    buttons.append(_button("utter_choice_none_of_these", language, topic=NONE_OF_THESE))
    dispatcher.utter_message(response="utter_is_it_about", buttons=buttons)
    return [SlotSet("topic", None), SlotSet("offered_topics", [article.topic for article in outcome.offered])]


def _nothing(dispatcher: CollectingDispatcher, language: str, lacking: str | None) -> Events:
    buttons = [_person(language), _book(language)]
    dispatcher.utter_message(response="utter_nothing_on_that", link=elsewhere(lacking, language), buttons=buttons)
    return [SlotSet("offered_topics", None)]


async def _take_opinion(dispatcher: CollectingDispatcher, language: str, pressed: dict[str, str]) -> Events:
    topic, section = pressed.get("topic", ""), pressed.get("section", "")
    store, today = await _store(), _today()
    if pressed.get("why") in REASONS:
        if store:
            await store.why(language, topic, section, pressed["why"], today)
        dispatcher.utter_message(response="utter_thanks_for_reason", buttons=[_person(language), _book(language)])
        return []
    if store and pressed["helpful"] in HELPFUL:
        await store.rate(language, topic, section, pressed["helpful"], today)
    if pressed["helpful"] == "yes":
        dispatcher.utter_message(response="utter_glad_it_helped")
        return []
    about = {"topic": topic, "section": section, "helpful": "no"}
    reasons = [_button(f"utter_choice_why_{why}", language, **about, why=why) for why in REASONS]
    dispatcher.utter_message(response="utter_why_not_helpful", buttons=reasons)
    return []


async def _note_gap(education: Education, language: str, message: str) -> None:
    gap = education.vocabulary[language].gap(message)
    store = await _store() if gap else None
    if gap and store:
        try:
            await store.miss(language, gap, _today())
        except (OSError, asyncpg.PostgresError) as error:
            log.warning("an unanswered question was not counted: %s", type(error).__name__)


_stores: dict[int, EducationStore] = {}  # by event loop: a pool belongs to one


async def _store() -> EducationStore | None:
    """Return the store; None while the database is away: an answer does not wait for a count."""
    loop = id(asyncio.get_running_loop())
    if loop not in _stores:
        given = settings()
        address = given.database_url or embedded.url(embedded.directory(given.data_dir))
        try:
            _stores[loop] = EducationStore(await pool.connect(address, least=0, most=2))
        except (OSError, asyncpg.PostgresError) as error:
            log.warning("no database for education's counts: %s", type(error).__name__)
            return None
    return _stores[loop]


def _pressed(tracker: Tracker) -> dict[str, str]:
    """Return what the pressed button carries: topic, section, helpful, why."""
    entities = tracker.latest_message.get("entities") or []
    return {found["entity"]: str(found["value"]) for found in entities if found["entity"] in ENTITIES}


ENTITIES = frozenset({"topic", "section", "helpful", "why"})


def _button(response: str, language: str, **entities: str) -> dict[str, str]:
    return {"title": wording().text(response, language), "payload": _payload(**entities)}


def _payload(**entities: str) -> str:
    return f"/education{json.dumps(entities)}"


def _read_more(answer: Answer) -> dict[str, str]:
    article = answer.article
    return _button("utter_choice_read_more", article.language, topic=article.topic, section=READ_MORE)


def _names_of_it() -> frozenset[str]:
    return frozenset(wording().text("utter_choice_education", language) for language in LANGUAGES)


def _article(article: Article) -> dict[str, str]:
    title = wording().text("utter_choice_article", article.language, title=article.title)
    return {"title": title, "payload": _payload(topic=article.topic, section="home")}


def _book(language: str) -> dict[str, str]:
    return {"title": wording().text("utter_choice_book_visit", language), "payload": "/book_visit"}


def _person(language: str) -> dict[str, str]:
    return {"title": wording().text("utter_choice_human", language), "payload": "/human"}


def _today() -> date:
    return datetime.now(timezone.utc).date()
