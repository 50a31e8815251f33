"""What a patient is told of a visit that staff booked: the assistant's own sentences, from data/responses."""

from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from frontdoor.booking import wording as words
from frontdoor.booking.states import zone_of
from frontdoor.clinic import Clinic
from frontdoor.conversations.model import Attachment, Conversation, Outbound
from frontdoor.conversations.wording import wording
from frontdoor.scheduling.model import Appointment, Links
from frontdoor.settings import ROOT

FILES = ("booking.yml", "booking_visits.yml")
LINK_MINUTES = 30  # store_links.LINK_LASTS


def booked(clinic: Clinic, language: str, visit: Appointment, links: Links | None, *, moved: bool) -> list[Outbound]:
    """Return the confirmation of a visit as it was read back, with its link and calendar file where there are some."""
    key = "utter_visits_moved" if moved else "utter_visit_booked"
    text = response(
        key if links else f"{key}_no_link", language,
        when=words.full(visit.start, zone(clinic, visit), language), clinician=visit.practitioner_name,
        join_url=links.join_url if links else "",
    )  # fmt: skip
    file = Attachment(links.calendar_url, "visit.ics", "text/calendar") if links else None
    return [Outbound(text, language=language), *([Outbound("", attachment=file, language=language)] if file else [])]


def cancelled(clinic: Clinic, language: str, visit: Appointment) -> list[Outbound]:
    """Return that the visit is cancelled."""
    service = clinic.service(visit.service_type)
    kind = service.name(language) if service else visit.service_type
    when = words.full(visit.start, zone(clinic, visit), language)
    line = f"{when}, {kind}, {visit.practitioner_name}"
    return [Outbound(response("utter_visits_cancelled", language, visit=line), language=language)]


def elsewhere(conversation: Conversation, url: str) -> list[Outbound]:
    """Return what is said where nothing personal may be said: that there is news, and the way to the web chat."""
    text = wording("link_text", conversation.language, url=url, minutes=LINK_MINUTES)
    return [Outbound(wording("visit_changed", conversation.language)), Outbound(text)]


def zone(clinic: Clinic, visit: Appointment) -> ZoneInfo:
    """Return the zone in which the patient reads the time."""
    return zone_of(visit.state, clinic.time_zone)


def response(key: str, language: str, **values: str) -> str:
    """Return response *key* of the assistant in *language*, else in English, with *values* filled in."""
    variants = _responses()[key]
    default = next(one for one in variants if "condition" not in one)
    chosen = next((one for one in variants if _is_for(one, language)), default)
    return str(chosen["text"]).strip().format(**values)


def _is_for(variant: dict[str, Any], language: str) -> bool:
    return any(one.get("name") == "language" and one.get("value") == language for one in variant.get("condition", ()))


@lru_cache(maxsize=1)
def _responses() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for name in FILES:
        found |= yaml.safe_load((ROOT / "data" / "responses" / name).read_text(encoding="utf-8"))["responses"]
    return found
