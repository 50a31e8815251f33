"""Chatwoot beside our own desk: its agents answer there, our gate decides what reaches the patient.

Out: once somebody wants a person, the conversation is opened there with what was said before, and every message
follows: the patient's as incoming ones, all others as notes. In: an agent's reply claims the conversation here for that
agent, who is a member of staff "via Chatwoot"; what our states refuse is not sent, and a note there says why. Resolving
there closes it here, or returns it to the assistant.
"""

import contextlib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import aiohttp

from frontdoor.conversations import store_desk, store_leases, store_saying
from frontdoor.conversations.doer import Doer, locked
from frontdoor.conversations.happenings import Staff, Transferred
from frontdoor.conversations.model import Conversation, Message
from frontdoor.conversations.scope import Scope
from frontdoor.conversations.states import Refused, State
from frontdoor.conversations.store_ownership import apply
from frontdoor.database.pool import Pool
from frontdoor.desk.context import as_doer
from frontdoor.helpdesk import store_deliveries, store_twins
from frontdoor.helpdesk.chatwoot import Agent, Client, Office, Reply, Resolved
from frontdoor.helpdesk.model import Delivery, Twin
from frontdoor.helpdesk.wording import wording
from frontdoor.privacy.audit import Actor
from frontdoor.settings import Settings

SHOWN = (State.WAITING, State.STAFF)  # in which agents there see what is said
REFUSED = "chatwoot.refused"  # a delivery of our own making: tell an agent what was not done


@dataclass
class Twins:
    """Keeps our conversations and those in Chatwoot alike."""

    pool: Pool
    client: Client
    settings: Settings

    @property
    def office(self) -> Office:
        """Where they are."""
        return self.client.office

    async def tell(self, one: Delivery) -> str:
        """Tell Chatwoot; return what became of it, for the log.

        Raises:
            aiohttp.ClientError, asyncio.TimeoutError: It did not take it.
        """
        now = await store_twins.conversation(self.pool, one.conversation_id)
        if now is None:
            return "erased"
        twin = await store_twins.of(self.pool, now.id)
        try:
            return await self._tell(one, now, twin)
        except aiohttp.ClientResponseError as error:
            if twin is None or error.status != 404:  # else somebody deleted it there
                raise
        await store_twins.forget(self.pool, now.id)
        return await self._open(now, None) if now.state in SHOWN else "gone"

    async def _tell(self, one: Delivery, now: Conversation, twin: Twin | None) -> str:
        if one.event == "conversation.opened":
            return await self._open(now, twin)
        if twin is None:
            return "nothing"
        if one.event == "conversation.message":
            return await self._follow(now, twin)
        if one.event == REFUSED:
            await self._note(twin, one.detail["code"], holder=one.detail["holder"] or self._says("somebody"))
            if one.detail["reopen"]:
                await self.client.status(twin.chatwoot_id, "open")
            return "said"
        return await self._changed(one, now, twin)

    async def keep(self, at: datetime) -> None:
        """Renew what agents have whom Chatwoot shows at work: they have no page of ours that would."""
        for twin in await store_twins.to_keep(self.pool, at, timedelta(minutes=self.office.lease_minutes)):
            assert twin.agent_id
            with contextlib.suppress(Refused):  # it was lost or given away meanwhile
                await store_leases.heartbeat(self.pool, _owner(self.settings, twin, at), twin.conversation_id)

    async def _open(self, now: Conversation, twin: Twin | None) -> str:
        if twin is None:
            contact, source = await self.client.contact(now.id, now.display_name or "Patient")
            await store_twins.keep(
                self.pool, now.id, contact, source, await self.client.conversation(contact, source, now.id)
            )
            twin = await store_twins.of(self.pool, now.id)
            assert twin
        else:
            await self.client.status(twin.chatwoot_id, "open")
        await self._note(twin, "wants", reason=now.ownership.reason or "asked", priority=now.ownership.priority)
        return await self._follow(now, twin)

    async def _follow(self, now: Conversation, twin: Twin) -> str:
        """Say there what was said here since; with the assistant alone, nothing is."""
        if now.state not in SHOWN:
            return "nothing"
        for message, theirs in await store_twins.since(self.pool, now.id, twin.told_seq):
            if not theirs:
                await self.client.say(twin.chatwoot_id, self._text(message), incoming=message.author == "patient")
            await store_twins.told(self.pool, now.id, message.seq)
        return "said"

    async def _changed(self, one: Delivery, now: Conversation, twin: Twin) -> str:
        if one.detail.get("to") in ("closed", "bot"):
            await self.client.status(twin.chatwoot_id, "resolved")
            return "resolved"
        owner = now.ownership.owner_name
        if one.detail.get("to") == "staff" and owner and now.ownership.owner_id != twin.agent_id:
            await self._note(twin, "at_the_desk", holder=owner)
            return "said"
        return "nothing"

    async def _note(self, twin: Twin, key: str, **values: object) -> None:
        await self.client.say(twin.chatwoot_id, self._says(key, **values), incoming=False)

    def _says(self, key: str, **values: object) -> str:
        return wording(key, self.settings.language, **values)

    def _text(self, message: Message) -> str:
        """Return a message as agents read it; whose it is stands before it, but for the patient's."""
        said = message.text or ""
        if message.attachment:
            said = f"{said}\n[{message.attachment['filename']}]".strip()
        return (said or "…") if message.author == "patient" else f"{self._says(f'author_{message.author}')}: {said}"


