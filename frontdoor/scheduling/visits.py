"""The links that a patient gets for one visit: a join page and a calendar file.

A link is 256 bits that only we can compute: an HMAC under the installation's own secret. So the same visit always
gets the same links, and the database keeps hashes only. The join link opens 15 minutes before the visit and
closes 60 minutes after it; it is dead when the visit is cancelled or moved. Unknown, over and dead look the same.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from frontdoor.clinic import Clinic
from frontdoor.database.pool import Pool
from frontdoor.scheduling import ics, store_visits
from frontdoor.scheduling.resources import Row
from frontdoor.settings import Settings

EARLY, LATE = timedelta(minutes=15), timedelta(minutes=60)
TOKEN_CHARS = 43
JOIN, CALENDAR, ROOM = "join", "calendar", "room"


@dataclass(frozen=True)
class Landing:
    """What a join link shows: `unknown`, `early`, `locked` (too many wrong dates), `open`, `wrong`, or `room`."""

    state: str
    room_url: str = ""


def token(secret: str, purpose: str, appointment_id: str, participant: str) -> str:
    """Return the 43 characters of a link."""
    message = "\0".join(("frontdoor-visit", purpose, appointment_id, participant)).encode()
    digest = hmac.new(secret.encode(), message, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def hashed(given: str) -> bytes:
    """Return what the database keeps of a link."""
    return hashlib.sha256(given.encode()).digest()


def join_url(settings: Settings, appointment_id: str, participant: str) -> str:
    """Return the address of the join page."""
    return f"{settings.public_url}/v/{token(settings.internal_token, JOIN, appointment_id, participant)}"


def calendar_url(settings: Settings, appointment_id: str, participant: str) -> str:
    """Return the address of the calendar file."""
    return f"{settings.public_url}/i/{token(settings.internal_token, CALENDAR, appointment_id, participant)}.ics"


class Visits:
    """The public side of the links, for the process that the world sees."""

    def __init__(self, pool: Pool, settings: Settings, clinic: Clinic) -> None:
        self.pool = pool
        self.settings = settings
        self.clinic = clinic

    async def look(self, given: str, now: datetime) -> Landing:
        """Return what the join page shows. Changes nothing: link previews open it too."""
        row = await self._row(given, now)
        return Landing("unknown") if row is None else Landing(_state(row, now))

    async def join(self, given: str, birth_date: str, now: datetime) -> Landing:
        """Give the room to who knows the patient's date of birth (YYYY-MM-DD); five wrong ones lock the link."""
        row = await self._row(given, now)
        if row is None:
            return Landing("unknown")
        if _state(row, now) != "open":
            return Landing(_state(row, now))
        if not await store_visits.spend_try(self.pool, hashed(given)):
            return Landing("locked")
        if not hmac.compare_digest(_day(birth_date).encode(), row["birth_date"].isoformat().encode()):
            return Landing("locked" if row["failures"] + 1 >= store_visits.TRIES else "wrong")
        await store_visits.forget_tries(self.pool, hashed(given))
        return Landing("room", self._room(row))

    async def calendar(self, given: str, now: datetime) -> bytes | None:
        """Return the calendar file, a cancelling one for a cancelled visit; None when the link is not known."""
        if len(given) != TOKEN_CHARS:
            return None
        row = await store_visits.by_calendar(self.pool, hashed(given))
        if row is None or row["ended"] == "replaced" or now > row["ends_at"] + LATE:
            return None
        url = join_url(self.settings, row["appointment_id"], row["participant"])
        return ics.file(
            uid=row["uid"],
            sequence=row["sequence"],
            start=row["starts_at"],
            end=row["ends_at"],
            stamp=now,
            clinic_name=self.clinic.name,
            join_url="" if row["ended"] else url,
            cancelled=row["ended"] == "cancelled",
            language=row["language"],
        )

    async def _row(self, given: str, now: datetime) -> Row | None:
        if len(given) != TOKEN_CHARS:
            return None
        row = await store_visits.by_join(self.pool, hashed(given))
        return None if row is None or row["ended"] or now > row["ends_at"] + LATE else row

    def _room(self, row: Row) -> str:
        """Return the address of the room: the same for everybody in the visit, and not to be guessed."""
        base = self.settings.text("FRONTDOOR_VISIT_ROOM_URL").rstrip("/") or f"{self.settings.public_url}/room"
        return f"{base}/{token(self.settings.internal_token, ROOM, row['appointment_id'], '')[:22]}"


def _state(row: Row, now: datetime) -> str:
    if row["failures"] >= store_visits.TRIES:
        return "locked"
    return "early" if now < row["starts_at"] - EARLY else "open"


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        return ""
