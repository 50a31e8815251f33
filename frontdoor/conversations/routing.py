"""Which queue a conversation waits in, by the clinic's rules (`queues` in clinic.yml). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from frontdoor.clinic import QueueRule

GENERAL = "general"


@dataclass(frozen=True)
class Route:
    """A queue, the skill that is asked for, and how urgent it is at least (None: as it comes)."""

    queue: str = GENERAL
    skill: str | None = None
    priority: int | None = None


def route(rules: Sequence[QueueRule], *, reason: str, service: str, language: str, channel: str) -> Route:
    """Return where a conversation waits: the first of *rules* that fits counts."""
    for rule in rules:
        parts = ((rule.reasons, reason), (rule.services, service), (rule.languages, language), (rule.channels, channel))
        if all(not wanted or value in wanted for wanted, value in parts):
            return Route(rule.queue, rule.skill, rule.priority)
    return Route()
