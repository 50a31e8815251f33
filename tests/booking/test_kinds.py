"""Which kind of visit is meant, by its name or by its place in the list of them."""

from dataclasses import replace

import pytest

from frontdoor import clinic
from frontdoor.booking.kinds import pick_kind, read_kind
from frontdoor.settings import ROOT

CLINIC = clinic.load(ROOT / "clinic.yml")  # primary care, behavioral health, dermatology, pediatrics, nutrition


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("any doc", "primary_care"), ("any doctor is fine", "primary_care"), ("whatever", "primary_care"),
        ("you choose", "primary_care"), ("cualquiera", "primary_care"), ("el que sea", "primary_care"),
        ("cualquier médico", "primary_care"),
        ("whatever just next available", "primary_care"), ("cualquiera, mañana", "primary_care"),
        ("first one", "primary_care"), ("the second", "behavioral_health"), ("3", "dermatology"), ("#4", "pediatrics"),
        ("option two please", "behavioral_health"), ("la primera", "primary_care"), ("el tercero", "dermatology"),
        ("the last one", "nutrition"), ("la última", "nutrition"),
        ("6", None), ("the first available", None), ("first time i write here", None), ("no idea", None),
        ("any questions?", None), ("anyone there?", None), ("at 3", None), ("my last visit was bad", None),
    ],
)  # fmt: skip
def test_a_kind_is_picked_from_the_list(text: str, code: str | None) -> None:
    """Where it was asked for; a place that the list does not have, or that belongs to something else, is none."""
    assert pick_kind(text, CLINIC) == code


def test_a_clinic_without_primary_care_begins_with_its_first_kind() -> None:
    """Any of them is still one of them."""
    assert pick_kind("any", replace(CLINIC, services=CLINIC.services[1:])) == "behavioral_health"


@pytest.mark.parametrize(
    ("text", "code"),
    [("skin doctor", "dermatology"), ("sicologo", "behavioral_health"), ("kids doctor", "pediatrics"), ("hi", None)],
)
def test_a_kind_is_read_from_words(text: str, code: str | None) -> None:
    """As people name them."""
    assert read_kind(text, CLINIC) == code
