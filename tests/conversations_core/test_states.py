"""Who may speak: every state with every happening, and random histories that must hold the invariants.

I1 one speaker, I4 one owner, I5 who is gone loses the lease, I6 an emergency is first and stays so, I7 nobody is moved
back in line, I8 no state without an exit. (I2, I3 and I9 to I12 are held by the store, the outbox and the desk.)
"""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontdoor.conversations import happenings as h
from frontdoor.conversations.happenings import Happening, Staff
from frontdoor.conversations.states import (
    EMERGENCY,
    ROUTINE,
    USUAL,
    Ownership,
    Refused,
    State,
    queue_key,
    step,
)

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

# What comes of each: a state, or the code of the refusal. One column a state, in the order of STATES.
TABLE = """
                        bot         waiting      open wait    alarm        owned        answered     owned alarm  returning      closed
patient wrote           bot         waiting      waiting      waiting      staff        staff        staff        returning      waiting
emergency               waiting     waiting      waiting      waiting      staff        staff        staff        waiting        waiting
patient safe            bot         waiting      waiting      waiting      staff        staff        staff        returning      closed
handoff asked           waiting     waiting      waiting      waiting      staff        staff        staff        returning      closed
cancelled               !waiting    bot          bot          !emergency   !waiting     !waiting     !waiting     !waiting       !waiting
keep assistant          !waiting    waiting      waiting      !emergency      !waiting     !waiting     !waiting     !waiting       !waiting
claimed by Ben          !waiting    staff        staff        staff        !waiting     !waiting     !waiting     !waiting       !waiting
taken over by Ben       staff       staff        staff        staff        !allowed     !allowed     !allowed     !allowed       !closed
taken over by Sue       staff       staff        staff        staff        staff        staff        staff        staff          !closed
assigned by the router  !waiting    staff        staff        staff        !waiting     !waiting     !waiting     !waiting       !waiting
assigned by Ana         !allowed    !allowed     !allowed     !allowed     !allowed     !allowed     !allowed     !allowed       !allowed
released by Ana         !owner      !owner       !owner       !owner       waiting      waiting      waiting      !owner         !owner
released by Ben         !owner      !owner       !owner       !owner       !owner       !owner       !owner       !owner         !owner
transferred by Ana      !owner      !owner       !owner       !owner       staff        staff        staff        !owner         !owner
transferred by Ben      !owner      !owner       !owner       !owner       !owner       !owner       !owner       !owner         !owner
replied by Ana          !owner      !owner       !owner       !owner       staff        staff        staff        !owner         !owner
replied by Ben          !owner      !owner       !owner       !owner       !owner       !owner       !owner       !owner         !owner
heartbeat of Ana        !owner      !owner       !owner       !owner       staff        staff        staff        !owner         !owner
heartbeat of Ben        !owner      !owner       !owner       !owner       !owner       !owner       !owner       !owner         !owner
lease over              !owner      !owner       !owner       !owner       waiting      waiting      waiting      !owner         !owner
no first reply          !owner      !owner       !owner       !owner       waiting      !owner       waiting      !owner         !owner
returned by Ana         !owner      !owner       !owner       !owner       returning    returning    returning    !owner         !owner
returned by Ben         !owner      !owner       !owner       !owner       !owner       !owner       !owner       !owner         !owner
bot accepted            !returning  !returning   !returning   !returning   !returning   !returning   !returning   bot            !returning
bot refused             !returning  !returning   !returning   !returning   !returning   !returning   !returning   waiting        !returning
resolved by Ana         !owner      !allowed     !allowed     !emergency   closed       closed       closed       !owner         !closed
resolved by Ben         !owner      !allowed     !allowed     !emergency   !owner       !owner       !owner       !owner         !closed
resolved by Sue         !owner      closed       closed       !emergency   closed       closed       closed       !owner         !closed
patient silent          !owner      !owner       !owner       !owner       closed       closed       !emergency   !owner         !owner
priority changed        bot         waiting      waiting      waiting      staff        staff        staff        returning      !closed
clinic opened           !waiting    waiting      waiting      waiting      !waiting     !waiting     !waiting     !waiting       !waiting
merge asked by Sue      !merged     !merged      !merged      !merged      !merged      !merged      !merged      !merged        !merged
returned by Sue         !owner      !owner       !owner       !owner       !owner       !owner       !owner       !owner         !owner
released by Sue         !owner      !owner       !owner       !owner       waiting      waiting      waiting      !owner         !owner
transferred by Sue      !owner      !owner       !owner       !owner       staff        staff        staff        !owner         !owner
assigned by Sue         !waiting    staff        staff        staff        !waiting     !waiting     !waiting     !waiting       !waiting
assigned by Sue to Ida  !waiting    !offline     !offline     !offline     !waiting     !waiting     !waiting     !waiting       !waiting
assigned by Sue to Max  !waiting    !full        !full        !full        !waiting     !waiting     !waiting     !waiting       !waiting
transferred by Ana to Ida  !owner   !owner       !owner       !owner       !offline     !offline     !offline     !owner         !owner
transferred by Ana to Max  !owner   !owner       !owner       !owner       !full        !full        !full        !owner         !owner
"""  # noqa: E501
CODES = {
    "!waiting": "not_waiting", "!owner": "not_owner", "!allowed": "not_allowed", "!returning": "not_returning",
    "!emergency": "emergency", "!closed": "closed", "!merged": "not_merged", "!offline": "offline", "!full": "full",
}  # fmt: skip


