"""The links that a patient gets for one visit: a join page and a calendar file.

A link is 256 bits that only we can compute: an HMAC under the installation's own secret. So the same visit always
gets the same links, and the database keeps hashes only. The join link opens 15 minutes before the visit and
closes 60 minutes after it; it is dead when the visit is cancelled, moved or over. Unknown, over and dead look the
same. The room behind it keeps the same hours. Why the link itself is not changed more often: docs/scheduling.md.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, datetime

from frontdoor.clinic import Clinic
from frontdoor.database.pool import Pool
from frontdoor.scheduling import ics, store_visits
from frontdoor.scheduling.model import JOIN_EARLY, JOIN_LATE
from frontdoor.scheduling.resources import Row
from frontdoor.settings import Settings

TOKEN_CHARS = 43
ROOM_CHARS = 22  # 132 bits
JOIN, CALENDAR, ROOM = "join", "calendar", "room"


@dataclass(frozen=True)
class Landing:
    """What a join link shows: `unknown`, `early`, `locked` (too many wrong dates), `open`, `wrong`, or `room`."""

    state: str
    room_url: str = ""


def token(secret: str, purpose: str, appointment_id: str, participant: str, serial: int = 0) -> str:
    """Return the 43 characters of a link; *serial* is how often it was given anew."""
    anew = (str(serial),) if serial else ()
    message = "\0".join(("frontdoor-visit", purpose, appointment_id, participant, *anew)).encode()
    digest = hmac.new(secret.encode(), message, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def hashed(given: str) -> bytes:
    """Return what the database keeps of a link."""
    return hashlib.sha256(given.encode()).digest()


def join_url(settings: Settings, appointment_id: str, participant: str, serial: int) -> str:
    """Return the address of the join page."""
    return f"{settings.public_url}/v/{token(settings.internal_token, JOIN, appointment_id, participant, serial)}"


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
        room = self._room(row)
        await store_visits.let_in(self.pool, hashed(given), hashed(room))
        base = self.settings.text("FRONTDOOR_VISIT_ROOM_URL").rstrip("/") or f"{self.settings.public_url}/room"
        return Landing("room", f"{base}/{room}")

    async def room(self, name: str, now: datetime) -> bool:
        """Tell whether a room of that name is open: somebody was let in, and the visit's hours are not over."""
        if len(name) != ROOM_CHARS:
            return False
        return await store_visits.room_is_open(self.pool, hashed(name), now + JOIN_EARLY, now - JOIN_LATE)

    async def calendar(self, given: str, now: datetime) -> bytes | None:
        """Return the calendar file, a cancelling one for a cancelled visit; None when the link is not known."""
        if len(given) != TOKEN_CHARS:
            return None
        row = await store_visits.by_calendar(self.pool, hashed(given))
        if row is None or row["ended"] == "replaced" or now > row["ends_at"] + JOIN_LATE:
            return None
        url = join_url(self.settings, row["appointment_id"], row["participant"], row["serial"])
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
        return None if row is None or row["ended"] or now > row["ends_at"] + JOIN_LATE else row

    def _room(self, row: Row) -> str:
        """Return the name of the room: the same for everybody in the visit, and not to be guessed."""
        return token(self.settings.internal_token, ROOM, row["appointment_id"], "")[:ROOM_CHARS]


def _state(row: Row, now: datetime) -> str:
    if row["failures"] >= store_visits.TRIES:
        return "locked"
    return "early" if now < row["starts_at"] - JOIN_EARLY else "open"


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        return ""
