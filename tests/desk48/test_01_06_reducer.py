"""§4.10, 1 to 6: who may speak, as a pure machine. Every state with every happening, and random histories.

I1 one speaker, I4 one owner, I5 who is gone loses the lease, I6 an emergency is first and stays so, I7 nobody is moved
back in line, I8 no state without an exit. I2 (nothing lost) and I3 (nothing twice) are of the store: the same histories
run on a real database in test_01_database.py.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontdoor.conversations import happenings as h
from frontdoor.conversations.happenings import Happening
from frontdoor.conversations.states import EMERGENCY, USUAL, Ownership, Refused, State, queue_key, step
from tests.desk48.histories import anything, histories, hold_between, hold_one
from tests.desk48.people import ALARM, ANA, BEN, CLOSED, LATER, NOW, OWNED, STATES, SUE, WAITING, WHATS

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


def test_02_the_table_names_every_happening() -> None:
    """No happening is left out, so none is allowed by accident."""
    assert {what for _, what, _ in cells()} == WHATS.keys()
    assert {type(what) for what in WHATS.values()} == set(Happening.__args__)  # type: ignore[attr-defined]


@pytest.mark.parametrize(("name", "what", "result"), cells(), ids=lambda value: value.replace(" ", "-"))
def test_02_every_pair_of_state_and_event_is_allowed_or_refused(name: str, what: str, result: str) -> None:
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
def test_02_what_lacks_something_is_refused(now: Ownership, what: Happening, code: str) -> None:
    """An old epoch, a lease that runs, a missing reason."""
    with pytest.raises(Refused) as refused:
        step(now, what)
    assert refused.value.code == code


def test_02_a_refusal_names_who_has_it() -> None:
    """Whoever comes too late learns who was faster."""
    with pytest.raises(Refused) as refused:
        step(OWNED, h.Claimed(LATER, BEN, OWNED.epoch))
    assert refused.value.holder == "Ana"


def test_02_a_closed_conversation_goes_back_to_people_for_a_while_only() -> None:
    """Soon after closing a new message waits for a person, later it is the bot's; nobody old is pinned to it."""
    soon = step(CLOSED, h.PatientWrote(NOW + USUAL.reopen - timedelta(seconds=1)))
    late = step(CLOSED, h.PatientWrote(NOW + USUAL.reopen))
    assert (soon.state, soon.owner_id, soon.reason) == (State.WAITING, None, "reopened")
    assert late.state is State.BOT


def test_06_a_requeue_keeps_the_place() -> None:
    """Back in the queue at the time first asked, one step more urgent for having been left, never an emergency."""
    again = step(OWNED, h.LeaseExpired(LATER))
    assert (again.waiting_since, again.priority) == (WAITING.waiting_since, WAITING.priority - 1)
    urgent = replace(OWNED, priority=1)
    assert step(urgent, h.LeaseExpired(LATER)).priority == 1


def test_06_the_queue_is_by_priority_then_by_first_waiting() -> None:
    """The most urgent first; among equals who asked first."""
    first, second = replace(WAITING, waiting_since=NOW), replace(WAITING, waiting_since=LATER)
    urgent = replace(WAITING, priority=1, waiting_since=LATER)
    assert sorted([second, first, urgent, ALARM], key=queue_key) == [ALARM, urgent, first, second]


@settings(max_examples=250, deadline=None)
@given(st.data())
def test_01_invariants_hold_after_any_sequence(data: st.DataObject) -> None:
    """Whatever happens in whatever order, stale or not, the invariants hold after every step."""
    for before, what, after in histories(data):
        hold_one(after)
        hold_between(before, what, after)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_01_from_anywhere_there_is_a_way_back(data: st.DataObject) -> None:
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


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_03_the_epoch_strictly_rises(data: st.DataObject) -> None:
    """It never falls, and no two owners, and no two spells of the bot, share one."""
    speakers: dict[int, set[str]] = {}
    for before, _, after in histories(data):
        assert after.epoch >= before.epoch
        if (before.state, before.owner_id) != (after.state, after.owner_id):
            assert after.epoch > before.epoch
        speaker = "bot" if after.bot_may_speak else after.owner_id
        if speaker is not None:
            speakers.setdefault(after.epoch, set()).add(speaker)
    assert all(len(found) == 1 for found in speakers.values())


OWNERS_ONLY = [
    ("reply", lambda who, now: h.Replied(LATER, who, now.epoch)),
    ("heartbeat", lambda who, now: h.Heartbeat(LATER, who)),
    ("return", lambda who, now: h.ReturnedToBot(LATER, who)),
]
OWNERS_OR_LEADS = [
    ("release", lambda who, now: h.Released(LATER, who)),
    ("transfer", lambda who, now: h.Transferred(LATER, who, BEN)),
    ("resolve", lambda who, now: h.Resolved(LATER, who, "answered")),
]
LEADS_ONLY = [
    ("assign", WAITING, lambda who: h.Assigned(LATER, who, BEN)),
    ("resolve what waits", WAITING, lambda who: h.Resolved(LATER, who, "answered")),
    ("take over from a colleague", OWNED, lambda who: h.TakenOver(LATER, who)),
    ("take over while returning", STATES["returning"], lambda who: h.TakenOver(LATER, who)),
]


@pytest.mark.parametrize(("name", "make"), OWNERS_ONLY + OWNERS_OR_LEADS, ids=lambda value: str(value)[:10])
def test_04_only_the_owner_acts_on_what_is_theirs(name: str, make: Any) -> None:
    """A colleague is refused and learns who has it; a supervisor stands in only where the table says so."""
    step(OWNED, make(ANA, OWNED))
    with pytest.raises(Refused) as refused:
        step(OWNED, make(BEN, OWNED))
    assert (refused.value.code, refused.value.holder) == ("not_owner", "Ana")
    if (name, make) in OWNERS_OR_LEADS:
        step(OWNED, make(SUE, OWNED))
    else:
        with pytest.raises(Refused):
            step(OWNED, make(SUE, OWNED))


@pytest.mark.parametrize(("name", "now", "make"), LEADS_ONLY, ids=lambda value: str(value)[:10])
def test_04_what_only_supervisors_may(name: str, now: Ownership, make: Any) -> None:
    """Staff are refused, also the owner of something else."""
    step(now, make(SUE))
    with pytest.raises(Refused) as refused:
        step(now, make(BEN))
    assert refused.value.code == "not_allowed"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_05_priority_never_falls_without_staff(data: st.DataObject) -> None:
    """As long as a person is wanted, only a person makes it less urgent; an emergency survives everything else."""
    wanted = (State.WAITING, State.STAFF, State.RETURNING)
    for before, what, after in histories(data):
        if before.state in wanted and after.state in wanted and after.priority > before.priority:
            assert isinstance(what, h.PriorityChanged)
        if before.priority == EMERGENCY and before.state is State.WAITING:
            assert after.priority == EMERGENCY or isinstance(what, h.PriorityChanged)
