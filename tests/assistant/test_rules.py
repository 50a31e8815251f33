"""The rules looked up our way predict what Rasa's own policy predicts, whatever happened in the conversation."""

import random
import warnings
from pathlib import Path
from types import SimpleNamespace

import pytest
from rasa.core.agent import Agent
from rasa.core.policies.rule_policy import RulePolicy
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActionReverted,
    ActiveLoop,
    Event,
    FollowupAction,
    LoopInterrupted,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from frontdoor.assistant.graph_runner import DirectRunner
from frontdoor.assistant.rules import QuickRules, quicken
from frontdoor.assistant.trackers import copied, latest_states

FORM = "visit_form"


@pytest.fixture(scope="module")
def loaded(model: Path) -> SimpleNamespace:
    """The domain, and the model's policy twice: as Rasa made it, and ours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Rasa's own, while it loads
        made = [Agent.load(str(model)).processor for _ in range(2)]
    runners = [DirectRunner(processor.graph_runner) for processor in made]
    quicken(runners[1].components())
    slow, quick = (next(one for one in runner.components() if isinstance(one, RulePolicy)) for runner in runners)
    assert (type(slow), type(quick)) == (RulePolicy, QuickRules)
    return SimpleNamespace(domain=made[0].domain, slow=slow, quick=quick)


def happenings(domain: Domain, dice: random.Random) -> list[Event]:
    """Return what may happen next in a conversation, likely or not."""
    intent, action = dice.choice(sorted(domain.intents)), dice.choice(sorted(domain.action_names_or_texts))
    slot = dice.choice(sorted(domain.slots, key=lambda one: one.name))
    return dice.choices(
        [
            [ActionExecuted("action_listen"), UserUttered(intent, {"name": intent, "confidence": 0.9})],
            [ActionExecuted(action)],
            [ActionExecuted(FORM), ActiveLoop(FORM)],
            [ActionExecuted(FORM)],
            [ActionExecuted("action_listen"), UserUttered(intent, {"name": intent, "confidence": 0.9}),
             ActionExecutionRejected(FORM), LoopInterrupted(True), ActionExecuted(action)],
            [ActiveLoop(None), SlotSet("requested_slot", None)],
            [SlotSet(slot.name, dice.choice([None, "x", True, 3]))],
            [FollowupAction(action)],
            [UserUtteranceReverted()],
            [ActionReverted()],
            [Restarted()],
            [SessionStarted()],
        ],
        weights=[12, 12, 4, 6, 4, 3, 6, 1, 1, 1, 0.3, 0.3],
    )[0]  # fmt: skip


def state_of(tracker: DialogueStateTracker) -> dict[str, object]:
    """Return everything that a tracker knows."""
    known = {name: value for name, value in vars(tracker).items() if name not in ("events", "slots")}
    slots = {name: vars(slot) for name, slot in tracker.slots.items()}
    return {**known, "events": list(tracker.events), "slots": slots, "kind": type(tracker)}


def test_what_is_done_to_a_copy_is_not_done_to_the_tracker(loaded: SimpleNamespace) -> None:
    """An action that was rejected leaves nothing behind."""
    tracker = DialogueStateTracker("someone", loaded.domain.slots)
    tracker.update_with_events([ActionExecuted(FORM), ActiveLoop(FORM), SlotSet("reason", "a cold")], loaded.domain)
    latest_states(tracker, loaded.domain, 3)
    before, twin = state_of(copied(tracker)), copied(tracker)
    rejected = [SlotSet("reason", "x"), ActionExecutionRejected(FORM), LoopInterrupted(True), Restarted()]
    twin.update_with_events([*rejected, UserUttered("hi", {"name": "greet", "confidence": 1.0})], loaded.domain)
    latest_states(twin, loaded.domain, 3)
    assert state_of(copied(tracker)) == before
    assert tracker.get_slot("reason") == "a cold"


@pytest.mark.parametrize("seed", range(12))
def test_the_same_is_predicted_in_any_conversation(loaded: SimpleNamespace, seed: int) -> None:
    """After each event of conversations thrown together: the same states, the same action, the same certainty."""
    dice = random.Random(seed)
    tracker, other = (DialogueStateTracker("someone", loaded.domain.slots) for _ in range(2))
    predicted, went_on = set(), 0
    for _ in range(40):
        for event in happenings(loaded.domain, dice):
            tracker.update(event)
            other.update(event)
            kept = vars(other).get("_frontdoor_replay")
            assert latest_states(other, loaded.domain, 100) == tracker.past_states(loaded.domain)[-100:]
            went_on += vars(other)["_frontdoor_replay"] is kept
            assert state_of(copied(tracker)) == state_of(tracker.travel_back_in_time(float("inf")))
        slow, quick = (one.predict_action_probabilities(tracker, loaded.domain) for one in (loaded.slow, loaded.quick))
        assert quick.probabilities == slow.probabilities
        assert quick.hide_rule_turn == slow.hide_rule_turn
        assert quick.is_no_user_prediction == slow.is_no_user_prediction
        assert quick.events == slow.events
        predicted.add(loaded.domain.action_names_or_texts[slow.max_confidence_index])
    assert len(predicted) > 3
    assert went_on > 40, "mostly, what was replayed was not replayed again"


def test_each_rule_is_found(loaded: SimpleNamespace) -> None:
    """Every intent said at a beginning leads to the same action."""
    actions = set()
    for intent in sorted(loaded.domain.intents):
        events = [ActionExecuted("action_listen"), UserUttered(intent, {"name": intent, "confidence": 1.0})]
        tracker = DialogueStateTracker.from_events("someone", events, loaded.domain.slots, domain=loaded.domain)
        slow, quick = (one.predict_action_probabilities(tracker, loaded.domain) for one in (loaded.slow, loaded.quick))
        assert quick.probabilities == slow.probabilities, intent
        actions.add(quick.max_confidence_index)
    assert len(actions) > 15


def test_only_what_is_new_is_replayed(loaded: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hundredth turn costs what the tenth costs."""
    tracker = DialogueStateTracker("someone", loaded.domain.slots)
    applied: list[Event] = []
    real = DialogueStateTracker.update

    def counted(self: DialogueStateTracker, event: Event, domain: Domain | None = None) -> None:
        applied.append(event)
        real(self, event, domain)

    for _ in range(50):
        tracker.update(ActionExecuted("action_listen"))
        tracker.update(UserUttered("hi", {"name": "greet", "confidence": 1.0}))
        latest_states(tracker, loaded.domain, 3)
    tracker.update(ActionExecuted("utter_greet"))
    monkeypatch.setattr(DialogueStateTracker, "update", counted)
    latest_states(tracker, loaded.domain, 3)
    assert len(applied) == 1
