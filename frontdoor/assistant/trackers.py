"""What Rasa reads out of a tracker's events again and again, without reading all of them each time."""

import copy
from collections import deque
from itertools import islice

from rasa.shared.core.domain import Domain, State
from rasa.shared.core.events import (
    ActionExecuted,
    ActionReverted,
    ActiveLoop,
    Event,
    Restarted,
    SessionStarted,
    UserUtteranceReverted,
)
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker

_KEPT = "_frontdoor_replay"  # on a tracker
_TAKE_BACK = (ActiveLoop, Restarted, SessionStarted, ActionReverted, UserUtteranceReverted)  # or may, what was before


def copied(tracker: DialogueStateTracker) -> DialogueStateTracker:
    """Return what `tracker.copy()` does, which replays all events and copies each slot the long way.

    One thing differs: what Rasa changed without an event is copied as it is (an action that was to follow and did).
    """
    twin: DialogueStateTracker = object.__new__(type(tracker))
    twin.__dict__.update(tracker.__dict__)
    twin.__dict__.pop(_KEPT, None)
    twin.events = tracker.events.copy()
    twin.slots = {name: _copied(slot) for name, slot in tracker.slots.items()}
    twin.active_loop = copy.copy(tracker.active_loop)
    twin.sender_source = twin.model_id = twin.assistant_id = None
    return twin


def _copied(slot: Slot) -> Slot:
    twin: Slot = object.__new__(type(slot))
    twin.__dict__.update(slot.__dict__)
    return twin


def latest_states(tracker: DialogueStateTracker, domain: Domain, most: int) -> list[State]:
    """Return the last *most* of `tracker.past_states(domain)`, or all where there are fewer, for the caller to change.

    What was replayed is kept on the tracker; events that were taken back since are replayed anew.
    """
    replay: _Replay | None = tracker.__dict__.get(_KEPT)
    if replay is None or replay.most != most or replay.domain is not domain or not replay.follow(tracker):
        replay = tracker.__dict__[_KEPT] = _Replay(tracker, domain, most)
        replay.follow(tracker)
    states = [*replay.states, domain._clean_state(domain.get_active_state(replay.tracker))][-most:]
    return [{name: dict(part) for name, part in state.items()} for state in states]


class _Replay:
    """A tracker's events one after the other, up to where they were when it was last asked."""

    def __init__(self, tracker: DialogueStateTracker, domain: Domain, most: int) -> None:
        self.tracker = tracker.init_copy()
        self.domain, self.most = domain, most
        self.states: deque[State] = deque(maxlen=most)  # before each action
        self._applied: list[Event] = []  # which count, so far
        self._seen: list[Event] = []  # all of them, so far
        self._plain = False  # none of them may take any back

    def follow(self, tracker: DialogueStateTracker) -> bool:
        """Replay what is new; False: something that was replayed counts no more."""
        new = list(islice(tracker.events, len(self._seen), None))
        alike = self._begins(list(islice(tracker.events, len(self._seen))), self._seen)
        if not (self._plain and alike) or any(isinstance(event, _TAKE_BACK) for event in new):
            applied = tracker.applied_events()
            if not self._begins(applied, self._applied):
                return False
            self._plain = not any(isinstance(event, ActiveLoop) for event in tracker.events)
            self._seen, new = list(tracker.events), applied[len(self._applied) :]
        else:
            self._seen += new
        for event in new:
            if isinstance(event, ActionExecuted):
                self.states.append(self.domain._clean_state(self.domain.get_active_state(self.tracker)))
            self.tracker.update(event)
        self._applied += new
        return True

    @staticmethod
    def _begins(events: list[Event], known: list[Event]) -> bool:
        """Tell whether *events* begin with the very events that are *known*."""
        return len(events) >= len(known) and all(map(lambda one, other: one is other, known, events))
