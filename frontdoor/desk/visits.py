"""Visits for the patient, from the desk: openings, hold, book, move, cancel, and those that are to come.

The scheduling server decides; what it says is translated into codes. Who answers the patient may do this.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from frontdoor.booking import wording as words
from frontdoor.booking.states import zone_of
from frontdoor.conversations import store_reading, store_visits
from frontdoor.conversations.model import Conversation, Outbound
from frontdoor.conversations.states import Refused
from frontdoor.desk import store_presence, views, visit_words
from frontdoor.desk.acting import action
from frontdoor.desk.bodies import Body
from frontdoor.desk.context import desk, doer, me
from frontdoor.desk.errors import BadRequest, NotOpened, Unknown
from frontdoor.scheduling.errors import NotFound, Rejected, SchedulingError, Taken
from frontdoor.scheduling.model import Appointment, Booking, Guardian, Links, Opening, Person, Wanted

MOST_OPENINGS, MOST_DAYS = 24, 60
NAME_CHARS, CONTACT_CHARS, REASON_CHARS, ID_CHARS = 80, 120, 500, 128

T = TypeVar("T")
visits = Blueprint("visits", url_prefix="/desk")


@dataclass(frozen=True)
class Known:
    """Who the visit is for, as far as the conversation knows; what staff wrote comes first."""

    name: str
    born: date | None
    patient_id: str


@action("visits", active=False, on=visits)
async def upcoming(request: Request, identifier: str, body: Body) -> HTTPResponse:
    """Return the visits that the patient still has; `known` is false where it is not known who they are."""
    conversation = await _opened(request, identifier)
    await store_visits.listed(desk(request).pool, doer(request), conversation)
    patient_id = await _patient_id(request, conversation)
    found = await _ask(request, desk(request).scheduling.upcoming, patient_id) if patient_id else []
    return json_response({
        "known": bool(patient_id), "visits": [_shown(request, conversation, one) for one in found],
    })  # fmt: skip


@action("openings", needs="visits", on=visits)
async def openings(request: Request, identifier: str, body: Body) -> HTTPResponse:
    """Return free openings of `service` for a patient in `state`, from the day `from` on, for `days` days."""
    context, conversation = desk(request), await _opened(request, identifier)
    service, state = _service(request, body), body.text("state", least=0, most=2).upper()
    zone = zone_of(state, context.clinic.time_zone)
    first = _day(body, "from") or context.clock().astimezone(zone).date()
    start = max(_midnight(first, zone), context.clock())
    end = _midnight(first + timedelta(days=body.whole("days", least=1, most=MOST_DAYS)), zone)
    wanted = Wanted(service, start, end, state=state or None, time_zone=zone.key)
    found = await _ask(request, context.scheduling.find_openings, wanted, limit=MOST_OPENINGS)
    language = me(request).language
    return json_response({"zone": zone.key, "openings": [
        {"id": one.id, "start": views.when(one.start), "clinician": one.practitioner_name,
         "when": words.short(one.start, zone, language), "told": words.short(one.start, zone, conversation.language)}
        for one in found
    ]})  # fmt: skip


@action("hold", needs="visits", on=visits)
async def hold(request: Request, identifier: str, body: Body) -> HTTPResponse:
    """Keep an opening for this patient for ten minutes."""
    context, opening_id = desk(request), body.text("opening", most=ID_CHARS)
    await store_visits.begin(context.pool, doer(request), identifier, "visit.hold", {"opening": opening_id})
    held = await _ask(request, context.scheduling.hold, opening_id, key=_key(identifier, opening_id))
    return json_response({"expires_at": views.when(held.expires_at)})


@action("book", needs="visits", on=visits)
async def book(request: Request, identifier: str, body: Body) -> HTTPResponse:
    """Book an opening; the patient is told what the server read back. Again with the same opening: the same visit."""
    context, opening_id = desk(request), body.text("opening", most=ID_CHARS)
    conversation = await store_visits.begin(
        context.pool, doer(request), identifier, "visit.book", {"opening": opening_id}
    )
    opening = await _ask(request, context.scheduling.opening, opening_id)
    booking = _booking(request, conversation, opening, body)
    visit = await _ask(request, context.scheduling.book, booking)
    known = {"patient_name": booking.patient.name, "birth_date": booking.patient.birth_date.isoformat(),
             "service_type": booking.service_type, "state": booking.state, "contact": booking.patient.phone
             or booking.patient.email}  # fmt: skip
    return await _tell(request, conversation, visit, known, moved=False)


@action("move", needs="visits", on=visits)
async def move(request: Request, identifier: str, body: Body) -> HTTPResponse:
    """Move a visit of this patient to another opening: the new one is booked first."""
    context, opening_id = desk(request), body.text("opening", most=ID_CHARS)
    old, conversation = await _theirs(request, identifier, body, "visit.move")
    key = _key(identifier, opening_id)  # that of the hold
    visit = await _ask(request, context.scheduling.reschedule, old.id, opening_id, key=key)
    return await _tell(request, conversation, visit, {}, moved=True)


@action("cancel_visit", needs="visits", on=visits)
async def cancel(request: Request, identifier: str, body: Body) -> HTTPResponse:
    """Cancel a visit of this patient, as they asked."""
    context = desk(request)
    old, conversation = await _theirs(request, identifier, body, "visit.cancel")
    visit = await _ask(request, context.scheduling.cancel, old.id, reason="pat")
    said = visit_words.cancelled(context.clinic, conversation.language, visit)
    await _say(request, conversation, said, f"visit-{visit.id}-cancelled", {})
    return json_response(_shown(request, conversation, visit))


@action("visit_link", needs="visits", on=visits)
async def send_link(request: Request, identifier: str, body: Body) -> HTTPResponse:
    """Send the patient the details and the link of a visit once more."""
    visit, conversation = await _theirs(request, identifier, body, "visit.link")
    return await _tell(request, conversation, visit, {}, moved=False, again=True)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant at which *day* begins in *zone*."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(timezone.utc)


async def _opened(request: Request, identifier: str) -> Conversation:
    """Return a conversation that the person may see and has opened."""
    async with desk(request).pool.acquire() as connection:
        found = await store_reading.one(connection, me(request).scope, identifier)
        if found is None:
            raise Unknown("conversation")
        if not await store_presence.has_opened(connection, me(request), identifier):
            raise NotOpened
        return found.conversation


async def _theirs(request: Request, identifier: str, body: Body, what: str) -> tuple[Appointment, Conversation]:
    """Return the visit named in the body, if it is this patient's; any other does not exist."""
    context, visit_id = desk(request), body.text("visit", most=ID_CHARS)
    conversation = await store_visits.begin(context.pool, doer(request), identifier, what, {"visit": visit_id})
    patient_id = await _patient_id(request, conversation)
    visit: Appointment = await _ask(request, context.scheduling.appointment, visit_id)
    if not patient_id or visit.patient_id != patient_id:
        raise Unknown("visit")
    return visit, conversation