@dataclass(frozen=True)
class Incoming:
    """What agents do in Chatwoot, done here as far as our states allow."""

    pool: Pool
    office: Office
    settings: Settings

    async def take(self, what: Reply | Resolved, at: datetime) -> str:
        """Do it; return done, refused or unknown."""
        twin = await store_twins.by_chatwoot(self.pool, what.chatwoot_id)
        if twin is None:
            return "unknown"
        try:
            if isinstance(what, Resolved):
                await self._resolve(twin, at)
            elif what.text:
                await self._reply(twin, what, at)
            if isinstance(what, Reply) and what.files:
                raise Refused("no_files")
        except Refused as refusal:
            detail = {"code": refusal.code, "holder": refusal.holder, "reopen": isinstance(what, Resolved)}
            await store_deliveries.enqueue(self.pool, REFUSED, twin.conversation_id, detail, kind="chatwoot")
            return "refused"
        return "done"

    async def _reply(self, twin: Twin, what: Reply, at: datetime) -> None:
        """Send an agent's words, taking the conversation first where it is free or another agent's."""
        doer = self._doer(what.agent, at)
        now = await self._handed_on(twin, doer)
        if now.state is State.WAITING:
            now = await store_desk.claim(self.pool, doer, now.id, now.epoch)
        elif now.state is State.BOT:
            now = await store_desk.take_over(self.pool, doer, now.id)
        if now.state is State.CLOSED:
            raise Refused("closed")
        key = f"chatwoot:{what.message_id}"
        await store_saying.reply(self.pool, doer, now.id, text=what.text, epoch=now.epoch, client_message_id=key)
        await store_twins.agent(self.pool, now.id, doer.staff.id, what.agent.name, at)
        await store_desk.seen(self.pool, doer, now.id, twin.told_seq)

    async def _handed_on(self, twin: Twin, doer: Doer) -> Conversation:
        """Return our conversation, now this agent's if it was another agent's of Chatwoot."""
        async with locked(self.pool, doer, twin.conversation_id) as (connection, now):
            owner = now.ownership.owner_id
            if now.state is not State.STAFF or owner is None or owner != twin.agent_id or owner == doer.staff.id:
                return now
            what = Transferred(doer.at, Staff(owner, twin.agent_name or ""), doer.staff)
            return await apply(connection, now, what, doer.actor, doer.terms)

    async def _resolve(self, twin: Twin, at: datetime) -> None:
        """Close it, or give it back, in the name of the agent who had it. What is not theirs stays as it is."""
        now = await store_twins.conversation(self.pool, twin.conversation_id)
        if now is None or now.state in (State.CLOSED, State.BOT, State.RETURNING):
            return
        if now.ownership.owner_id is None or now.ownership.owner_id != twin.agent_id:
            raise Refused("not_owner" if now.ownership.owner_id else "not_theirs", now.ownership.owner_name or "")
        doer = _owner(self.settings, twin, at)
        if self.office.resolved == "return":
            slots = sorted(now.slots)
            await store_desk.give_back(self.pool, doer, now.id, slots=slots, summary="", seen_seq=twin.told_seq)
        else:
            await store_desk.close(self.pool, doer, now.id, "answered", seen_seq=twin.told_seq)

    def _doer(self, agent: Agent, at: datetime) -> Doer:
        place = uuid.uuid5(uuid.NAMESPACE_URL, self.office.base)
        staff = Staff(str(uuid.uuid5(place, str(agent.id))), agent.name)
        actor = Actor(staff.id, f"{agent.name} via Chatwoot", f"chatwoot:{agent.id}")
        return as_doer(self.settings, staff, actor, Scope(staff.id, None), at)


def _owner(settings: Settings, twin: Twin, at: datetime) -> Doer:
    """Return the agent who has the conversation."""
    assert twin.agent_id
    staff = Staff(twin.agent_id, twin.agent_name or "")
    return as_doer(settings, staff, Actor(staff.id, f"{staff.name} via Chatwoot"), Scope(staff.id, None), at)
