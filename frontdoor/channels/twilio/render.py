"""Messages as Twilio REST calls, and what the answers mean. https://www.twilio.com/docs/api/errors"""

import base64
from dataclasses import dataclass
from typing import Any

from frontdoor.channels.contract import (
    Call,
    Choice,
    ErrorClass,
    Failed,
    Filled,
    Letter,
    Outcome,
    Recipient,
    Reply,
    Sent,
    Window,
)
from frontdoor.channels.cutting import split
from frontdoor.channels.numbered import with_numbers
from frontdoor.channels.placeholders import one_line
from frontdoor.channels.twilio import templates

TEXT_MOST = 1600  # UTF-16 units in one message, over several SMS segments
TEMPLATE_TEXT_MOST = 900  # characters in a template's place: its own words need room in WhatsApp's 1024
WHATSAPP = "whatsapp:"
SERVICE = "MG"  # how the id of a messaging service begins
ERRORS: dict[ErrorClass, frozenset[int]] = {
    "retry": frozenset({20429, 30001, 63010, 63012, 63018, 63038}),
    "window": frozenset({63016}),
    "stopped": frozenset({21610, 63014}),
    "token": frozenset({20003, 20005, 63001}),
    "config": frozenset({20403, 21408, 21606, 21612, 21659, 21660, 21701, 21703, 30034, 63007, 63020}),
}
TOO_MANY, TOO_MANY_CODE = 429, 20429
STATUSES: dict[int, ErrorClass] = {401: "token", 403: "config", TOO_MANY: "retry"}


@dataclass(frozen=True)
class Api:
    """Where, as whom and from which number we call."""

    base: str
    account: str
    token: str
    sender: str
    whatsapp_sender: str
    reports_to: str
    template: str = ""  # a content template (HX…) with one place, for what WhatsApp takes too late for free text

    def login(self) -> dict[str, str]:
        """Return the header that says who we are."""
        return {"Authorization": f"Basic {base64.b64encode(f'{self.account}:{self.token}'.encode()).decode()}"}

    def call(self, path: str, form: dict[str, str] | None = None, *, method: str = "POST") -> Call:
        """Return one call about our account."""
        url = f"{self.base}/2010-04-01/Accounts/{self.account}{path}.json"
        return Call(url, form=form, headers=self.login(), method=method)

    def letter(self, letter: Letter, to: Recipient) -> list[Call]:
        """Return a letter's calls; buttons are numbered lines, a file is a link.

        Raises:
            Window: WhatsApp allows nothing but templates now.
        """
        if letter.template:
            return [self._message(to.address, templates.form(letter.template))]
        file = [Choice(letter.file_name or "⬇", url=letter.file_url)] if letter.file_url else []
        text = with_numbers(letter.text, [*file, *letter.choices])
        if to.window_open:
            return [self._message(to.address, {"Body": part}) for part in split(text, TEXT_MOST, "utf16")]
        if not self.template:
            raise Window
        lines = split(one_line(text), TEMPLATE_TEXT_MOST)
        filled = [Filled(self.template, "", "", {"1": line}) for line in lines]
        return [self._message(to.address, templates.form(one)) for one in filled]

    def _message(self, address: str, content: dict[str, str]) -> Call:
        form = {"To": address, **self._from(address), **content, "StatusCallback": self.reports_to}
        return self.call("/Messages", form)

    def _from(self, address: str) -> dict[str, str]:
        sender = self.sender
        if address.startswith(WHATSAPP):
            sender = self.whatsapp_sender or sender
            if not sender.startswith((WHATSAPP, SERVICE)):
                sender = f"{WHATSAPP}{sender}"
        else:
            sender = sender.removeprefix(WHATSAPP)
        return {"MessagingServiceSid" if sender.startswith(SERVICE) else "From": sender}


def judge(call: Call, reply: Reply) -> Outcome:
    """Read an answer by its code, else by its status."""
    match reply.body:
        case {"sid": str(number)} if 200 <= reply.status < 300:
            return Sent(number)
    if 200 <= reply.status < 300:  # taken, perhaps; Twilio knows no repetitions
        return Failed("unknown", f"{reply.status}")
    code = _code(reply.body.get("code"))
    by_status: ErrorClass = "retry" if reply.status >= 500 else STATUSES.get(reply.status, "content")
    error = classify(code) or by_status
    everyone = error == "retry" and (code == TOO_MANY_CODE or reply.status == TOO_MANY)
    return Failed(error, f"{code or reply.status}", reply.retry_after_seconds, everyone=everyone)


def classify(code: int) -> ErrorClass | None:
    """Return the class of one of Twilio's codes, if it is not that of this one message's content."""
    return next((error for error, codes in ERRORS.items() if code in codes), None)


def _code(given: Any) -> int:
    return given if isinstance(given, int) and not isinstance(given, bool) else 0
