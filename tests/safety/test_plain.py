"""Plain words for an emergency are never missed, whatever small talk stands around them."""

from pathlib import Path

import pytest
import yaml

from frontdoor.safety.screen import load, rules_only
from frontdoor.safety.verdict import CATEGORIES, HELP, LANGUAGES

PLAIN = Path(__file__).parent / "plain"
AROUND = {
    "en": (
        "{}",
        "help {}",
        "sorry to bother you but {}",
        "{} what do i do",
        "um so {} like right now",
        "{} is that normal",
    ),
    "es": ("{}", "ayuda {}", "disculpe la molestia pero {}", "{} qué hago", "este {} ahorita mismo", "{} es normal?"),
}
LEAST_RIGHT_HELP = 0.98


def sentences(language: str) -> list[tuple[str, str]]:
    """Each sentence with its category."""
    listed = yaml.safe_load((PLAIN / f"{language}.yml").read_text("utf-8"))
    return [(category, line) for category, block in listed.items() for line in block.splitlines()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_danger_is_listed(language: str) -> None:
    """Seven plain sentences each, at the least."""
    found = [category for category, _ in sentences(language)]
    assert min(found.count(category) for category in CATEGORIES) >= 7


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_plain_is_missed(language: str) -> None:
    """By the screen as it ships, in six surroundings; and the help is the right one."""
    screen = load()
    tried = [(category, way.format(line)) for category, line in sentences(language) for way in AROUND[language]]
    verdicts = [(category, text, screen(text)) for category, text in tried]
    assert [text for _, text, verdict in verdicts if verdict.level == "none"] == []
    right = [HELP[category] == HELP[verdict.category] for category, _, verdict in verdicts if verdict.category]
    assert sum(right) / len(right) >= LEAST_RIGHT_HELP


@pytest.mark.parametrize("language", LANGUAGES)
def test_rules_alone_know_almost_every_plain_sentence(language: str) -> None:
    """The head may be missing on a new machine."""
    screen = rules_only()
    listed = sentences(language)
    assert sum(screen(text).level != "none" for _, text in listed) / len(listed) >= 0.97