async def _patient_id(request: Request, conversation: Conversation) -> str:
    """Return the server's id of the patient, empty where it is not known who they are."""
    known = _known(conversation)
    if known.patient_id or not known.name or not known.born:
        return known.patient_id
    found = await _ask(request, desk(request).scheduling.find_patient, known.name, known.born)
    return found.id if found else ""


def _known(conversation: Conversation) -> Known:
    visit = conversation.carry.get("visit")
    patient = visit.get("patient") if isinstance(visit, dict) else None
    slots = conversation.slots
    name, born = str(slots.get("patient_name") or ""), _iso(str(slots.get("birth_date") or ""))
    same = isinstance(patient, dict) and (not born or patient.get("birth_date") == born.isoformat())
    return Known(name, born, str(patient.get("id") or "") if same and isinstance(patient, dict) else "")


def _booking(request: Request, conversation: Conversation, opening: Opening, body: Body) -> Booking:
    """Return what to book: what staff wrote, and where they wrote nothing, what the patient told."""
    context, slots, known = desk(request), conversation.slots, _known(conversation)
    name = body.text("name", least=0, most=NAME_CHARS) or known.name
    born = _day(body, "birth_date") or known.born
    state = body.text("state", least=0, most=2).upper() or str(slots.get("state") or "")
    contact = body.text("contact", least=0, most=CONTACT_CHARS) or str(slots.get("contact") or "")
    guardian = body.text("guardian", least=0, most=NAME_CHARS) or str(slots.get("guardian_name") or "")
    for field, value in (("name", name), ("birth_date", born), ("state", state in context.clinic.states)):
        if not value:
            raise BadRequest(field)
    assert born
    phone, email = ("", contact) if "@" in contact else (contact, "")
    return Booking(
        opening_id=opening.id, key=_key(conversation.id, opening.id), hold=None,
        patient=Person(name, born, phone, email), state=state, service_type=opening.service_type,
        reason=body.text("reason", least=0, most=REASON_CHARS), language=conversation.language,
        time_zone=zone_of(state, context.clinic.time_zone).key,
        guardian=Guardian(guardian, "guardian", contact) if guardian else None,
    )  # fmt: skip


