"""The clinic file is read once, refused with the place named, and knows when staff answer."""

from datetime import date, datetime, timezone
from pathlib import Path

import pytest
import yaml

from frontdoor import clinic
from frontdoor.settings import ROOT, SettingsError

SHIPPED = ROOT / "clinic.yml"
HOURS = [  # instant (UTC), open?, next opening (local)
    ("2026-11-23T15:00", True, "2026-11-23T10:00"),
    ("2026-11-24T02:00", False, "2026-11-24T08:00"),
    ("2026-11-26T16:00", False, "2026-11-27T08:00"),  # Thanksgiving
    ("2026-11-28T19:00", False, "2026-11-30T08:00"),  # Saturday after closing, Sunday closed
    ("2026-11-27T23:00", False, "2026-11-28T09:00"),  # 18:00 local: the end is not open
]


@pytest.mark.parametrize(("instant", "is_open", "opening"), HOURS)
def test_hours(instant: str, is_open: bool, opening: str) -> None:
    """Hours are local, holidays are closed, and the next opening is found across days."""
    facts = clinic.load(SHIPPED)
    at = datetime.fromisoformat(instant).replace(tzinfo=timezone.utc)
    found = facts.next_opening(at)
    assert facts.is_open(at) is is_open
    assert found is not None
    assert found.strftime("%Y-%m-%dT%H:%M") == opening


def test_texts_fall_back_to_english() -> None:
    """A language that the file lacks is answered in English."""
    facts = clinic.load(SHIPPED)
    assert facts.text("refills", "fr") == facts.text("refills", "en")
    assert facts.service("dermatology").name("es") == "Dermatología"  # type: ignore[union-attr]
    assert date(2026, 12, 25) in facts.holidays


@pytest.mark.parametrize("key", ["name", "hours", "services", "telehealth_consent"])
def test_missing_part_is_named(tmp_path: Path, key: str) -> None:
    """A file without a part says which."""
    raw = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    del raw[key]
    broken = tmp_path / "clinic.yml"
    broken.write_text(yaml.safe_dump(raw), encoding="utf-8")
    with pytest.raises(clinic.ClinicError, match=key):
        clinic.load(broken)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("name: [Harbor", "line 1, column"),
        ("", "expected lines such as"),
        ("just words", "expected lines such as"),
        (SHIPPED.read_text(encoding="utf-8").replace("08:00-20:00", "8am to 8pm"), "08:00-20:00, not '8am to 8pm'"),
        (SHIPPED.read_text(encoding="utf-8").replace("America/New_York", "America/Nowhere"), "`time_zone` takes"),
    ],
    ids=["no YAML", "nothing", "no lines", "hours", "zone"],
)
def test_what_cannot_be_used_is_said_in_a_line(tmp_path: Path, written: str, said: str) -> None:
    """What is wrong, in words for who wrote the file."""
    broken = tmp_path / "clinic.yml"
    broken.write_text(written, encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        clinic.load(broken)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_hours_that_end_before_they_start_are_refused(tmp_path: Path) -> None:
    """Opening hours that cannot be are refused when the product starts, not when a patient asks."""
    raw = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    raw["hours"]["monday"] = ["20:00-08:00"]
    broken = tmp_path / "clinic.yml"
    broken.write_text(yaml.safe_dump(raw), encoding="utf-8")
    with pytest.raises(clinic.ClinicError, match="20:00-08:00"):
        clinic.load(broken)
