"""Drafts from MedlinePlus health-topic XML (the file here has that format; its text is ours)."""

from pathlib import Path

import pytest

from frontdoor.education.article import parse, render
from frontdoor.education.check import check
from frontdoor.education.library import load
from frontdoor.education.medlineplus import NotHealthTopics, drafts
from tests.education.conftest import TODAY, write

XML = (Path(__file__).parent / "topics.xml").read_text(encoding="utf-8")


def test_each_topic_in_our_languages_becomes_a_draft() -> None:
    """With its other names, its address and its summary as plain text."""
    english, spanish = drafts(XML, TODAY)
    assert (english.path, spanish.path) == ("en/lupus", "es/lupus")
    assert english.aliases == ("SLE", "Systemic lupus", "Disseminated lupus")
    assert english.sources[0].url == "https://medlineplus.gov/lupus.html"
    assert english.sections["what"].startswith("What is it? Lupus is an illness")
    assert "joints & skin." in english.sections["what"]
    assert "\n- A rash" in english.sections["what"]


def test_a_draft_is_refused_by_the_check_and_not_shown(tmp_path: Path) -> None:
    """Until someone has written its other sections."""
    for draft in drafts(XML, TODAY):
        assert any("draft" in sentence for sentence in check(draft, TODAY))
        assert parse(render(draft), topic=draft.topic, language=draft.language) == draft
        write(tmp_path, draft, render(draft))
    assert not load(tmp_path).articles


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("no XML", "hello"),
        ("another kind of XML", "<feed/>"),
        ("entities", '<!DOCTYPE x [<!ENTITY a "b">]><health-topics/>'),
    ],
)
def test_another_file_is_refused(name: str, text: str) -> None:
    """With a sentence that says what to take."""
    with pytest.raises(NotHealthTopics):
        list(drafts(text, TODAY))
