"""What a booking message names: the kind of visit, days, parts of a day, times, the state, who is who.

The readers are those of the booking form (`frontdoor.booking`), so that NLU and form never disagree; the form reads the
text itself. Here the same is told to whoever looks at NLU: `frontdoor understand`, `rasa shell nlu`, `rasa test`.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timezone
from functools import lru_cache
from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_NAME_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from frontdoor import clinic, language, settings
from frontdoor.assistant.components import Stateless
from frontdoor.booking.kinds import read_kind
from frontdoor.booking.people import read_relationship, read_who
from frontdoor.booking.states import read_state
from frontdoor.booking.when_days import Days, read_days
from frontdoor.booking.when_hours import PARTS, Hours, read_hours
from frontdoor.booking.when_words import canonical

NAME = "BookingEntities"
# Elsewhere "my rash", "for 3 days" and "103" are no visit's kind, day or time.
OF_INTENTS = frozenset(
    {"book_visit", "reschedule", "cancel", "list_appointments", "join_visit", "inform", "affirm", "deny", "human"}
)
_LONGEST_CHARS = 300
_TWO_LETTERS = re.compile(r"\s*[a-z]{2}[\s.!]*")  # "ok" and "hi" are answers before they are states
_PART = re.compile(r"\b(morning|noon|afternoon|evening|tonight|after_work|after_school|before_work)\b")
_WORD = re.compile(r"[^\W_](?:\S*[^\W_])?")
Reader = Callable[[str], str | None]
_canonical = lru_cache(maxsize=256)(canonical)  # several readers look at the same words


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class BookingEntities(Stateless):
    """Adds `service`, `date`, `day_part`, `time`, `state` and `relation` to messages about visits."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "BookingEntities":
        return cls(clinic.load(settings.load().clinic_file))

    def __init__(self, facts: clinic.Clinic) -> None:
        self._clinic = facts

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text, intent = message.get(TEXT) or "", (message.get(INTENT) or {}).get(INTENT_NAME_KEY)
            if intent in OF_INTENTS and not text.startswith("/"):
                found = [*(message.get(ENTITIES) or []), *self.entities(text, datetime.now(timezone.utc))]
                message.set(ENTITIES, found, add_to_output=True)
        return messages

    def entities(self, text: str, now: datetime) -> list[dict[str, Any]]:
        """Return what *text* names, days counted from the instant *now* in the clinic's zone."""
        if len(text) > _LONGEST_CHARS:
            return []
        today = now.astimezone(self._clinic.time_zone).date()
        day_first = language.detect(text) == language.SPANISH
        readers: dict[str, tuple[Reader, ...]] = {
            "service": (lambda words: read_kind(words, self._clinic),),
            "date": (lambda words: _day(words, today, day_first=day_first),),
            "day_part": (_part,),
            "time": (lambda words: _time(words, today, day_first=day_first),),
            "state": (_state,),
            "relation": (read_who, read_relationship),
        }
        return list(_found(text, readers))


def _found(text: str, readers: dict[str, tuple[Reader, ...]]) -> Iterator[dict[str, Any]]:
    for name, several in readers.items():
        for read in several:
            if (value := read(text)) is not None:
                start, end = _span(text, value, read)
                yield {"entity": name, "value": value, "start": start, "end": end, "extractor": NAME}


def _span(text: str, value: str, read: Reader) -> tuple[int, int]:
    """Return where in *text* the fewest words stand that still say *value*."""
    words = [(word.start(), word.end()) for word in _WORD.finditer(text)]
    first = _last_that_holds(len(words), lambda at: read(text[words[at][0] : words[-1][1]]) == value)
    words = words[first:]
    cut = _last_that_holds(len(words), lambda at: read(text[words[0][0] : words[-1 - at][1]]) == value)
    return words[0][0], words[-1 - cut][1]


def _last_that_holds(size: int, holds: Callable[[int], bool]) -> int:
    """Return the highest number below *size* for which *holds* is true, which it is for 0 and all up to that one."""
    low, high = 0, size - 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if holds(middle) else (low, middle - 1)
    return low


def _day(text: str, today: date, *, day_first: bool) -> str | None:
    """Return the day or the days, ISO 8601, the likeliest reading: "2026-11-30" or "2026-11-30/2026-12-06"."""
    days, _ = read_days(_canonical(text), today, day_first=day_first)
    return _iso(days[0]) if days else None


def _iso(days: Days) -> str:
    return days.first.isoformat() if days.first == days.last else f"{days.first.isoformat()}/{days.last.isoformat()}"


def _part(text: str) -> str | None:
    found = _PART.search(_canonical(text))
    return found[1].replace("tonight", "evening").replace("_", " ") if found else None


def _time(text: str, today: date, *, day_first: bool) -> str | None:
    """Return the time of day, "15:00", or from when to when, "17:00/"; a part of a day is no time."""
    _, rest = read_days(_canonical(text), today, day_first=day_first)
    hours = read_hours(rest)
    return _clock(hours[0]) if hours else None


def _clock(hours: Hours) -> str | None:
    if hours.near:
        return f"{hours.near:%H:%M}"
    if (hours.earliest, hours.latest) in PARTS.values():
        return None
    begin, end = (f"{at:%H:%M}" if at and at != time.max else "" for at in (hours.earliest, hours.latest))
    return f"{begin}/{end}" if begin or end else None


def _state(text: str) -> str | None:
    return None if _TWO_LETTERS.fullmatch(text) else read_state(text)
