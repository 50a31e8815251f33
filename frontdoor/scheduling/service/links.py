"""`POST /visits`: our own processes ask for a patient's links. Not FHIR, and not for the world."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from frontdoor.database.pool import Pool
from frontdoor.scheduling import store_appointments, store_patients, store_visits, visits
from frontdoor.scheduling.fhir import ID, parse_instant
from frontdoor.scheduling.refusals import Malformed, RuleBroken, Unknown
from frontdoor.scheduling.statuses import LIVE
from frontdoor.scheduling.zones import zone
from frontdoor.settings import Settings


@dataclass(frozen=True)
class Wanted:
    """Whose links for which visit; for an appointment of our own service the database knows better."""

    appointment_id: str
    patient_id: str
    start: datetime
    end: datetime
    birth_date: date
    time_zone: str
    language: str
    renew: bool  # a person has just proven who they are: a link locked by wrong dates is given anew


def read(body: Any) -> Wanted:
    """Read the request. Raises Malformed."""
    try:
        zone(body.get("time_zone") or "UTC")
        wanted = Wanted(
            appointment_id=str(body["appointment_id"]),
            patient_id=str(body["patient_id"]),
            start=parse_instant(body["start"]),
            end=parse_instant(body["end"]),
            birth_date=date.fromisoformat(body["birth_date"]),
            time_zone=body.get("time_zone") or "UTC",
            language=str(body.get("language") or "en")[:8],
            renew=body.get("renew") is True,
        )
    except (LookupError, ValueError, TypeError, AttributeError):
        raise Malformed("appointment_id, patient_id, start, end, birth_date are needed.", issue="required") from None
    if not ID.match(wanted.appointment_id) or not ID.match(wanted.patient_id):
        raise Malformed("An id is no FHIR id.", issue="value")
    return wanted


async def make(pool: Pool, settings: Settings, wanted: Wanted, now: datetime) -> dict[str, str]:
    """Open the two links of this patient's visit and return their addresses. Raises Unknown, RuleBroken."""
    start, end, born = await _known(pool, wanted, now)
    participant = f"Patient/{wanted.patient_id}"
    uid, sequence = await store_visits.lineage(pool, wanted.appointment_id)
    secret, ids = settings.internal_token, (wanted.appointment_id, participant)
    serial = await store_visits.serial(pool, *ids, renew=wanted.renew)
    await store_visits.put(
        pool,
        appointment_id=wanted.appointment_id,
        participant=participant,
        join_hash=visits.hashed(visits.token(secret, visits.JOIN, *ids, serial)),
        calendar_hash=visits.hashed(visits.token(secret, visits.CALENDAR, *ids)),
        starts_at=start,
        ends_at=end,
        birth_date=born,
        time_zone=wanted.time_zone,
        language=wanted.language,
        uid=uid,
        sequence=sequence,
        now=now,
    )
    return {"join_url": visits.join_url(settings, *ids, serial), "calendar_url": visits.calendar_url(settings, *ids)}


async def _known(pool: Pool, wanted: Wanted, now: datetime) -> tuple[datetime, datetime, date]:
    """Return start, end and birth date: ours if the appointment is ours, else as the client read them elsewhere."""
    try:
        row = await store_appointments.read(pool, wanted.appointment_id, now)
    except Unknown:
        return wanted.start, wanted.end, wanted.birth_date
    if row["patient_id"] != wanted.patient_id:
        raise Unknown("There is no such Appointment of this Patient.")
    if row["effective"] not in LIVE:
        raise RuleBroken("status", f"The appointment is {row['effective']}.")
    patient = await store_patients.read(pool, wanted.patient_id)
    return row["starts_at"], row["ends_at"], patient["birth_date"] or wanted.birth_date


async def end(pool: Pool, appointment_id: str, how: Any) -> None:
    """Close the links of an appointment on another server. Raises Malformed."""
    if how not in ("cancelled", "replaced"):
        raise Malformed("how is cancelled or replaced.", issue="value")
    await store_visits.end(pool, appointment_id, how)
