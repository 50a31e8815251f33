"""The pages hold: links lead somewhere, commands and flags exist, and each page is reached from the README."""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from frontdoor.cli import _parser

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)|<img src=\"([^\"]+)\"")
HEADING = re.compile(r"^#+ (.+)$", re.M)
COMMAND = re.compile(r"(?:^ {4}|^\$ |[`(/])frontdoor ((?:[a-z-]+)[^`)#>|\n]*)", re.M)
MAKE = re.compile(r"(?:^ {4}|`|&& )make ((?:[a-z]+ ?)+)", re.M)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Files and headings that are named are there."""
    assert [link for link in _links(page) if not _is_there(page, link)] == []


def test_every_page_is_reached_from_the_readme() -> None:
    """Nobody has to know what the folder holds."""
    reached, new = set(), {ROOT / "README.md"}
    while new:
        page = new.pop()
        reached.add(page)
        places = {(page.parent / link.partition("#")[0]).resolve() for link in _links(page)}
        places |= {file for place in places if place.is_dir() for file in place.glob("*.md")}
        new |= {place for place in places if place.suffix == ".md"} - reached
    assert set(PAGES) - reached == {ROOT / "CHANGELOG.md"}


def test_commands_exist_with_their_flags() -> None:
    """Each `frontdoor …` of the pages is one that the command line knows."""
    found = [(page.name, command) for page in PAGES for command in COMMAND.findall(page.read_text(encoding="utf-8"))]
    assert len(found) > 50, "the pattern finds the commands of the pages"
    assert [(name, command) for name, command in found if not _is_known(command)] == []


def test_targets_of_make_exist() -> None:
    """Each `make …` of the pages is in the Makefile."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    named = {
        word for page in PAGES for words in MAKE.findall(page.read_text(encoding="utf-8")) for word in words.split()
    }
    assert {"run", "test", "bench"} <= named
    assert named <= targets


def _links(page: Path) -> Iterator[str]:
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        address = link[0] or link[1]
        if not address.startswith(("http://", "https://")):
            yield address


def _is_there(page: Path, link: str) -> bool:
    name, _, heading = link.partition("#")
    target = page.parent / name if name else page
    if not heading:
        return target.exists()
    return target.is_file() and heading in {_anchor(one) for one in HEADING.findall(target.read_text(encoding="utf-8"))}


def _anchor(heading: str) -> str:
    """Return the anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def _is_known(command: str) -> bool:
    parser, flags = _parser(), set[str]()
    for word in command.split():
        deeper = next((one for one in parser._actions if isinstance(one, argparse._SubParsersAction)), None)
        if deeper and word in deeper.choices:
            parser = deeper.choices[word]
        elif deeper and re.fullmatch(r"[a-z][a-z-]*", word):
            return False
        elif word.startswith("--"):
            flags.add(word)
    return all(flag in parser._option_string_actions for flag in flags)
