"""Looking for openings: as wished, then without the limits that leave none."""

from datetime import date, timedelta

from actions.booking_turn import Turn
from frontdoor.booking import openings as choosing
from frontdoor.booking.when import Window
from frontdoor.scheduling.model import Opening, Wanted

HORIZON_DAYS = 60
DAYS_LOOKED_AT, DAYS_OFFERED = 14, 5
PER_DAY, AT_ONCE = 24, 60


async def look(turn: Turn) -> tuple[str, list[Opening]]:
    """Return what to say and the openings: as wished, or without the limits that leave none."""
    visit = turn.visit
    if found := await _search(turn, visit.wanted):
        near = choosing.is_near(found, visit.wanted, turn.zone)
        return "utter_visit_offer" if near else "utter_visit_offer_near", found
    if visit.avoided:
        visit.avoided, visit.shown, visit.passed = [], [], []
        if found := await _search(turn, visit.wanted):
            return "utter_visit_no_other_clinician", found
    if visit.shown:
        visit.shown, visit.passed = [], []
        if found := await _search(turn, visit.wanted):
            return "utter_visit_no_more", found
    return "utter_visit_offer_next", await _search(turn, _later(turn, visit.wanted))


async def _search(turn: Turn, window: Window | None) -> list[Opening]:
    """Find openings in *window*, spread over its days; Spanish speakers get clinicians who speak it when there are."""
    if window is None:
        return []
    languages = ["es", None] if turn.language == "es" else [None]
    for language in languages:
        found = await _found(turn, window, language)
        if found:
            return choosing.spread(found, window, turn.zone)
    return []


async def _found(turn: Turn, window: Window, language: str | None) -> list[Opening]:
    if window.asap or window.first == window.last:
        return await _query(turn, window, language, AT_ONCE)
    found: list[Opening] = []
    fruitful = looked = 0
    for ahead in range((window.last - window.first).days + 1):
        day = window.first + timedelta(days=ahead)
        if window.weekdays is not None and day.weekday() not in window.weekdays:
            continue
        here = await _query(turn, Window(day, day, None, window.earliest, window.latest), language, PER_DAY)
        found, fruitful, looked = found + here, fruitful + bool(here), looked + 1
        if fruitful == DAYS_OFFERED or looked == DAYS_LOOKED_AT:
            break
    return found


async def _query(turn: Turn, window: Window, language: str | None, limit: int) -> list[Opening]:
    visit = turn.visit
    start, end = window.span(turn.zone)
    wanted = Wanted(
        visit.service_type,
        max(start, turn.now),
        end,
        state=visit.state or None,
        language=language,
        not_practitioner_id=visit.avoided[0] if len(visit.avoided) == 1 else None,
        local_from=window.earliest,
        local_to=window.latest,
        time_zone=turn.zone.key,
        exclude_opening_ids=frozenset(visit.shown),
    )
    found = await turn.call(turn.scheduling.find_openings, wanted, limit=limit)
    return [
        one
        for one in found
        if window.allows(one.start, turn.zone)
        and one.practitioner_id not in visit.avoided
        and one.start.isoformat() not in visit.passed
    ]


def _later(turn: Turn, window: Window | None) -> Window:
    """Return a window for the next openings after a wish that cannot be met."""
    today = turn.now.astimezone(turn.zone).date()
    first = min(max(window.first, today), horizon(turn)) if window else today
    return Window(first, max(horizon(turn), first), asap=True)


def horizon(turn: Turn) -> date:
    return turn.now.astimezone(turn.zone).date() + timedelta(days=HORIZON_DAYS)
