"""The learned head is trained from the sentences that ship, kept, and heard beside the rules."""

import os
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from frontdoor.encoder import Encoder
from frontdoor.safety import head as heads
from frontdoor.safety import training
from frontdoor.safety.evaluation import blind, examples
from frontdoor.safety.features import BLOCKS, features
from frontdoor.safety.screen import Screen, load, rules_only
from frontdoor.safety.training import Lesson, lessons, train
from frontdoor.safety.verdict import CATEGORIES, HELP, LANGUAGES, Finding, Opinion

SMALL = [
    *(Lesson(f"my chest is crushing me {word}", "cardiac") for word in ("now", "so much", "help", "badly")),
    *(Lesson(f"i want to end it all {word}", "self_harm") for word in ("now", "tonight", "help", "please")),
    *(Lesson(f"can you change my visit {word}", "ordinary") for word in ("now", "please", "to monday", "again")),
]
P99_SECONDS = 0.02  # of work; a quiet machine needs a quarter of it
MAX_LINES = 300


@pytest.fixture(scope="module")
def screen() -> Screen:
    """The screen as it ships."""
    return load()


@pytest.fixture(scope="module")
def rules() -> Screen:
    """The rules without a head."""
    return rules_only()


@pytest.fixture(scope="module")
def small() -> heads.Head:
    """A head that knows twelve sentences."""
    return train(SMALL, rules_only(), None)


def ask(head: heads.Head, text: str) -> Opinion:
    """What *head* says of *text*."""
    rules = rules_only()
    message, readings = rules.read(text)
    return head(text, message, readings, rules.found_in(readings))


def test_a_head_tells_danger_from_errands_and_one_danger_from_another(small: heads.Head) -> None:
    """Of sentences like those that it learned."""
    assert ask(small, "crushing my chest")[0] == "cardiac"
    assert ask(small, "end it all")[0] == "self_harm"
    assert ask(small, "end it all")[1] > ask(small, "change my visit")[1]


def test_spanish_is_read_in_english_for_its_vector(encoder: Encoder, rules: Screen) -> None:
    """So that what English teaches helps there."""
    english, spanish, other = (
        heads.vector_of(text, True, encoder)
        for text in ("my chest hurts", "me duele el pecho", "quiero cambiar mi cita")
    )
    assert english is not None
    assert spanish is not None
    assert other is not None
    assert english @ spanish > 2 * english @ other


def test_a_rule_that_blocks_makes_its_category_likelier(small: heads.Head) -> None:
    """Where two dangers are told in one breath, the one that a rule names is the one that is helped."""
    text = "chest end it all"
    rules = rules_only()
    message, readings = rules.read(text)
    alone = {category: Finding("emergency", category, "a.rule") for category in ("cardiac", "self_harm")}
    weak = {category: Finding("check", category, "a.rule") for category in alone}
    assert [small(text, message, readings, [found])[0] for found in alone.values()] == ["cardiac", "self_harm"]
    assert len({small(text, message, readings, [found])[0] for found in weak.values()}) == 1


def test_a_kept_head_says_the_same(small: heads.Head, tmp_path: Path) -> None:
    """To the last digit."""
    small.save(tmp_path / "head.npz")
    again = heads.read(tmp_path / "head.npz", None)
    assert [ask(again, lesson.text) for lesson in SMALL] == [ask(small, lesson.text) for lesson in SMALL]


def test_training_is_repeatable(small: heads.Head) -> None:
    """The same sentences make the same head."""
    text = "crushing pain, end it"
    assert ask(train(SMALL, rules_only(), None), text) == ask(small, text)


def test_a_kept_head_is_read_and_a_broken_one_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One training a data directory; half a file is no head."""
    monkeypatch.setattr(training, "lessons", lambda: SMALL)
    rules = rules_only()
    training.head_for(rules, tmp_path, None)
    (kept,) = (tmp_path / "safety").glob("head-*.npz")
    written = kept.stat().st_mtime_ns
    training.head_for(rules, tmp_path, None)
    assert kept.stat().st_mtime_ns == written
    kept.write_bytes(b"half")
    training.head_for(rules, tmp_path, None)
    assert heads.read(kept, None)


def test_what_a_killed_writer_left_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the next training; a scratch directory that may still be written to stays."""
    monkeypatch.setattr(training, "lessons", lambda: SMALL)
    left, young = (tmp_path / "safety" / name for name in ("tmp_left", "tmp_young"))
    for scratch in (left, young):
        scratch.mkdir(parents=True)
        (scratch / "head.npz").write_bytes(b"half")
    os.utime(left, (1, 1))
    training.head_for(rules_only(), tmp_path, None)
    assert (left.exists(), young.exists()) == (False, True)


