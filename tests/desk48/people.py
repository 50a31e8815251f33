"""Who and what the reducer's tests are about: people, a conversation in every state, everything that can happen."""

from datetime import datetime, timedelta, timezone

from frontdoor.conversations import happenings as h
from frontdoor.conversations.happenings import Happening, Staff
from frontdoor.conversations.states import Ownership, step

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=timezone.utc)
LATER = NOW + timedelta(hours=1)
ANA, BEN, SUE = Staff("a", "Ana"), Staff("b", "Ben"), Staff("s", "Sue", supervisor=True)
IDA, MAX = Staff("i", "Ida", online=False), Staff("m", "Max", full=True)

BOT = Ownership()
WAITING = step(BOT, h.HandoffAsked(NOW, "asked"))
OPEN_WAIT = step(WAITING, h.KeepAssistant(NOW))
ALARM = step(BOT, h.EmergencyFound(NOW, "cardiac", "chest-pain"))
OWNED = step(WAITING, h.Claimed(NOW, ANA, WAITING.epoch))
ANSWERED = step(OWNED, h.Replied(NOW, ANA, OWNED.epoch))
OWNED_ALARM = step(ALARM, h.Claimed(NOW, ANA, ALARM.epoch))
RETURNING = step(ANSWERED, h.ReturnedToBot(NOW, ANA))
CLOSED = step(ANSWERED, h.Resolved(NOW, ANA, "answered"))
STATES = {
    "bot": BOT, "waiting": WAITING, "open wait": OPEN_WAIT, "alarm": ALARM, "owned": OWNED, "answered": ANSWERED,
    "owned alarm": OWNED_ALARM, "returning": RETURNING, "closed": CLOSED,
}  # fmt: skip

WHATS: dict[str, Happening] = {
    "patient wrote": h.PatientWrote(LATER),
    "emergency": h.EmergencyFound(LATER, "cardiac", "chest-pain"),
    "patient safe": h.PatientSafe(LATER),
    "handoff asked": h.HandoffAsked(LATER, "asked", 2),
    "cancelled": h.PatientCancelled(LATER),
    "keep assistant": h.KeepAssistant(LATER),
    "claimed by Ben": h.Claimed(LATER, BEN, 2),
    "taken over by Ben": h.TakenOver(LATER, BEN),
    "taken over by Sue": h.TakenOver(LATER, SUE),
    "assigned by the router": h.Assigned(LATER, None, BEN),
    "assigned by Ana": h.Assigned(LATER, ANA, BEN),
    "released by Ana": h.Released(LATER, ANA),
    "released by Ben": h.Released(LATER, BEN),
    "transferred by Ana": h.Transferred(LATER, ANA, BEN),
    "transferred by Ben": h.Transferred(LATER, BEN, BEN),
    "replied by Ana": h.Replied(LATER, ANA, 3),
    "replied by Ben": h.Replied(LATER, BEN, 3),
    "heartbeat of Ana": h.Heartbeat(LATER, ANA),
    "heartbeat of Ben": h.Heartbeat(LATER, BEN),
    "lease over": h.LeaseExpired(LATER),
    "no first reply": h.NoFirstReply(LATER),
    "returned by Ana": h.ReturnedToBot(LATER, ANA),
    "returned by Ben": h.ReturnedToBot(LATER, BEN),
    "bot accepted": h.BotAccepted(LATER),
    "bot refused": h.BotRefused(LATER),
    "resolved by Ana": h.Resolved(LATER, ANA, "answered"),
    "resolved by Ben": h.Resolved(LATER, BEN, "answered"),
    "resolved by Sue": h.Resolved(LATER, SUE, "answered"),
    "patient silent": h.PatientSilent(LATER),
    "priority changed": h.PriorityChanged(LATER, ANA, 1, "because"),
    "clinic opened": h.ClinicOpened(LATER),
    "merge asked by Sue": h.MergeAsked(LATER, SUE),
    "returned by Sue": h.ReturnedToBot(LATER, SUE),
    "released by Sue": h.Released(LATER, SUE),
    "transferred by Sue": h.Transferred(LATER, SUE, BEN),
    "assigned by Sue": h.Assigned(LATER, SUE, BEN),
    "assigned by Sue to Ida": h.Assigned(LATER, SUE, IDA),
    "assigned by Sue to Max": h.Assigned(LATER, SUE, MAX),
    "transferred by Ana to Ida": h.Transferred(LATER, ANA, IDA),
    "transferred by Ana to Max": h.Transferred(LATER, ANA, MAX),
}
