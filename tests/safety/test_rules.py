"""Every rule says why it is there, and its own examples hold."""

import pytest

from frontdoor.safety.patterns import PatternError
from frontdoor.safety.rules import PHRASES, Rule, load_language
from frontdoor.safety.screen import Screen, rules_only
from frontdoor.safety.verdict import CATEGORIES, LANGUAGES

RULES = [rule for code in LANGUAGES for rule in load_language(code).rules]
MAX_LINES = 300


@pytest.fixture(scope="module")
def screen() -> Screen:
    """The rules as they ship."""
    return rules_only()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_fires_on_its_examples_and_is_quiet_on_its_counterexamples(rule: Rule, screen: Screen) -> None:
    """What a rule shows as an example is what it does."""
    assert rule.reason
    assert rule.source
    assert rule.fires
    for text in rule.fires:
        assert (rule.id, rule.level) in {(found.rule, found.level) for found in screen.findings(text)}, text
    for text in rule.quiet:
        assert rule.id not in {found.rule for found in screen.findings(text)}, text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_category_has_rules(language: str) -> None:
    """No category is forgotten in a language."""
    assert {rule.category for rule in RULES if rule.id.startswith(f"{language}.")} == set(CATEGORIES)


def test_ids_are_unique() -> None:
    """Staff see an id and find one rule."""
    assert len({rule.id for rule in RULES}) == len(RULES)


def test_rule_files_stay_readable() -> None:
    """A clinician reads them: no file grows past three hundred lines."""
    assert [path.name for path in PHRASES.rglob("*.yml") if len(path.read_text("utf-8").splitlines()) > MAX_LINES] == []


def test_a_pattern_with_an_unknown_list_is_refused(tmp_path) -> None:  # type: ignore[no-untyped-def]
    """A slip of the pen in a rules file stops the start and is named."""
    directory = tmp_path / "en"
    directory.mkdir()
    (tmp_path / "common.txt").write_text("")
    (directory / "language.yml").write_text("fillers: um\nshort: {}\nemoji: {}\ntelling: the\nspelling: heart\n")
    (directory / "context.yml").write_text("cues: {now: today}\n")
    (directory / "cardiac.yml").write_text(
        "category: cardiac\nrules:\n  - {id: a, level: check, reason: r, source: s, patterns: <nothing>}\n"
    )
    with pytest.raises(PatternError, match="nothing"):
        load_language("en", tmp_path)
