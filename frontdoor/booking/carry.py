"""What the bot goes on with when staff give a conversation back. Pure."""

from collections.abc import Collection
from typing import Any

# What the desk shows -> what the slot `visit` knows it by.
KNOWN_BY = {
    "service_type": ("service_type",),
    "when_text": ("window", "options", "offered", "shown", "passed"),
    "opening_id": ("opening", "hold"),
    "visit_for": ("who",),
    "patient_name": ("name", "patient"),
    "birth_date": ("birth_date", "birth_options", "patient"),
    "guardian_name": ("guardian", "relationship"),
    "state": ("state",),
    "contact": ("contact", "suggested"),
    "reason": ("reason",),
}


def carried(carry: dict[str, Any], shown: dict[str, Any], chosen: Collection[str], language: str) -> dict[str, Any]:
    """Return what a new session of the bot begins with: *carry* without what staff, of all that is *shown*, left out.

    The bot has said who it is, and does not say it again.
    """
    left_out = [name for name in shown if name not in chosen]
    gone = {known for name in left_out for known in KNOWN_BY.get(name, ())}
    visit = {name: value for name, value in (carry.get("visit") or {}).items() if name not in gone}
    kept = {name: value for name, value in carry.items() if name not in (*left_out, "visit")}
    chosen_slots = {name: shown[name] for name in chosen if name in shown}
    return {**kept, **chosen_slots, **({"visit": visit} if visit else {}), "introduced": True, "language": language}