def test_the_networks_have_a_share_in_the_score(encoder: Encoder, tmp_path: Path) -> None:
    """Beside the regression, and still after the head was kept and read."""
    head = train(SMALL, rules_only(), encoder)
    alone = heads.Head(head._vocabulary, head._rarity, head._weights, head._bias, encoder)
    text = "end it all"
    assert ask(head, text).probability != ask(alone, text).probability
    head.save(tmp_path / "head.npz")
    assert ask(heads.read(tmp_path / "head.npz", encoder), text) == ask(head, text)


def test_the_networks_are_not_heard_in_spanish(encoder: Encoder) -> None:
    """Their vector is of a reading word by word: they brought nothing there when that was measured."""
    head = train(SMALL, rules_only(), encoder)
    alone = heads.Head(head._vocabulary, head._rarity, head._weights, head._bias, encoder)
    text = "quiero acabar con todo esta noche"
    assert ask(head, text) == ask(alone, text)


def test_rules_work_alone_when_there_is_no_head(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever fails in training, an emergency is found."""
    monkeypatch.setattr(training, "lessons", lambda: [])
    alone = load(tmp_path)
    assert alone.head is None
    assert alone("i cant breathe").level == "emergency"


@pytest.mark.parametrize(
    ("probability", "text", "level"),
    [
        (0.99, "good morning", "emergency"),
        (0.8, "good morning", "check"),
        (0.2, "good morning", "none"),
        (0.9, "i cant breathe", "emergency"),
        (0.1, "i cant breathe", "check"),
        (0.001, "i cant breathe", "check"),
        (0.5, "i fainted", "check"),
        (0.2, "i fainted", "none"),
        (0.01, "i fainted", "none"),
    ],
)
def test_how_the_head_is_heard(probability: float, text: str, level: str, rules: Screen) -> None:
    """Sure it blocks, fairly sure it asks; where it sees no danger a block becomes a question, never nothing."""
    assert Screen(rules.languages, rules.thresholds, lambda *_: Opinion("cardiac", probability))(text).level == level


@pytest.mark.parametrize(
    ("name", "text", "level"),
    [
        ("in one breath", "i cant breathe", "check"),
        ("mistyped", "i cant breatje", "check"),
        ("mistyped, in Spanish", "dolor de pehco", "check"),
        ("pieced together", "blood on the kitchen towel from dinner and a lot of laundry", "none"),
    ],
)
def test_a_strong_sign_is_let_go_only_when_it_was_pieced_together(
    name: str, text: str, level: str, rules: Screen
) -> None:
    """Alone each of them blocks; beside a head that sees no danger only what was said in one breath is asked about."""
    assert rules(text).level == "emergency"
    sees_none = Screen(rules.languages, rules.thresholds, lambda *_: Opinion("other", 0.01))
    assert sees_none(text).level == level


def test_the_head_chooses_the_category_and_a_rule_of_it_is_named(rules: Screen) -> None:
    """Staff see the rule; where no rule of that category fired they see that it was the head."""
    text = "i cant breathe and my chest hurts"
    said = {
        category: Screen(rules.languages, rules.thresholds, lambda *_, of=category: Opinion(of, 0.99))(text).rule
        for category in ("breathing", "cardiac", "stroke")
    }
    assert said == {
        "breathing": "en.breathing.cannot-breathe",
        "cardiac": "en.cardiac.chest-pain",
        "stroke": "head.stroke",
    }


def test_the_line_of_help_is_chosen_before_the_category() -> None:
    """Three dangers that need the same number outweigh a likelier one that needs another."""
    scores = np.full(len(CATEGORIES), -9.0, np.float32)
    for category, score in (("violence", 1.0), ("cardiac", 0.6), ("breathing", 0.5), ("stroke", 0.4)):
        scores[CATEGORIES.index(category)] = score
    assert heads.likeliest(scores) == ("cardiac", "violence")
    assert set(HELP) == set(CATEGORIES)


@pytest.mark.parametrize(
    ("name", "likely", "second"),
    [
        ("sure", {"self_harm": 9.0, "violence": 0.0}, None),
        ("in doubt", {"self_harm": 1.0, "violence": 0.5}, "violence"),
        ("the words for it name that number too", {"self_harm": 1.0, "harm_to_others": 0.9}, None),
        ("every reply names the emergency number", {"overdose_poison": 1.0, "cardiac": 0.9}, None),
        (
            "whoever may hurt others needs the crisis line too",
            {"violence": 1.0, "harm_to_others": 0.9},
            "harm_to_others",
        ),
        ("one more and no third", {"child_abuse": 1.0, "violence": 0.9, "self_harm": 0.8}, "violence"),
    ],
)
def test_in_doubt_a_second_line_of_help_is_named(name: str, likely: dict[str, float], second: str | None) -> None:
    """The likeliest first, and only one that the first reply does not name already."""
    scores = np.array([likely.get(category, -9.0) for category in CATEGORIES], np.float32)
    assert heads.likeliest(scores) == (next(iter(likely)), second)


def test_a_verdict_in_doubt_says_so(rules: Screen) -> None:
    """To staff with the rule, and to the reply; without a head there is no doubt."""
    opinion = Opinion("violence", 0.99, "child_abuse")
    verdict = Screen(rules.languages, rules.thresholds, lambda *_: opinion)("my husband hit me")
    assert (verdict.category, verdict.second) == ("violence", "child_abuse")
    assert verdict.rule == "en.violence.hits or child_abuse"
    assert rules("my husband hit me").second is None


def test_no_held_out_sentence_is_learned() -> None:
    """What measures the head does not teach it."""
    learned = {lesson.text.lower() for lesson in training._written()}
    measured = {e.text.lower() for e in (*examples(), *blind()) if e.part != "developed"}
    assert learned & measured == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sentences_cover_every_danger(language: str) -> None:
    """At least twenty of each, and more that are none."""
    directory = training.SENTENCES / language
    counts = Counter(lesson.kind for lesson in training._written() if (directory / f"{lesson.kind}.yml").is_file())
    assert set(CATEGORIES) <= counts.keys()
    assert min(counts[category] for category in CATEGORIES) >= 40
    assert len(lessons()) > 2 * sum(counts[category] for category in CATEGORIES)
    assert all(len(path.read_text("utf-8").splitlines()) <= MAX_LINES for path in directory.glob("*.yml"))


def test_features_are_the_same_words_in_any_case_and_accent() -> None:
    """What is learned of "respiración" is known of "RESPIRACION"."""
    rules = rules_only()
    one, other = (features(*rules.read(text), []) for text in ("No tengo respiración", "NO TENGO RESPIRACION"))
    assert one == other
    assert set(one) == set(BLOCKS)


def test_what_strangers_wrote_counts_more_than_what_is_alike_and_plenty() -> None:
    """So that ten thousand short questions do not outweigh how people tell things."""
    counts = {(lesson.kind, lesson.counts) for lesson in lessons()}
    assert {count for kind, count in counts if kind == "asked"} == {0.3}
    assert {count for kind, count in counts if kind == "ordinary"} == {0.15, 3.0}
    assert {count for kind, count in counts if kind == "cardiac"} == {1.0, 3.0}


def test_small_talk_around_a_danger_is_learned() -> None:
    """In both languages, of every category."""
    around = list(training._surrounded())
    assert {lesson.kind for lesson in around} == set(CATEGORIES)
    assert any(lesson.text.endswith("es normal?") for lesson in around)
    assert any(lesson.text.endswith("is that normal") for lesson in around)


@pytest.mark.parametrize("text", ["", "?!", "👍", "1", "zzzz qqqq", "a" * 8000, "pain " * 1600])
def test_odd_texts_have_a_verdict(text: str, screen: Screen) -> None:
    """Nothing, noise and very long messages."""
    assert screen(text).level in ("emergency", "check", "none")


def test_it_is_quick(screen: Screen) -> None:
    """A patient waits for the screen."""
    took = []
    for example in list(examples())[:300]:
        started = time.thread_time()
        screen(example.text)
        took.append(time.thread_time() - started)
    assert sorted(took)[int(0.99 * len(took))] < P99_SECONDS
