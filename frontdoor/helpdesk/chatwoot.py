"""Chatwoot's API, as far as an inbox of the kind "API" needs it; and reading what it posts to us. No SQL here.

https://developers.chatwoot.com/api-reference: contacts, conversations, messages, toggle_status; webhooks are signed:
X-Chatwoot-Signature is "sha256=" and the HMAC-SHA256 of "<X-Chatwoot-Timestamp>.<body>".
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp

from frontdoor.settings import Settings, SettingsError

TIMEOUT = aiohttp.ClientTimeout(total=10)
FRESH_SECONDS = 300  # a webhook that is older is a replay
TEXT_MOST_CHARS = 4_000
NAMES = ("CHATWOOT_URL", "CHATWOOT_ACCOUNT_ID", "CHATWOOT_INBOX_ID", "CHATWOOT_TOKEN", "CHATWOOT_WEBHOOK_SECRET")


@dataclass(frozen=True)
class Office:
    """Where our conversations are in Chatwoot."""

    url: str
    account: int
    inbox: int
    token: str
    secret: str
    queues: tuple[str, ...]
    resolved: str  # close or return: what becomes of ours when theirs is resolved
    lease_minutes: int  # an agent who does nothing for this long loses the conversation to the queue

    @property
    def base(self) -> str:
        """The account's API."""
        return f"{self.url}/api/v1/accounts/{self.account}"


@dataclass(frozen=True)
class Agent:
    """Who works in Chatwoot."""

    id: int
    name: str


@dataclass(frozen=True)
class Reply:
    """An agent wrote to the patient."""

    chatwoot_id: int
    message_id: int
    agent: Agent
    text: str
    files: bool = False  # it has some, which do not go out


@dataclass(frozen=True)
class Resolved:
    """Somebody, or a rule there, resolved the conversation."""

    chatwoot_id: int


def from_settings(settings: Settings) -> Office | None:
    """Return where Chatwoot is, or None.

    Raises:
        SettingsError: Some of its settings are there and some are not, or cannot be used.
    """
    given = {name: settings.text(name) for name in NAMES}
    if not any(given.values()):
        return None
    for name, value in given.items():
        if not value or (name.endswith("_ID") and not value.isdecimal()):
            raise SettingsError(f"{name} is missing or cannot be used: Chatwoot needs {', '.join(NAMES)}.")
    resolved = settings.text("CHATWOOT_RESOLVED") or "close"
    minutes = settings.text("CHATWOOT_LEASE_MINUTES") or "60"
    if resolved not in ("close", "return"):
        raise SettingsError("CHATWOOT_RESOLVED takes close or return.")
    if not minutes.isdecimal() or not 5 <= int(minutes) <= 1_440:
        raise SettingsError("CHATWOOT_LEASE_MINUTES takes a whole number from 5 to 1440.")
    return Office(
        url=given["CHATWOOT_URL"].rstrip("/"), account=int(given["CHATWOOT_ACCOUNT_ID"]),
        inbox=int(given["CHATWOOT_INBOX_ID"]), token=given["CHATWOOT_TOKEN"], secret=given["CHATWOOT_WEBHOOK_SECRET"],
        queues=tuple(settings.text("CHATWOOT_QUEUES").split()), resolved=resolved, lease_minutes=int(minutes),
    )  # fmt: skip


def is_authentic(office: Office, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Tell whether Chatwoot sent *body*, and lately."""
    timestamp, given = headers.get("x-chatwoot-timestamp", ""), headers.get("x-chatwoot-signature", "")
    if not timestamp.isascii() or not timestamp.isdecimal() or abs(now.timestamp() - int(timestamp)) > FRESH_SECONDS:
        return False
    made = hmac.new(office.secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(given.encode("utf-8", "replace"), f"sha256={made}".encode())


def parse(office: Office, event: Any) -> Reply | Resolved | None:
    """Return what an agent did in our inbox; notes, our own messages and all else are nothing."""
    match event:
        case {
            "event": "message_created", "id": int(message), "message_type": "outgoing", "content": str() | None as text,
            "conversation": {"id": int(conversation)}, "inbox": {"id": office.inbox}, "account": {"id": office.account},
            "sender": {"id": int(agent), "name": str(name)}, **more,
        } if not more.get("private") and ((text or "").strip() or more.get("attachments")):  # fmt: skip
            who, said = Agent(agent, name.strip()[:60] or "Chatwoot"), (text or "").strip()[:TEXT_MOST_CHARS]
            return Reply(conversation, message, who, said, bool(more.get("attachments")))
        case {
            "event": "conversation_status_changed", "id": int(conversation), "status": "resolved",
            "inbox_id": office.inbox,
        }:  # fmt: skip
            return Resolved(conversation)
    return None


class Client:
    """Calls Chatwoot. Raises `aiohttp.ClientError` and `asyncio.TimeoutError`."""

    def __init__(self, office: Office, http: aiohttp.ClientSession) -> None:
        self.office, self.http = office, http

    async def contact(self, identifier: str, name: str) -> tuple[int, str]:
        """Return the contact (its id, and its source id in our inbox) with our *identifier*, made if need be."""
        wanted = {"inbox_id": self.office.inbox, "identifier": identifier, "name": name}
        try:
            made = await self._call("POST", "/contacts", wanted)
        except aiohttp.ClientResponseError as error:
            if error.status != 422:  # else it is there, from a try that broke off
                raise
            return await self._known(identifier)
        payload = made["payload"]
        return int(payload["contact"]["id"]), str(payload["contact_inbox"]["source_id"])

    async def conversation(self, contact: int, source: str, ours: str) -> int:
        """Open a conversation of the contact; return its id."""
        wanted = {
            "source_id": source, "inbox_id": self.office.inbox, "contact_id": contact, "status": "open",
            "custom_attributes": {"frontdoor": ours},
        }  # fmt: skip
        return int((await self._call("POST", "/conversations", wanted))["id"])

    async def say(self, conversation: int, text: str, *, incoming: bool) -> None:
        """Add what the patient said (*incoming*), or a note for agents."""
        kind = {"message_type": "incoming"} if incoming else {"message_type": "outgoing", "private": True}
        await self._call("POST", f"/conversations/{conversation}/messages", {"content": text, **kind})

    async def status(self, conversation: int, status: str) -> None:
        """Set open or resolved."""
        await self._call("POST", f"/conversations/{conversation}/toggle_status", {"status": status})

    async def _known(self, identifier: str) -> tuple[int, str]:
        found = await self._call("GET", f"/contacts/search?q={identifier}", None)
        for one in found["payload"]:
            if one.get("identifier") == identifier:
                inboxes = [place for place in one["contact_inboxes"] if place["inbox"]["id"] == self.office.inbox]
                return int(one["id"]), str(inboxes[0]["source_id"])
        raise aiohttp.ClientPayloadError("no such contact")

    async def _call(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        async with self.http.request(
            method, self.office.base + path, json=body, headers={"api_access_token": self.office.token},
            timeout=TIMEOUT, allow_redirects=False, raise_for_status=True,
        ) as response:  # fmt: skip
            return await response.json(content_type=None)
