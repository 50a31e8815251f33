"""What can go wrong between us and a scheduling server, as five outcomes that a conversation can act on.

    SchedulingError
    ├── Taken        the opening was free a moment ago; offer `alternatives`
    ├── Rejected     the server's rules say no; `reason` says which, see REASONS
    ├── NotFound     no such opening, appointment or patient
    ├── NotAllowed   our credentials are missing, wrong or too weak
    └── Unavailable  no answer, or one that cannot be trusted; trying again later with the same key is safe

No message ever holds a name, a date of birth or other words of a patient.
"""

REASONS = {
    "lead_time": "The visit would start too soon.",
    "horizon": "The visit would be too far ahead.",
    "licence": "The clinician is not licensed in the patient's state on that day.",
    "patient_busy": "The patient has another visit at that time.",
    "age": "The service is not for patients of this age.",
    "cancel_window": "It is too late to cancel or move this visit.",
    "status": "The appointment is in a state that does not allow this.",
    "invalid": "The server did not accept the request.",
}


class SchedulingError(Exception):
    """The base of every outcome that is not a value."""

    code = "error"


class Taken(SchedulingError):
    """Somebody else has the opening now. `alternatives` are ids of free openings, nearest first, maybe none."""

    code = "taken"

    def __init__(self, alternatives: tuple[str, ...] = ()) -> None:
        super().__init__("The opening was taken meanwhile.")
        self.alternatives = alternatives


class Rejected(SchedulingError):
    """A rule forbids it; asking again with the same values gives the same answer. `reason` is a key of REASONS."""

    code = "rejected"

    def __init__(self, reason: str = "invalid") -> None:
        self.reason = reason if reason in REASONS else "invalid"
        super().__init__(REASONS[self.reason])


class NotFound(SchedulingError):
    """The server does not know what was asked for."""

    code = "not_found"


class NotAllowed(SchedulingError):
    """The server refuses us: a matter for the clinic's engineer, not for the patient."""

    code = "not_allowed"


class Unavailable(SchedulingError):
    """The server cannot be reached, is overloaded, or answered something that cannot be trusted."""

    code = "unavailable"
