"""The tables of a channel: cases/inbound.json and cases/outbound.json.

    inbound:   {"name", "content": the webhook, "events": [{"kind", …}]}       every field that is not given is empty
    outbound:  {"name", "letter": {"text", "choices"?, "file_url"?}, "to"?: {…}, "calls": [{"url", "json" | "form", …}]}

In a call, "url" is without the platform's base address, and what is not given is not looked at.
"""

import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from frontdoor.channels.contract import Call, Choice, Event, Letter, Recipient
from tests.channels.case import API_BASE, Case

EMPTY = Event("ignored")


def inbound(folder: Path) -> list[Any]:
    """Return the rows of what comes in."""
    return _rows(folder / "cases" / "inbound.json")


def outbound(folder: Path) -> list[Any]:
    """Return the rows of what goes out."""
    return _rows(folder / "cases" / "outbound.json")


def names(row: Any) -> str:
    """Name a row, for pytest."""
    return str(row["name"]).replace(" ", "-")


def check_inbound(case: Case, row: Any) -> None:
    """Hold a row of what comes in: these events and no others, each with these fields and no others."""
    assert [_told(event) for event in case.read(row["content"])] == row["events"]


def check_outbound(case: Case, row: Any) -> None:
    """Hold a row of what goes out: these calls and no others, in this order."""
    calls = case.draw(_letter(row["letter"]), Recipient(**({"address": case.person(1)} | row.get("to", {}))))
    expected = row["calls"]
    assert [_drawn(call, wanted) for call, wanted in zip(calls, expected, strict=False)] == expected
    assert len(calls) == len(expected)


def _rows(path: Path) -> list[Any]:
    found: list[Any] = json.loads(path.read_text(encoding="utf-8"))
    assert len({row["name"] for row in found}) == len(found), f"{path}: a name is there twice"
    return found


def _told(event: Event) -> dict[str, Any]:
    """Return what is said in an event, as JSON has it."""
    told = {f.name: getattr(event, f.name) for f in fields(event) if getattr(event, f.name) != getattr(EMPTY, f.name)}
    told["kind"] = event.kind
    if event.media:
        told["media"] = [{k: v for k, v in asdict(media).items() if v} for media in event.media]
    if event.also:
        told["also"] = list(event.also)
    if event.at is not None:
        told["at"] = event.at.isoformat()
    return told


def _letter(row: Any) -> Letter:
    choices = tuple(Choice(**choice) for choice in row.get("choices", ()))
    text = row.get("text", "") * row.get("times", 1)
    return Letter(text, choices, row.get("file_url", ""), row.get("file_name", ""))


def _drawn(call: Call, wanted: Any) -> dict[str, Any]:
    found = {name: getattr(call, name) for name in wanted}
    if "form" in found and found["form"] is not None:
        found["form"] = dict(found["form"])
    if "headers" in found:
        found["headers"] = dict(found["headers"])
    if found.get("upload"):
        found["upload"] = asdict(found["upload"])
    if "url" in found:
        found["url"] = found["url"].removeprefix(API_BASE)
    return found
