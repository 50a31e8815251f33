"""What Meta's error numbers mean. They are read by number alone: the texts change, and hold personal things.

https://developers.facebook.com/docs/messenger-platform/error-codes
https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes
"""

from collections.abc import Mapping

from frontdoor.channels.contract import ErrorClass, Failed, Outcome, Reply, Sent
from frontdoor.channels.meta.reading import inner, items, text

RETRY: ErrorClass = "retry"
SUBCODES: Mapping[int, ErrorClass] = {
    2018278: "window",
    2534022: "window",
    2018001: "stopped",  # no such person any more
    1545041: "stopped",  # the person cannot be reached now
    2018108: "stopped",
    1893063: "config",  # the page is restricted
}
CODES: Mapping[int, ErrorClass] = {
    **dict.fromkeys((1, 2, 4, 17, 32, 613, 1200, 80006, 80007), RETRY),
    **dict.fromkeys((130429, 131000, 131016, 131048, 131053, 131056, 131057, 133004, 133016), RETRY),
    **dict.fromkeys((0, 102, 190, 463, 467), "token"),
    **dict.fromkeys((3, 10, 33, 368, 131005, 131031, 131037, 131042, 131045, 133010), "config"),
    131047: "window",
    551: "stopped",
}
WE_ALL = frozenset({4, 17, 32, 80006, 80007, 130429})  # too much from our app or number: everybody waits
ONCE = frozenset({131000})  # "something went wrong": tried once more
CONFIG_RANGES = (range(200, 300), range(132000, 133000))  # permissions; templates
TOO_MANY = 429


def classify(code: int, subcode: int = 0) -> ErrorClass:
    """Return the class of an error number."""
    if subcode in SUBCODES:
        return SUBCODES[subcode]
    if code in CODES:
        return CODES[code]
    return "config" if any(code in numbers for numbers in CONFIG_RANGES) else "content"


def judge(reply: Reply) -> Outcome:
    """Read an answer of the Send API or the Cloud API."""
    if reply.status // 100 == 2:
        return _taken(reply)
    given = inner(reply.body, "error")
    code, subcode = _number(given.get("code")), _number(given.get("error_subcode")) or 0
    if code is None:
        return _by_status(reply)
    named = f"{code}/{subcode}" if subcode else f"{code}"
    error = classify(code, subcode)
    if error == "content" and (reply.status == TOO_MANY or reply.status >= 500):
        error = "retry"  # a number that we do not know, on a bad day
    return Failed(
        error, named, reply.retry_after_seconds, everyone=code in WE_ALL, most_tries=1 if code in ONCE else None
    )


def _taken(reply: Reply) -> Outcome:
    """Return the message's id; a success that says nothing of a message is one that nobody can vouch for."""
    for message in items(reply.body, "messages"):
        if text(message, "id"):
            return Sent(text(message, "id"))
    if text(reply.body, "message_id"):
        return Sent(text(reply.body, "message_id"))
    if reply.body.get("success") is True or text(reply.body, "recipient_id"):
        return Sent()
    return Failed("unknown", f"{reply.status}")


def _by_status(reply: Reply) -> Failed:
    """Judge an answer without an error number by its status."""
    if reply.status == TOO_MANY or reply.status >= 500:
        return Failed("retry", f"{reply.status}", reply.retry_after_seconds)
    return Failed("token" if reply.status == 401 else "content", f"{reply.status}")


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
