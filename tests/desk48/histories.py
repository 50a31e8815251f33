"""Random histories of a conversation, and what must be true in and between all of its states."""

from datetime import datetime, timedelta

from hypothesis import strategies as st

from frontdoor.conversations import happenings as h
from frontdoor.conversations.happenings import Happening
from frontdoor.conversations.states import EMERGENCY, ROUTINE, Ownership, Refused, State, step
from tests.desk48.people import ANA, BEN, IDA, MAX, NOW, SUE

PEOPLE = st.sampled_from([ANA, BEN, SUE, IDA, MAX])
EPOCHS = st.integers(-1, 1)  # from the present one


@st.composite
def anything(draw: st.DrawFn, now: Ownership, at: datetime) -> Happening:
    """Draw something that happens at *at*, mostly fitting, sometimes stale."""
    kind = draw(st.sampled_from(sorted(_MAKERS)))
    return _MAKERS[kind](draw, now, at)


_MAKERS = {
    "wrote": lambda draw, now, at: h.PatientWrote(at),
    "emergency": lambda draw, now, at: h.EmergencyFound(at, "cardiac", "chest-pain"),
    "safe": lambda draw, now, at: h.PatientSafe(at),
    "handoff": lambda draw, now, at: h.HandoffAsked(
        at, "asked", draw(st.integers(0, 3)), draw(st.booleans()), draw(st.booleans())
    ),
    "cancelled": lambda draw, now, at: h.PatientCancelled(at),
    "keep": lambda draw, now, at: h.KeepAssistant(at),
    "claimed": lambda draw, now, at: h.Claimed(at, draw(PEOPLE), now.epoch + draw(EPOCHS)),
    "taken": lambda draw, now, at: h.TakenOver(at, draw(PEOPLE)),
    "assigned": lambda draw, now, at: h.Assigned(at, draw(st.none() | PEOPLE), draw(PEOPLE)),
    "released": lambda draw, now, at: h.Released(at, draw(PEOPLE), draw(st.none() | st.just("billing"))),
    "transferred": lambda draw, now, at: h.Transferred(at, draw(PEOPLE), draw(PEOPLE)),
    "replied": lambda draw, now, at: h.Replied(at, draw(PEOPLE), now.epoch + draw(EPOCHS)),
    "heartbeat": lambda draw, now, at: h.Heartbeat(at, draw(PEOPLE)),
    "lease": lambda draw, now, at: h.LeaseExpired(at),
    "first": lambda draw, now, at: h.NoFirstReply(at),
    "returned": lambda draw, now, at: h.ReturnedToBot(at, draw(PEOPLE)),
    "accepted": lambda draw, now, at: h.BotAccepted(at),
    "refused": lambda draw, now, at: h.BotRefused(at),
    "resolved": lambda draw, now, at: h.Resolved(at, draw(PEOPLE), "answered"),
    "silent": lambda draw, now, at: h.PatientSilent(at),
    "opened": lambda draw, now, at: h.ClinicOpened(at),
    "merge": lambda draw, now, at: h.MergeAsked(at, draw(PEOPLE)),
    "priority": lambda draw, now, at: h.PriorityChanged(at, draw(PEOPLE), draw(st.integers(-1, 5)), "because"),
}


def hold_one(now: Ownership) -> None:
    """Check what is true of any single conversation."""
    assert (now.owner_id is not None) <= (now.state in (State.STAFF, State.RETURNING))  # I4: nobody owns by accident
    assert (now.state is State.STAFF) <= (now.owner_id is not None)
    assert now.bot_may_speak <= (now.state in (State.BOT, State.WAITING))  # I1: never beside a person
    assert EMERGENCY <= now.priority <= ROUTINE
    exits = {
        State.WAITING: now.waiting_since, State.STAFF: now.lease_expires_at, State.RETURNING: now.returning_since,
        State.CLOSED: now.closed_at, State.BOT: NOW,
    }  # fmt: skip
    assert exits[now.state] is not None  # I5, I8: a timer for every state that waits for somebody
    assert not (now.bot_ok and now.state is not State.WAITING)


def hold_between(before: Ownership, what: Happening, after: Ownership) -> None:
    """Check what is true of any change."""
    assert after.epoch >= before.epoch
    speaker = "bot" if before.bot_may_speak else before.owner_id if before.state is State.STAFF else None
    speaker_after = "bot" if after.bot_may_speak else after.owner_id if after.state is State.STAFF else None
    if speaker is not None and speaker != speaker_after:
        assert after.epoch > before.epoch  # I1: what the old speaker still sends is of an older epoch
    if before.state is not after.state:
        assert after.epoch > before.epoch
    by_people = (h.PriorityChanged, h.Resolved, h.ReturnedToBot, h.BotAccepted, h.PatientSilent)
    if before.priority == EMERGENCY and before.state in (State.WAITING, State.STAFF) and after.priority != EMERGENCY:
        assert isinstance(what, by_people)  # I6: only people lower it, or end it
    if isinstance(what, h.EmergencyFound):
        assert after.priority == EMERGENCY
        assert after.state in (State.WAITING, State.STAFF)
        assert not after.bot_ok
    waits = (State.WAITING, State.STAFF)
    if before.state in waits and after.state is State.WAITING:
        assert after.waiting_since == before.waiting_since  # I7
        if not isinstance(what, h.PriorityChanged):
            assert after.priority <= before.priority


def histories(data: st.DataObject, most: int = 30) -> "list[tuple[Ownership, Happening, Ownership]]":
    """Let a conversation live through up to *most* happenings; return every change that was allowed."""
    now, at, changes = Ownership(), NOW, []
    for _ in range(data.draw(st.integers(1, most))):
        at += timedelta(seconds=data.draw(st.sampled_from([0, 1, 61, 301, 3_601, 50_000])))
        what = data.draw(anything(now, at))
        try:
            after = step(now, what)
        except Refused:
            continue
        changes.append((now, what, after))
        now = after
    return changes
