"""Messages as Messaging API calls, and what the answers mean.

https://developers.line.biz/en/reference/messaging-api/#send-push-message
"""

import uuid
from dataclasses import dataclass
from typing import Any

from frontdoor.channels.contract import Call, Choice, Failed, Letter, Outcome, Recipient, Reply, Sent
from frontdoor.channels.cutting import UNITS, shorten, split
from frontdoor.channels.numbered import with_numbers

TEXT_MOST = 5000  # UTF-16 units in one message
MESSAGES_MOST = 5  # in one call
QUICK_REPLIES_MOST = 13
TITLE_MOST = 20  # UTF-16 units on a quick reply
LOADING_SECONDS = 20
RETRY_KEY = "X-Line-Retry-Key"
TAKEN_BEFORE = 409  # this retry key was accepted already


@dataclass(frozen=True)
class Api:
    """Where and as whom we call."""

    base: str
    token: str

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> Call:
        """Return one call of the Messaging API."""
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        return Call(f"{self.base}/v2/bot/{path}", json=body, headers=headers, method=method, **options)

    def letter(self, letter: Letter, to: Recipient) -> list[Call]:
        """Return a letter's calls: the first on the reply token where there is one, the others pushed."""
        messages = _messages(letter)
        bunches = [messages[at : at + MESSAGES_MOST] for at in range(0, len(messages), MESSAGES_MOST)]
        return [self._bunch(bunch, number, to) for number, bunch in enumerate(bunches)]

    def loading(self, to: Recipient) -> Call:
        """Return the call that shows that an answer is coming."""
        return self.call("POST", "chat/loading/start", {"chatId": to.address, "loadingSeconds": LOADING_SECONDS},
                         counts=False)  # fmt: skip

    def _bunch(self, messages: list[dict[str, Any]], number: int, to: Recipient) -> Call:
        if to.reply_token and number == 0:
            return self.call("POST", "message/reply", {"replyToken": to.reply_token, "messages": messages})
        key = to.retry_key if number == 0 else str(uuid.uuid5(uuid.NAMESPACE_OID, f"{to.retry_key} {number}"))
        body = {"to": to.address, "messages": messages}
        return self.call("POST", "message/push", body, headers={RETRY_KEY: key} if to.retry_key else {},
                         safe=bool(to.retry_key))  # fmt: skip


def judge(call: Call, reply: Reply) -> Outcome:
    """Read an answer by its status."""
    match reply.body:
        case {"sentMessages": [{"id": str(number)}, *_]} if reply.status in (200, TAKEN_BEFORE):
            return Sent(number)
    code = f"{reply.status}"
    if reply.status == TAKEN_BEFORE or (reply.status == 200 and not call.counts):
        return Sent()
    if 200 <= reply.status < 300:  # taken, perhaps; a push asks again under its key
        return Failed("retry" if call.safe else "unknown", code)
    if reply.status == 400 and "replyToken" in (call.json or {}):  # too late for it: the next try is a push
        return Failed("retry", "reply token")
    if reply.status == 429 or reply.status >= 500:
        return Failed("retry", code, reply.retry_after_seconds)
    if reply.status == 401:
        return Failed("token", code)
    return Failed("config" if reply.status == 403 else "content", code)


def _messages(letter: Letter) -> list[dict[str, Any]]:
    """Return the text in parts, quick replies under the last; what is no quick reply is written out."""
    presses = [choice for choice in letter.choices if choice.payload]
    links = [choice for choice in letter.choices if choice.url]
    if letter.file_url:
        links.append(Choice(letter.file_name or "⬇", url=letter.file_url))
    fit = len(presses) <= QUICK_REPLIES_MOST
    whole = fit and all(UNITS["utf16"](choice.title) <= TITLE_MOST for choice in presses)
    text = with_numbers(letter.text, links if whole else [*links, *presses])
    parts = split(text, TEXT_MOST, "utf16") or (["…"] if presses else [])
    messages: list[dict[str, Any]] = [{"type": "text", "text": part} for part in parts]
    if presses and fit:
        items = [_item(choice, 0 if whole else number) for number, choice in enumerate(presses, 1)]
        messages[-1]["quickReply"] = {"items": items}
    return messages


def _item(choice: Choice, number: int) -> dict[str, Any]:
    label = f"{number}. {choice.title}" if number else choice.title
    action = {
        "type": "postback", "label": shorten(label, TITLE_MOST, "utf16"), "data": choice.payload,
        "displayText": shorten(choice.title, 300, "utf16"),
    }  # fmt: skip
    return {"type": "action", "action": action}
