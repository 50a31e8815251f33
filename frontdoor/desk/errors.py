"""What the desk refuses, each with a stable code and the status it is answered with.

DeskError
├── SignedOut         401 no session, or one that is over
├── Forbidden         403 the role does not allow it, or the request did not come from our page
├── Unknown           404 there is no such thing, or not for this person
├── BadRequest        400 the body cannot be used; *field* names what of it
├── TooMany           429 too many tries
├── NotOpened         409 a conversation is read only after it was opened (which the audit log records)
├── NotProved         403 it was too long ago that this person showed who they are
└── WindowClosed      409 the platform takes no free text any more
"""


class DeskError(Exception):
    """A request that is refused."""

    code, status = "refused", 400

    def __init__(self, field: str = "") -> None:
        super().__init__(self.code)
        self.field = field


class SignedOut(DeskError):
    code, status = "signed_out", 401


class Forbidden(DeskError):
    code, status = "forbidden", 403


class Unknown(DeskError):
    code, status = "unknown", 404


class BadRequest(DeskError):
    code, status = "bad_request", 400


class TooMany(DeskError):
    code, status = "too_many", 429

    def __init__(self, field: str = "", *, retry_seconds: int = 60) -> None:
        super().__init__(field)
        self.retry_seconds = retry_seconds


class NotProved(DeskError):
    code, status = "prove", 403


class NotOpened(DeskError):
    code, status = "not_opened", 409