def cells() -> list[tuple[str, str, str]]:
    """Read the table: (state, happening, what comes of it)."""
    rows = []
    for line in TABLE.strip().splitlines()[1:]:
        words = line.split()
        what, results = " ".join(words[: -len(STATES)]), words[-len(STATES) :]
        rows += [(name, what, result) for name, result in zip(STATES, results, strict=True)]
    return rows


def test_the_table_names_every_happening() -> None:
    """No happening is left out, so none is allowed by accident."""
    assert {what for _, what, _ in cells()} == WHATS.keys()
    assert {type(what) for what in WHATS.values()} == set(Happening.__args__)  # type: ignore[attr-defined]


@pytest.mark.parametrize(("name", "what", "result"), cells(), ids=lambda value: value.replace(" ", "-"))
def test_every_happening_in_every_state(name: str, what: str, result: str) -> None:
    """Each pair is allowed or refused as the table says."""
    if result.startswith("!"):
        with pytest.raises(Refused) as refused:
            step(STATES[name], WHATS[what])
        assert refused.value.code == CODES[result]
    else:
        assert step(STATES[name], WHATS[what]).state.value == result


@pytest.mark.parametrize(
    ("now", "what", "code"),
    [
        (WAITING, h.Claimed(LATER, BEN, WAITING.epoch - 1), "stale"),
        (OWNED, h.Replied(LATER, ANA, OWNED.epoch - 1), "stale"),
        (OWNED, h.LeaseExpired(NOW + USUAL.lease - timedelta(seconds=1)), "lease_runs"),
        (OWNED, h.Resolved(LATER, ANA, " "), "no_disposition"),
        (ALARM, h.PriorityChanged(LATER, ANA, 3, " "), "no_reason"),
        (ALARM, h.Resolved(LATER, SUE, "spam"), "emergency"),
    ],
)
def test_what_lacks_something_is_refused(now: Ownership, what: Happening, code: str) -> None:
    """An old epoch, a lease that runs, a missing reason."""
    with pytest.raises(Refused) as refused:
        step(now, what)
    assert refused.value.code == code


def test_a_refusal_names_who_has_it() -> None:
    """Whoever comes too late learns who was faster."""
    with pytest.raises(Refused) as refused:
        step(OWNED, h.Claimed(LATER, BEN, OWNED.epoch))
    assert refused.value.holder == "Ana"


def test_a_closed_conversation_goes_back_to_people_for_a_while_only() -> None:
    """Soon after closing a new message waits for a person, later it is the bot's; nobody old is pinned to it."""
    soon = step(CLOSED, h.PatientWrote(NOW + USUAL.reopen - timedelta(seconds=1)))
    late = step(CLOSED, h.PatientWrote(NOW + USUAL.reopen))
    assert (soon.state, soon.owner_id, soon.reason) == (State.WAITING, None, "reopened")
    assert late.state is State.BOT


def test_a_requeue_keeps_the_place() -> None:
    """Back in the queue at the time first asked, one step more urgent for having been left, never an emergency."""
    again = step(OWNED, h.LeaseExpired(LATER))
    assert (again.waiting_since, again.priority) == (WAITING.waiting_since, WAITING.priority - 1)
    urgent = replace(OWNED, priority=1)
    assert step(urgent, h.LeaseExpired(LATER)).priority == 1


def test_the_queue_is_by_urgency_then_by_waiting() -> None:
    """The most urgent first; among equals who asked first."""
    first, second = replace(WAITING, waiting_since=NOW), replace(WAITING, waiting_since=LATER)
    urgent = replace(WAITING, priority=1, waiting_since=LATER)
    assert sorted([second, first, urgent, ALARM], key=queue_key) == [ALARM, urgent, first, second]


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


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_random_histories_hold_the_invariants(data: st.DataObject) -> None:
    """Whatever happens in whatever order, stale or not, the invariants hold after every step."""
    now, at = Ownership(), NOW
    for _ in range(data.draw(st.integers(1, 30))):
        at += timedelta(seconds=data.draw(st.sampled_from([0, 1, 61, 301, 3_601, 50_000])))
        what = data.draw(anything(now, at))
        try:
            after = step(now, what)
        except Refused:
            continue
        hold_one(after)
        hold_between(now, what, after)
        now = after


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_from_anywhere_there_is_a_way_back(data: st.DataObject) -> None:
    """I8: from any state that can be reached, timers and one willing person bring the patient an answerer."""
    now, at = Ownership(), NOW
    for _ in range(data.draw(st.integers(0, 15))):
        at += timedelta(minutes=1)
        try:
            now = step(now, data.draw(anything(now, at)))
        except Refused:
            continue
    at += timedelta(hours=1)
    if now.state is State.CLOSED:
        now = step(now, h.PatientWrote(at))
    if now.state is State.RETURNING:
        now = step(now, h.BotRefused(at))
    if now.state is State.STAFF:
        now = step(now, h.LeaseExpired(at))
    if now.state is State.WAITING:
        now = step(now, h.Claimed(at, BEN, now.epoch))
        now = step(now, h.Replied(at, BEN, now.epoch))
    assert now.state in (State.BOT, State.STAFF)
