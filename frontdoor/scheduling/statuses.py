"""Which way an Appointment's status may go. Pure; a table, and the one question that is asked of it."""

LIVE = frozenset({"pending", "booked", "arrived", "checked-in"})  # has its time to itself
OVER = frozenset({"fulfilled", "cancelled", "noshow", "entered-in-error"})
FIRST = frozenset({"waitlist", "proposed", "pending", "booked"})  # what a client may create

NEXT: dict[str, frozenset[str]] = {
    "waitlist": frozenset({"proposed", "pending", "booked", "cancelled"}),
    "proposed": frozenset({"pending", "booked", "cancelled"}),
    "pending": frozenset({"booked", "cancelled"}),
    "booked": frozenset({"arrived", "checked-in", "fulfilled", "noshow", "cancelled"}),
    "arrived": frozenset({"checked-in", "fulfilled", "noshow", "cancelled"}),
    "checked-in": frozenset({"fulfilled", "noshow", "cancelled"}),
    "fulfilled": frozenset(),
    "cancelled": frozenset(),
    "noshow": frozenset(),
    "entered-in-error": frozenset(),
}


def may_change(old: str, new: str) -> bool:
    """Tell whether an appointment may go from *old* to *new*; staying is always allowed."""
    return old == new or new in NEXT[old]
