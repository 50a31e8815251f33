"""Questions about the clinic, answered from the clinic file."""

import re
from datetime import date, datetime, timedelta, timezone
from typing import Any

from rapidfuzz import fuzz, utils
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Events, SafeAction, clinic, language_of, text_of, wording
from actions.times import clock, moment, weekday
from frontdoor.booking.kinds import read_kind
from frontdoor.booking.states import state_name
from frontdoor.booking.when import Choice, Window, read
from frontdoor.booking.wording import day_full
from frontdoor.clinic import Service, Span

SAME_NAME = 88  # of 100: how much of an insurer's or a service's name a text must hold
SHORTEST_NAME_CHARS = 4
HOLIDAYS_AHEAD = timedelta(days=31)  # holidays this near are listed with the week's hours
# Names that patients ask for; one that the clinic's file lists is taken, the others are not.
OTHER_INSURERS = ("Kaiser", "Medicaid", "Medi-Cal", "Tricare", "Oscar Health", "Molina", "Ambetter", "WellCare",
                  "Fidelis", "Healthfirst", "EmblemHealth", "Centene", "Harvard Pilgrim", "Geisinger")  # fmt: skip


_WHERE = re.compile(r"\b(?:where|located|location|address|d[oó]nde|ubica\w*|direcci[oó]n)\b", re.IGNORECASE)


class ActionGivePrices(SafeAction):
    """Answer what was asked: one insurer, the price of one kind of visit, or all prices."""

    def name(self) -> str:
        return "action_give_prices"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        language, text = language_of(tracker), text_of(tracker)
        taken = [name for name in clinic().insurers if _names(name, text)]
        others = [name for name in OTHER_INSURERS if name not in clinic().insurers and _names(name, text)]
        service = clinic().service(read_kind(text, clinic())) or _service_in(text, language)
        facts = {"insurers": ", ".join(clinic().insurers), "self_pay": clinic().text("self_pay", language)}
        if others:
            dispatcher.utter_message(response="utter_insurer_not_listed", insurer=", ".join(others), **facts)
        elif taken:
            dispatcher.utter_message(response="utter_insurer_taken", insurer=", ".join(taken))
        elif service:
            one = {"service": service.name(language), "minutes": service.minutes, "price": service.price_usd}
            dispatcher.utter_message(response="utter_one_price", **one, **facts)
        else:
            prices = "\n".join(f"• {each.name(language)}: ${each.price_usd}" for each in clinic().services)
            dispatcher.utter_message(response="utter_prices", prices=prices, **facts)
        return []


class ActionGiveOpeningHours(SafeAction):
    """Say whether somebody is there now, or on the day that was asked about, and the week's hours; or where we are."""

    def name(self) -> str:
        return "action_give_opening_hours"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        language = language_of(tracker)
        if _WHERE.search(text_of(tracker)):
            places = ", ".join(state_name(code) for code in clinic().states)
            dispatcher.utter_message(response="utter_where", address=clinic().text("address", language), states=places)
            return []
        here = datetime.now(clinic().time_zone)
        lines = [*_week(language), *_holidays(here.date(), language)]
        hours = "\n".join(f"• {days}: {spans}" for days, spans in lines)
        zone = here.tzname()
        day = asked_day(text_of(tracker), here, language)
        now = _day_words(day, language) if day and day != here.date() else _now_words(language)
        dispatcher.utter_message(response="utter_opening_hours", now=now, hours=hours, time_zone=zone)
        return []


class ActionGiveRefills(SafeAction):
    """Say how a medicine is refilled."""

    def name(self) -> str:
        return "action_give_refills"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        dispatcher.utter_message(response="utter_refills", refills=clinic().text("refills", language_of(tracker)))
        return []


class ActionGiveTestResults(SafeAction):
    """Say where test results are."""

    def name(self) -> str:
        return "action_give_test_results"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        where = clinic().text("test_results", language_of(tracker))
        dispatcher.utter_message(response="utter_test_results", test_results=where, portal=clinic().portal)
        return []


def _names(name: str, text: str) -> bool:
    """Tell whether *text* holds *name*, give or take a typing error."""
    if len(text) < SHORTEST_NAME_CHARS:
        return False
    return fuzz.partial_ratio(name, text, processor=utils.default_process) >= SAME_NAME


def _service_in(text: str, language: str) -> Service | None:
    named = (each for each in clinic().services if _names(each.name(language), text) or _names(each.name("en"), text))
    return next(named, None)


def _now_words(language: str) -> str:
    now = datetime.now(timezone.utc)
    if clinic().is_open(now):
        return wording().text("utter_open_now", language)
    opens = clinic().next_opening(now)
    if opens is None:
        return wording().text("utter_closed_long", language)
    return wording().text("utter_closed_now", language, opens=moment(opens, language))


def asked_day(text: str, now: datetime, language: str) -> date | None:
    """Return the one day that a question about hours names, by its holiday or its date; None when it names none."""
    today = now.date()
    for day, names in sorted(clinic().holidays.items()):
        if day >= today and any(_names(_HOLIDAY_WORDS.sub("", name), text) for name in names.values()):
            return day
    found = read(text, now, clinic().time_zone, language)
    window = found.options[0] if isinstance(found, Choice) else found
    return window.first if isinstance(window, Window) and window.first == window.last else None


_HOLIDAY_WORDS = re.compile(r" Day\b|^D[ií]a de (?:la |los |las )?|\s*\(.*\)")


def _day_words(day: date, language: str) -> str:
    """Say "On Friday, December 25, 2026 (Christmas Day) we are closed." or the hours of that day."""
    holiday = clinic().holidays.get(day)
    named = day_full(day, language) + (f" ({holiday[language]})" if holiday else "")
    spans = clinic().open_spans(day)
    name = "utter_open_that_day" if spans else "utter_closed_that_day"
    return wording().text(name, language, day=named, hours=_spans(spans, language))


def _holidays(today: date, language: str) -> list[tuple[str, str]]:
    near = sorted(day for day in clinic().holidays if today <= day <= today + HOLIDAYS_AHEAD)
    closed = wording().text("utter_closed_day", language)
    titles = (f"{day_full(day, language)} ({clinic().holidays[day][language]})" for day in near)
    return [(title[0].upper() + title[1:], closed) for title in titles]


def _week(language: str) -> list[tuple[str, str]]:
    """Return the week with days of the same hours taken together: ("Monday – Thursday", "8:00 AM – 8:00 PM")."""
    groups: list[tuple[int, int, tuple[Span, ...]]] = []
    for day, spans in enumerate(clinic().hours):
        if groups and groups[-1][2] == spans:
            groups[-1] = (groups[-1][0], day, spans)
        else:
            groups.append((day, day, spans))
    return [(_days(first, last, language), _spans(spans, language)) for first, last, spans in groups]


def _days(first: int, last: int, language: str) -> str:
    names = weekday(first, language) if first == last else f"{weekday(first, language)} – {weekday(last, language)}"
    return names[0].upper() + names[1:]


def _spans(spans: tuple[Span, ...], language: str) -> str:
    if not spans:
        return wording().text("utter_closed_day", language)
    return ", ".join(f"{clock(start, language)} – {clock(end, language)}" for start, end in spans)
