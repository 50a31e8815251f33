"""Queues by the clinic's rules, and waits in opening hours."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import yaml

from frontdoor import clinic
from frontdoor.assistant.protocol import Handoff
from frontdoor.clinic import ClinicError, QueueRule
from frontdoor.conversations.routing import Route, route
from frontdoor.settings import ROOT

from .conftest import Core, said

NONE: frozenset[str] = frozenset()
RULES = (
    QueueRule("care", frozenset({"complaint"}), NONE, NONE, NONE),
    QueueRule("mind", NONE, frozenset({"behavioral_health"}), NONE, NONE, skill="therapy", priority=2),
    QueueRule("general", NONE, NONE, frozenset({"es"}), NONE, skill="spanish"),
    QueueRule("sms", frozenset({"asked"}), NONE, NONE, frozenset({"twilio"})),
)


@pytest.mark.parametrize(
    ("reason", "service", "language", "channel", "expected"),
    [
        ("complaint", "behavioral_health", "es", "web", Route("care")),
        ("asked", "behavioral_health", "es", "web", Route("mind", "therapy", 2)),
        ("asked", "", "es", "web", Route("general", "spanish")),
        ("asked", "", "en", "twilio", Route("sms")),
        ("not_understood", "", "en", "twilio", Route()),
        ("asked", "", "en", "web", Route()),
    ],
)
def test_the_first_rule_that_fits(reason: str, service: str, language: str, channel: str, expected: Route) -> None:
    """All parts of a rule must fit; an empty part fits everything; without a rule it is the general queue."""
    assert route(RULES, reason=reason, service=service, language=language, channel=channel) == expected


async def test_who_asks_waits_in_the_queue_of_what_was_said(core: Core) -> None:
    """The slots that the bot learnt in the same turn count; the rule's priority is the least urgent it can be."""
    core.dispatcher.waiting = replace(
        core.dispatcher.waiting, clinic=replace(core.dispatcher.waiting.clinic, queues=RULES)
    )
    core.assistant.answer = lambda turn: said(
        "I'll get a person.", handoff=Handoff("asked", 3), slots={"service_type": "behavioral_health"}
    )
    await core.write("i need to talk")
    row = await core.row()
    assert (row["queue"], row["skill"], row["priority"]) == ("mind", "therapy", 2)


@pytest.mark.parametrize("queues", [[{"queue": "x", "reson": ["asked"]}], [{"queue": "x", "priority": 0}], [{}]])
def test_a_rule_that_cannot_be_used_stops_the_start(queues: list[dict[str, object]], tmp_path: Path) -> None:
    """A word that is no part of a rule, an urgency that only the screen gives, a rule without a queue."""
    facts = yaml.safe_load((ROOT / "clinic.yml").read_text(encoding="utf-8")) | {"queues": queues}
    (tmp_path / "clinic.yml").write_text(yaml.safe_dump(facts, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ClinicError):
        clinic.load(tmp_path / "clinic.yml")


@pytest.mark.parametrize(
    ("asked", "minutes", "late"),
    [
        ("2026-11-23T15:00", 15, "2026-11-23T15:15"),  # Monday, ten in the morning in New York
        ("2026-11-24T00:55", 15, "2026-11-24T13:10"),  # five minutes before eight in the evening
        ("2026-11-25T23:50", 90, "2026-11-27T13:20"),  # Wednesday evening; Thursday is Thanksgiving
        ("2026-11-28T17:55", 15, "2026-11-30T13:10"),  # Saturday, five to one; closed on Sunday
        ("2026-11-29T15:00", 5, "2026-11-30T13:05"),  # Sunday
    ],
)
def test_waiting_counts_opening_hours(asked: str, minutes: int, late: str) -> None:
    """Nights, Sundays and holidays do not count, in the clinic's own time zone."""
    facts = clinic.load(ROOT / "clinic.yml")

    def at(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)

    assert facts.after_open(at(asked), timedelta(minutes=minutes)) == at(late)
