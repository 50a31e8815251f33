"""Rasa's rules, looked up without reading the whole conversation again.

For each prediction RulePolicy replays all events of the session into the states that it went through, and holds every
rule against them. Only as many states count as the longest rule has, those before the last turn are what they were,
and most rules differ in the last action or intent already. What is predicted is the same.
"""

from collections.abc import Iterable
from typing import Any

from rasa.core.policies.rule_policy import RULES, RULES_FOR_LOOP_UNHAPPY_PATH, SHOULD_NOT_BE_SET, RulePolicy
from rasa.shared.core.constants import PREVIOUS_ACTION, USER
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ACTION_NAME, INTENT

from frontdoor.assistant.trackers import latest_states


def quicken(components: Iterable[Any]) -> None:
    """Let every RulePolicy among the *components* of a loaded model look its rules up our way."""
    for one in components:
        if type(one) is RulePolicy:
            one.__class__ = QuickRules
            one.index()


class QuickRules(RulePolicy):
    """A RulePolicy that was loaded, and learns no more."""

    _longest: int
    _indexes: dict[int, "_Index"]

    def index(self) -> None:
        """Prepare what is asked for every prediction."""
        lookups = [self.lookup.get(RULES, {}), self.lookup.get(RULES_FOR_LOOP_UNHAPPY_PATH, {})]
        rules = [(lookup, {key: self._rule_key_to_state(key) for key in lookup}) for lookup in lookups]
        self._longest = max((len(states) for _, found in rules for states in found.values()), default=1)
        self._indexes = {id(lookup): _Index(found) for lookup, found in rules}

    def _prediction_states(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        use_text_for_last_user_input: bool = False,
        rule_only_data: dict[str, Any] | None = None,
    ) -> list[State]:
        states = latest_states(tracker, domain, self._longest)
        self.featurizer._choose_last_user_input([states], use_text_for_last_user_input)
        return states

    def _get_possible_keys(self, lookup: dict[str, str], states: list[State]) -> set[str]:
        likely = self._indexes[id(lookup)].of(states[-1])
        found: set[str] = super()._get_possible_keys(dict.fromkeys(likely, ""), states)
        return found


QuickRules.__name__ = RulePolicy.__name__  # by which events say who predicted them


class _Index:
    """Rules by the last action and the intent in their last state. A rule that names none of them is always likely."""

    def __init__(self, rules: dict[str, list[State]]) -> None:
        self._rules: dict[tuple[str | None, str | None], list[str]] = {}
        for key, states in rules.items():
            action, intent = _marks(states[-1])
            self._rules.setdefault((action, None if intent == SHOULD_NOT_BE_SET else intent), []).append(key)

    def of(self, state: State) -> list[str]:
        """Return the rules that may fit a conversation whose last state is *state*."""
        action, intent = _marks(state)
        wanted = {(None, None), (None, intent), (action, None), (action, intent)}
        return [key for marks in wanted for key in self._rules.get(marks, ())]


def _marks(state: State) -> tuple[str | None, str | None]:
    return state.get(PREVIOUS_ACTION, {}).get(ACTION_NAME), state.get(USER, {}).get(INTENT)
