"""A small server that stands for Chatwoot, as its API reference describes it: an account, an API inbox, agents.

https://developers.chatwoot.com/api-reference — contacts, conversations, messages, toggle_status; and the webhook that
it posts, signed, when an agent writes or resolves.
"""

import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

ACCOUNT, INBOX, TOKEN, SECRET = 3, 7, "an agent's token", "the webhook's secret"


@dataclass
class Chatwoot:
    """The running server, and what agents do in it."""

    url: str = ""
    webhook: str = ""
    down: int = 0  # answers that are 503 before it works again
    contacts: dict[int, dict[str, Any]] = field(default_factory=dict)
    conversations: dict[int, dict[str, Any]] = field(default_factory=dict)

    @property
    def settings(self) -> dict[str, str]:
        """Return what our side needs to know."""
        return {
            "CHATWOOT_URL": self.url, "CHATWOOT_ACCOUNT_ID": str(ACCOUNT), "CHATWOOT_INBOX_ID": str(INBOX),
            "CHATWOOT_TOKEN": TOKEN, "CHATWOOT_WEBHOOK_SECRET": SECRET,
        }  # fmt: skip

    def said(self, conversation: int = 1) -> list[tuple[str, str]]:
        """Return (incoming, outgoing or note; text) of everything in a conversation."""
        return [
            ("note" if one["private"] else one["message_type"], one["content"])
            for one in self.conversations[conversation]["messages"]
        ]

    async def writes(
        self, text: str, *, agent: int = 21, name: str = "Ines Agent", conversation: int = 1, **more: Any
    ) -> int:
        """Let an agent write to the patient; return what our webhook answered."""
        message = self._add(conversation, {"content": text, "message_type": "outgoing", **more})
        return await self._post({
            "event": "message_created", **message, "sender": {"id": agent, "name": name, "type": "user"},
            "account": {"id": ACCOUNT, "name": "Clinic"}, "inbox": {"id": INBOX, "name": "Front Door"},
            "conversation": {"id": conversation, "status": "open", "inbox_id": INBOX},
        })  # fmt: skip

    async def repeats(self, conversation: int = 1, agent: int = 21) -> int:
        """Post the last message once more."""
        message = self.conversations[conversation]["messages"][-1]
        return await self._post({
            "event": "message_created", **message, "sender": {"id": agent, "name": "Ines Agent", "type": "user"},
            "account": {"id": ACCOUNT}, "inbox": {"id": INBOX}, "conversation": {"id": conversation},
        })  # fmt: skip

    async def resolves(self, conversation: int = 1) -> int:
        """Let an agent resolve it; return what our webhook answered."""
        return await self._set(conversation, "resolved")

    async def posts(self, event: Any, **headers: str) -> int:
        """Post something to our webhook, signed unless *headers* say otherwise."""
        return await self._post(event, **headers)

    async def _set(self, conversation: int, status: str) -> int:
        before = self.conversations[conversation]["status"]
        self.conversations[conversation]["status"] = status
        if before == status:
            return 200
        return await self._post({
            "event": "conversation_status_changed", "id": conversation, "inbox_id": INBOX, "status": status,
            "changed_attributes": [{"status": {"previous_value": before, "current_value": status}}],
        })  # fmt: skip

    async def _post(self, event: Any, **headers: str) -> int:
        body, seconds = json.dumps(event).encode(), str(int(time.time()))
        seconds = headers.pop("at", seconds)
        made = hmac.new(SECRET.encode(), seconds.encode() + b"." + body, hashlib.sha256).hexdigest()
        signed = {"X-Chatwoot-Timestamp": seconds, "X-Chatwoot-Signature": f"sha256={made}", **headers}
        async with aiohttp.ClientSession() as http, http.post(self.webhook, data=body, headers=signed) as response:
            return response.status

    def _add(self, conversation: int, given: dict[str, Any]) -> dict[str, Any]:
        messages = self.conversations[conversation]["messages"]
        message = {"private": False, **given, "id": 1_000 * conversation + len(messages) + 1}
        messages.append(message)
        return message

    def app(self) -> web.Application:
        """Return its API."""
        app = web.Application(middlewares=[self._checked])
        base = f"/api/v1/accounts/{ACCOUNT}"
        app.router.add_post(f"{base}/contacts", self._contact)
        app.router.add_get(f"{base}/contacts/search", self._search)
        app.router.add_post(f"{base}/conversations", self._conversation)
        app.router.add_post(base + "/conversations/{id}/messages", self._message)
        app.router.add_post(base + "/conversations/{id}/toggle_status", self._toggle)
        return app

    @web.middleware
    async def _checked(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if request.headers.get("api_access_token") != TOKEN:
            return web.json_response({"error": "Invalid Access Token"}, status=401)
        if self.down:
            self.down -= 1
            return web.Response(status=503)
        found: web.StreamResponse = await handler(request)
        return found

    async def _contact(self, request: web.Request) -> web.Response:
        given = await request.json()
        if any(one["identifier"] == given["identifier"] for one in self.contacts.values()):
            return web.json_response({"message": "Identifier has already been taken"}, status=422)
        identifier = len(self.contacts) + 1
        inbox = {"source_id": f"source-{identifier}", "inbox": {"id": given["inbox_id"]}}
        contact = {"id": identifier, **given, "contact_inboxes": [inbox]}
        self.contacts[identifier] = contact
        return web.json_response({"payload": {"contact": contact, "contact_inbox": inbox}})

    async def _search(self, request: web.Request) -> web.Response:
        found = [one for one in self.contacts.values() if request.query["q"] in one["identifier"]]
        return web.json_response({"meta": {"count": len(found)}, "payload": found})

    async def _conversation(self, request: web.Request) -> web.Response:
        given = await request.json()
        sources = [one["source_id"] for one in self.contacts[given["contact_id"]]["contact_inboxes"]]
        if given["source_id"] not in sources:
            return web.Response(status=404)
        identifier = max(self.conversations, default=0) + 1
        self.conversations[identifier] = {"id": identifier, "status": given.get("status", "open"), "messages": []}
        return web.json_response({"id": identifier, "account_id": ACCOUNT, "inbox_id": INBOX})

    async def _message(self, request: web.Request) -> web.Response:
        given = await request.json()
        if int(request.match_info["id"]) not in self.conversations:
            return web.Response(status=404)
        if not given["content"] or given["message_type"] not in ("incoming", "outgoing"):
            return web.Response(status=422)
        return web.json_response(self._add(int(request.match_info["id"]), given))

    async def _toggle(self, request: web.Request) -> web.Response:
        identifier, status = int(request.match_info["id"]), (await request.json())["status"]
        await self._set(identifier, status)
        return web.json_response(
            {"payload": {"success": True, "current_status": status, "conversation_id": identifier}}
        )
