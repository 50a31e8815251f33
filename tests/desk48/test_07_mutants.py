"""§4.10, 7: the bounded search finds nothing wrong with the design, and finds every mutant of it."""

from dataclasses import replace

import pytest

from tests.desk48.model_check import Rules, search

DEPTH = 10


def test_07_the_design_has_no_fault() -> None:
    """Nothing that can happen within ten steps lets two speak, loses a message or gives it twice."""
    found = search(Rules(), depth=DEPTH)
    assert (found.fault, found.way) == ("", ())
    assert found.worlds > 50_000  # it did look


MUTANTS = {
    "no gate": ({"gate": False, "recheck": False, "suppress": False}, "the bot spoke while a person was in charge"),
    "no suppression and no second look": (
        {"suppress": False, "recheck": False}, "the bot spoke while a person was in charge"
    ),
    "a claim without compare-and-set": ({"compare_and_set": False}, "two owners"),
    "a reply without a look at the owner": ({"owner_check": False}, "somebody spoke who does not own"),
    "a return that covers the unseen": ({"seen_cursor": False}, "a message of the patient is lost"),
    "a close that covers the unseen": ({"close_looks": False}, "a message of the patient is lost"),
    "no returning": ({"returning": False}, "the bot spoke before it was told"),
    "a reply of an earlier time": ({"epoch_check": False}, "a reply of an earlier time went out"),
    "a transfer by anybody": ({"transfer_owner": False}, "a conversation was taken from its owner"),
    "an acceptance after a takeover": ({"accept_looks": False}, "a conversation was taken from its owner"),
    "a cancelled emergency": ({"cancel_calm": False}, "an emergency was cancelled"),
    "a cancel at any time": ({"cancel_waits": False}, "a conversation was taken from its owner"),
}  # fmt: skip


@pytest.mark.parametrize("name", MUTANTS)
def test_07_a_mutant_is_caught(name: str) -> None:
    """Without this protection the search shows a way to the fault that it prevents."""
    changes, fault = MUTANTS[name]
    found = search(replace(Rules(), **changes), depth=DEPTH)
    assert found.fault == fault, found.way
