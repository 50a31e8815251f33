"""A bounded search of everything that can happen around one conversation, in every order.

The changes of who may speak are those of the product (`frontdoor.conversations.states.step`); around them stands a
small model of the rest: a patient, a slow bot that may crash, two staff who may act on an old view, the gate, the
outbox, the return to the bot, timers. Each `Rules` switch takes one protection away: a mutant, which must be caught.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone

from frontdoor.conversations import happenings as h
from frontdoor.conversations.happenings import Happening, Staff
from frontdoor.conversations.states import Ownership, Refused, State, step

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=timezone.utc)
MUCH_LATER = NOW + timedelta(days=30)
PEOPLE = (Staff("a", "Ana"), Staff("b", "Ben"))
SUE = Staff("s", "Sue", supervisor=True)  # takes over, and does nothing else
MOST_MESSAGES, MOST_REPLIES, MOST_HANDOFFS = 2, 1, 1


@dataclass(frozen=True)
class Rules:
    """The protections; each one False is a mutant."""

    gate: bool = True  # a bot's answer counts only if it may still speak, at the same epoch
    recheck: bool = True  # the outbox asks again before it sends
    suppress: bool = True  # with a new owner, what the bot has queued is not sent
    compare_and_set: bool = True  # a claim needs a waiting conversation, at the epoch that was seen
    owner_check: bool = True  # a reply needs the owner, at the epoch that was seen
    seen_cursor: bool = True  # a return covers only what staff have seen
    returning: bool = True  # the bot speaks only after it was told
    cancel_waits: bool = True  # the patient cancels only while waiting
    close_looks: bool = True  # a close covers only what staff have seen
    epoch_check: bool = True  # a reply needs the epoch at which it was written, also of who owns it again
    transfer_owner: bool = True  # only the owner gives a conversation to a colleague
    accept_looks: bool = True  # what the bot accepts counts only while it is being returned
    cancel_calm: bool = True  # an emergency is not cancelled by the patient


@dataclass(frozen=True)
class World:
    """One conversation and all that is under way around it. Messages of the patient are numbered from 1."""

    own: Ownership = field(default_factory=Ownership)
    said: int = 0
    cursor: int = 0  # the bot's: everything up to here was given to it or dealt with by staff
    seen: int = 0  # by the owner
    given: frozenset[int] = frozenset()
    turn: tuple[int, int] | None = None  # in flight: the message, the epoch at which it began
    outbox: tuple[tuple[str, int], ...] = ()  # author, epoch
    views: tuple[int, int] = (0, 0)  # the epoch that each of the staff last saw
    replies: int = 0
    handoffs: int = 0
    told: bool = True  # the bot knows what staff handed back
    asked: int = 0  # the epoch of the return that the bot is being told of
    alarmed: bool = False  # there was an emergency
    fault: str = ""


@dataclass(frozen=True)
class Found:
    """What a search came to: how many worlds, and the first fault with the way to it."""

    worlds: int
    fault: str
    way: tuple[str, ...]


def search(rules: Rules, *, depth: int) -> Found:
    """Look at every world within *depth* happenings, until a fault shows."""
    start = World()
    seen, ahead = {start}, deque([(start, ())])
    while ahead:
        world, way = ahead.popleft()
        for name, after in _next(world, rules):
            if fault := after.fault or _fault(after):
                return Found(len(seen), fault, (*way, name))
            if after not in seen:
                seen.add(after)
                if len(way) + 1 < depth:
                    ahead.append((after, (*way, name)))
    return Found(len(seen), "", ())


def _fault(world: World) -> str:
    """Return what is wrong with a world as such."""
    handled = world.given | set(range(1, world.seen + 1)) | ({world.turn[0]} if world.turn else set())
    if world.own.state in (State.BOT, State.CLOSED) and any(seq not in handled for seq in range(1, world.cursor + 1)):
        return "a message of the patient is lost"
    return ""


def _next(world: World, rules: Rules) -> Iterator[tuple[str, World]]:
    yield from _patient(world, rules)
    yield from _bot(world, rules)
    for number, person in enumerate(PEOPLE):
        yield from _staff(world, rules, number, person)
    yield from _timers(world, rules)
    yield from _outbox(world, rules)


def _patient(world: World, rules: Rules) -> Iterator[tuple[str, World]]:
    if world.said < MOST_MESSAGES:
        wrote = _happens(world, rules, h.PatientWrote(NOW))
        yield "patient writes", replace(wrote, said=world.said + 1)
    if world.own.state is State.BOT and world.handoffs < MOST_HANDOFFS:
        asked = _happens(world, rules, h.HandoffAsked(NOW, "asked"))
        yield "patient asks for a person", replace(asked, handoffs=world.handoffs + 1)
    if world.said and not world.alarmed:
        yield "patient is in danger", replace(_happens(world, rules, h.EmergencyFound(NOW, "x", "x")), alarmed=True)
    if world.own.state is State.WAITING and (world.own.priority > 0 or not rules.cancel_calm):
        fault = "" if world.own.priority > 0 else "an emergency was cancelled"
        own = step(replace(world.own, priority=max(1, world.own.priority)), h.PatientCancelled(NOW))
        yield "patient cancels", replace(_changed(world, rules, own), fault=fault)
    if world.own.state is State.WAITING and world.own.priority > 0:
        yield "patient keeps the assistant", _happens(world, rules, h.KeepAssistant(NOW))
    elif world.own.state is State.STAFF and not rules.cancel_waits:
        own = Ownership(epoch=world.own.epoch + 1)
        yield "patient cancels", replace(world, own=own, fault="a conversation was taken from its owner")


def _bot(world: World, rules: Rules) -> Iterator[tuple[str, World]]:
    if world.turn is None:
        if world.own.bot_may_speak and world.cursor < world.said:
            fault = "" if world.told else "the bot spoke before it was told"
            seq = world.cursor + 1
            if seq in world.given:
                fault = "the bot got a message twice"
            yield "turn begins", replace(world, turn=(seq, world.own.epoch), fault=fault)
        return
    seq, epoch = world.turn
    over = replace(world, turn=None)
    done = replace(over, given=world.given | {seq}, cursor=max(world.cursor, seq))
    may = world.own.bot_may_speak and world.own.epoch == epoch
    if may or not rules.gate:
        yield "bot answers", replace(done, outbox=(*world.outbox, ("bot", world.own.epoch)))
    else:
        yield "bot leaves a draft", done
    yield "bot crashes", over
    if world.own.state is State.BOT:
        yield "bot is down", _happens(over, rules, h.HandoffAsked(NOW, "bot_unavailable"))


def _staff(world: World, rules: Rules, number: int, person: Staff) -> Iterator[tuple[str, World]]:
    own, other = world.own, PEOPLE[1 - number]
    view = world.views[number]
    if view != own.epoch:
        yield f"{person.name} looks", _viewed(world, number)
    if own.state in (State.WAITING, State.STAFF) and own.owner_id != person.id and view:
        yield from _claim(world, rules, number, person)
    if own.owner_id == person.id and own.state is State.STAFF:
        if world.seen < world.said:
            yield f"{person.name} reads", replace(world, seen=world.said)
        yield f"{person.name} returns it", _return(world, rules, person)
        yield f"{person.name} transfers it", _happens(world, rules, h.Transferred(NOW, person, other))
        yield f"{person.name} releases it", _happens(world, rules, h.Released(NOW, person))
        if world.seen == world.said or not rules.close_looks:
            closed = _happens(world, rules, h.Resolved(NOW, person, "answered"))
            yield f"{person.name} closes it", replace(closed, cursor=world.said)
    elif own.state is State.STAFF and view and not rules.transfer_owner:
        moved = _changed(world, rules, step(own, h.Transferred(NOW, replace(person, supervisor=True), person)))
        yield f"{person.name} transfers it", replace(moved, fault="a conversation was taken from its owner")
    if view and world.replies < MOST_REPLIES:
        yield from _reply(world, rules, number, person)


def _claim(world: World, rules: Rules, number: int, person: Staff) -> Iterator[tuple[str, World]]:
    try:
        after = _happens(world, rules, h.Claimed(NOW, person, world.views[number]))
    except Refused:
        if rules.compare_and_set:
            return
        after = _changed(world, rules, replace(
            world.own, state=State.STAFF, owner_id=person.id, owner_name=person.name, epoch=world.own.epoch + 1,
            lease_expires_at=NOW,
        ))  # fmt: skip
    fault = "two owners" if world.own.state is State.STAFF else ""
    yield f"{person.name} claims", replace(_viewed(after, number), fault=fault)


def _reply(world: World, rules: Rules, number: int, person: Staff) -> Iterator[tuple[str, World]]:
    try:
        own = step(world.own, h.Replied(NOW, person, world.views[number]))
    except Refused:
        mine = world.own.state is State.STAFF and world.own.owner_id == person.id
        if rules.owner_check and (rules.epoch_check or not mine):
            return
        own = world.own
    fault = "" if own.owner_id == person.id else "somebody spoke who does not own"
    if not fault and world.views[number] != own.epoch:
        fault = "a reply of an earlier time went out"
    row = ("staff", own.epoch)
    yield (
        f"{person.name} replies",
        replace(world, own=own, outbox=(*world.outbox, row), replies=world.replies + 1, fault=fault),
    )


def _return(world: World, rules: Rules, person: Staff) -> World:
    back = _happens(world, rules, h.ReturnedToBot(NOW, person))
    covered = world.seen if rules.seen_cursor else world.said
    back = replace(back, cursor=max(world.cursor, covered), told=False, asked=back.own.epoch)
    if not rules.returning:
        back = replace(back, own=step(back.own, h.BotAccepted(NOW)))
    return back


def _timers(world: World, rules: Rules) -> Iterator[tuple[str, World]]:
    own = world.own
    if own.state is State.STAFF:
        yield "lease runs out", _happens(world, rules, h.LeaseExpired(MUCH_LATER))
    if own.state in (State.STAFF, State.RETURNING) and own.owner_id != SUE.id:
        # A return that she ends is over: what the bot was to know goes with its next turn in any case.
        yield "Sue takes over", replace(_happens(world, rules, h.TakenOver(NOW, SUE)), told=True)
    if world.asked and own.state is State.RETURNING and own.epoch == world.asked:
        yield "bot accepts", replace(_happens(world, rules, h.BotAccepted(NOW)), told=True, asked=0)
        yield "bot refuses", replace(_happens(world, rules, h.BotRefused(NOW)), told=True, asked=0)
    elif world.asked and own.state is State.STAFF and not rules.accept_looks:
        taken = replace(world, own=Ownership(epoch=own.epoch + 1), asked=0)
        yield "bot accepts", replace(taken, fault="a conversation was taken from its owner")
    elif world.asked:
        yield "bot accepts too late", replace(world, told=True, asked=0)


def _outbox(world: World, rules: Rules) -> Iterator[tuple[str, World]]:
    """Send the first in line; a bot's message goes out only while the bot may speak."""
    if not world.outbox:
        return
    (author, epoch), rest = world.outbox[0], world.outbox[1:]
    sent = replace(world, outbox=rest)
    may = world.own.bot_may_speak and world.own.epoch == epoch
    if author == "bot" and not may:
        if not rules.recheck and not world.own.bot_may_speak:
            yield "message goes out", replace(sent, fault="the bot spoke while a person was in charge")
        else:
            yield "message is suppressed", sent
    else:
        yield "message goes out", sent


def _happens(world: World, rules: Rules, what: Happening) -> World:
    return _changed(world, rules, step(world.own, what))


def _changed(world: World, rules: Rules, own: Ownership) -> World:
    outbox = world.outbox
    if own.epoch != world.own.epoch and rules.suppress:
        outbox = tuple(row for row in outbox if row[0] != "bot")
    return replace(world, own=own, outbox=outbox, seen=world.seen)


def _viewed(world: World, number: int) -> World:
    views = (world.own.epoch, world.views[1]) if number == 0 else (world.views[0], world.own.epoch)
    return replace(world, views=views)