async def _tell(
    request: Request, conversation: Conversation, visit: Appointment, known: dict[str, str], *, moved: bool,
    again: bool = False,
) -> HTTPResponse:  # fmt: skip
    """Confirm a visit to the patient. Without its links it is booked all the same."""
    context = desk(request)
    try:
        links: Links | None = await asyncio.to_thread(context.scheduling.links, visit, renew=again)
    except SchedulingError:
        links = None
    said = visit_words.booked(context.clinic, conversation.language, visit, links, moved=moved)
    key = f"visit-{visit.id}" + (f"-again-{context.clock().timestamp():.0f}" if again else "")
    await _say(request, conversation, said, key, known)
    return json_response(_shown(request, conversation, visit))


async def _say(
    request: Request, conversation: Conversation, said: list[Outbound], key: str, known: dict[str, str]
) -> None:
    context = desk(request)
    if conversation.phi == "link" and not conversation.shows_at_once:
        token = await store_visits.link(context.pool, conversation, context.clock())
        said = visit_words.elsewhere(conversation, f"{context.settings.public_url}/c/{token}")
    await store_visits.tell(context.pool, doer(request), conversation.id, said, key=key, known=known)


async def _ask(request: Request, call: Callable[..., T], *args: Any, **named: Any) -> T:
    """Ask the scheduling server, beside the loop; translate what it refuses.

    Raises:
        Refused: visit_taken, visit_unavailable, or visit_<a reason of the server's>.
        Unknown: It does not know what was asked for.
    """
    try:
        return await asyncio.to_thread(call, *args, **named)
    except Taken:
        raise Refused("visit_taken") from None
    except Rejected as refusal:
        raise Refused(f"visit_{refusal.reason}") from None
    except NotFound:
        raise Unknown("visit") from None
    except SchedulingError:
        raise Refused("visit_unavailable") from None


def _shown(request: Request, conversation: Conversation, visit: Appointment) -> dict[str, Any]:
    zone = visit_words.zone(desk(request).clinic, visit)
    return {
        "id": visit.id, "status": visit.status, "service": visit.service_type, "state": visit.state,
        "clinician": visit.practitioner_name, "start": views.when(visit.start),
        "when": words.short(visit.start, zone, me(request).language),
    }  # fmt: skip


def _service(request: Request, body: Body) -> str:
    code = body.text("service", most=ID_CHARS)
    if desk(request).clinic.service(code) is None:
        raise BadRequest("service")
    return code


def _key(conversation_id: str, opening_id: str) -> str:
    return f"desk-{conversation_id}-{opening_id}"


def _day(body: Body, name: str) -> date | None:
    text = body.text(name, least=0, most=10)
    found = _iso(text)
    if text and found is None:
        raise BadRequest(name)
    return found


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
