"""What the service refuses, as classes; `service/app.py` turns them into OperationOutcome in one place.

    Refused                 status  issue code
    ├── Malformed           400     structure | value | required | invariant | not-supported
    ├── Unauthenticated     401     login
    ├── Unknown             404     not-found
    ├── NotSupported        405…    not-supported
    ├── SlotTaken           409     conflict
    ├── Stale               412     conflict
    ├── RuleBroken          422     business-rule, with a reason of `errors.REASONS`
    └── VersionMissing      428     required

*text* is for the engineer who reads the answer: it names elements and rules, never a patient's words.
"""

from frontdoor.scheduling.fhir import ALTERNATIVE, REASON, Resource, reference


class Refused(Exception):
    """The base: an HTTP status, a FHIR issue code, a sentence and the element it is about."""

    status = 400
    issue = "invalid"
    severity = "error"

    def __init__(self, text: str, *, expression: str = "", issue: str = "", status: int = 0) -> None:
        super().__init__(text)
        self.text = text
        self.expression = expression
        self.issue = issue or self.issue
        self.status = status or self.status
        self.reason = ""

    def outcome(self) -> Resource:
        """Return the OperationOutcome."""
        return outcome(self.issue, self.text, expression=self.expression, severity=self.severity, reason=self.reason)


class Malformed(Refused):
    """The request cannot be read."""

    issue = "structure"


class Unauthenticated(Refused):
    """No token, or a wrong one."""

    status, issue = 401, "login"


class Unknown(Refused):
    """No such resource or route."""

    status, issue = 404, "not-found"


class NotSupported(Refused):
    """Right syntax, but this server does not do that."""

    status, issue = 405, "not-supported"


class SlotTaken(Refused):
    """Somebody has that time. *alternatives* are ids of free slots, filled in at the edge."""

    status, issue = 409, "conflict"

    def __init__(self, slot_id: str, *, fatal: bool = False) -> None:
        super().__init__("The requested time is not available.", expression="Appointment.slot")
        self.slot_id = slot_id
        self.alternatives: tuple[str, ...] = ()
        self.severity = "fatal" if fatal else "error"
        if fatal:  # what IHE asks of $hold
            self.issue = "not-found"

    def outcome(self) -> Resource:
        """Return the OperationOutcome, with references to free slots."""
        built = outcome(self.issue, self.text, expression=self.expression, severity=self.severity)
        if self.alternatives:
            built["extension"] = [
                {"url": ALTERNATIVE, "valueReference": reference("Slot", id_)} for id_ in self.alternatives
            ]
            text = f"{len(self.alternatives)} other free slots are named in the extensions."
            built["issue"].append({"severity": "information", "code": "informational", "details": {"text": text}})
        return built


class Stale(Refused):
    """If-Match names an old version, or If-None-Exist matches several."""

    status, issue = 412, "conflict"


class RuleBroken(Refused):
    """A rule of the clinic or of the status machine says no."""

    status, issue = 422, "business-rule"

    def __init__(self, reason: str, text: str, *, expression: str = "") -> None:
        super().__init__(text, expression=expression)
        self.reason = reason


class VersionMissing(Refused):
    """A write without If-Match."""

    status, issue = 428, "required"

    def __init__(self) -> None:
        super().__init__("Send If-Match with the ETag of the version that you read.")


def outcome(code: str, text: str, *, expression: str = "", reason: str = "", severity: str = "error") -> Resource:
    """Return an OperationOutcome of one issue."""
    details: Resource = {"text": text}
    if reason:
        details = {"coding": [{"system": REASON, "code": reason}], "text": text}
    issue: Resource = {"severity": severity, "code": code, "details": details}
    if expression:
        issue["expression"] = [expression]
    return {"resourceType": "OperationOutcome", "issue": [issue]}
