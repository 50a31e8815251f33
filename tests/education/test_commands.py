"""`frontdoor ask` and `frontdoor library …` as typed."""

import io
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from frontdoor.cli import main
from frontdoor.education.article import Article, render
from tests.education.conftest import LIBRARY, write


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory and a library of this test's own."""
    monkeypatch.setenv("FRONTDOOR_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("FRONTDOOR_LIBRARY_DIR", str(tmp_path / "library"))
    return tmp_path / "library"


def test_ask_says_what_the_library_answers(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """One JSON object a line, in order; the language is found."""
    monkeypatch.setenv("FRONTDOOR_LIBRARY_DIR", str(LIBRARY))
    monkeypatch.setattr("sys.stdin", io.StringIO("what is asthma\n¿qué es la gripe?\norder a pizza\n\n"))
    assert main(["ask", "--lines"]) == 0
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(one["answered"], one["topic"], one["language"]) for one in said[:2]] == [
        (True, "asthma", "en"),
        (True, "flu", "es"),
    ]
    assert [one["answered"] for one in said[2:]] == [False, False]
    assert said[0]["article"] == "en/asthma#what"
    assert said[0]["topics"][0] == "asthma"
    assert all(set(one) == {"answered", "topic", "topics", "article", "score", "language"} for one in said)


def test_ask_wants_a_question(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither a question nor --lines."""
    assert main(["ask"]) == 2
    assert "question" in capsys.readouterr().err


def test_check_ends_with_an_error_when_something_is_wrong(
    places: Path, article: Callable[..., Article], capsys: pytest.CaptureFixture[str]
) -> None:
    """And says what, in which file."""
    write(places, article(), render(article()))
    assert main(["library", "check"]) == 1
    said = capsys.readouterr().out
    assert "en/hiccups.md" in said
    assert "There is no es article" in said
    write(places, article(language="es"), render(article(language="es")))
    assert main(["library", "check"]) == 0
    assert main(["library", "check", "--strict"]) == 1


def test_new_writes_a_skeleton_in_both_languages_once(places: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is there is not touched; a name that cannot be is refused."""
    assert main(["library", "new", "hiccups", "--title", "Hiccups"]) == 0
    path = places / "en" / "hiccups.md"
    path.write_text(path.read_text(encoding="utf-8").replace("Hiccups", "Mine"), encoding="utf-8")
    assert main(["library", "new", "hiccups"]) == 0
    assert "Mine" in path.read_text(encoding="utf-8")
    assert (places / "es" / "hiccups.md").is_file()
    assert main(["library", "check"]) == 1
    assert "draft" in capsys.readouterr().out
    assert main(["library", "new", "../hiccups"]) == 1


def test_preview_writes_the_page(
    places: Path, article: Callable[..., Article], capsys: pytest.CaptureFixture[str]
) -> None:
    """And prints where it is."""
    write(places, article(), render(article()))
    assert main(["library", "preview", "hiccups"]) == 0
    assert "<h1>Hiccups</h1>" in Path(capsys.readouterr().out.strip()).read_text(encoding="utf-8")
    assert main(["library", "preview", "nothing"]) == 1


def test_import_writes_drafts_and_touches_nothing_that_is_there(
    places: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A second import finds them there."""
    xml = str(Path(__file__).parent / "topics.xml")
    assert main(["library", "import", "medlineplus", xml]) == 0
    assert main(["library", "import", "medlineplus", xml]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("2 drafts written, 0 were")
    assert said[1].startswith("0 drafts written, 2 were")
    assert main(["library", "import", "medlineplus", os.devnull]) == 1


def test_gaps_lists_from_the_database(
    database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An empty list says so."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    assert main(["library", "gaps"]) == 0
    assert "No question" in capsys.readouterr().out


def test_a_library_without_articles_is_no_library(places: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong FRONTDOOR_LIBRARY_DIR is not "0 problems"."""
    assert main(["library", "check"]) == 1
    assert "FRONTDOOR_LIBRARY_DIR" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["library", "preview", "nope"], "There is no article en/nope in "),
        (["library", "import", "medlineplus", "nowhere.xml"], "frontdoor: nowhere.xml: No such file or directory."),
    ],
)
def test_what_is_not_there_is_said(capsys: pytest.CaptureFixture[str], command: list[str], said: str) -> None:
    """In a line, without the error's number."""
    assert main(command) == 1
    assert capsys.readouterr().err.startswith(said)
