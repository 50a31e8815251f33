"""The calendar file of a visit: when, and where to join. No name, no specialty, no reason. Pure."""

from datetime import datetime, timedelta, timezone

from icalendar import Alarm, Calendar, Event

SUMMARY = {"en": "Virtual visit with {clinic}", "es": "Visita virtual con {clinic}"}
TEXT = {
    "en": "Join by video: {url}\nTo move or cancel the visit, write to us where you booked it.",
    "es": "Únase por video: {url}\nPara cambiar o cancelar la visita, escríbanos donde la reservó.",
}
REMINDERS = (timedelta(days=-1), timedelta(hours=-1))


def file(
    *,
    uid: str,
    sequence: int,
    start: datetime,
    end: datetime,
    stamp: datetime,
    clinic_name: str,
    join_url: str,
    cancelled: bool,
    language: str,
) -> bytes:
    """Return an iCalendar file. The same *uid* with a higher *sequence* moves the event in the patient's calendar."""
    event = Event()
    event.add("uid", f"{uid}@frontdoor")
    event.add("sequence", sequence + (1 if cancelled else 0))
    event.add("dtstamp", stamp.astimezone(timezone.utc).replace(microsecond=0))
    event.add("dtstart", start.astimezone(timezone.utc))
    event.add("dtend", end.astimezone(timezone.utc))
    summary = SUMMARY.get(language, SUMMARY["en"]).format(clinic=clinic_name)
    event.add("summary", summary)
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    if join_url:
        event.add("url", join_url)
        event.add("description", TEXT.get(language, TEXT["en"]).format(url=join_url))
        for before in REMINDERS:
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", summary)
            alarm.add("trigger", before)
            event.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", "-//Front Door//Scheduling//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
