"""Outside FHIR servers: Medplum's router on its memory repository, two versions, started with Node."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import requests

from frontdoor.scheduling import fhir

JUDGES = Path(__file__).resolve().parent.parent / "judges"
VERSIONS = ("v4", "v5")


def missing(version: str) -> str:
    """Return why this judge cannot sit, empty when it can."""
    if not node():
        return "There is no Node."
    if not (JUDGES / version / "node_modules").is_dir():
        return f"tests/judges/{version} has no packages: make test installs them."
    return ""


def node() -> str | None:
    """Return where Node is."""
    return shutil.which("node") or os.environ.get("NODE")


@contextmanager
def server(version: str) -> Iterator["Judge"]:
    """Run one version; ends with the block."""
    command = [node() or "node", "--experimental-websocket", str(JUDGES / "server.mjs"), version]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        yield Judge(f"http://127.0.0.1:{json.loads(line)['port']}/fhir/R4")
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(10)
        process.stdout.close()  # type: ignore[union-attr]


class Judge:
    """A foreign server and its little clinic: two clinicians, one kind of visit, openings of 20 minutes."""

    def __init__(self, base: str) -> None:
        self.base = base

    def reset(self) -> None:
        """Forget everything."""
        requests.post(self.base.replace("/fhir/R4", "/reset"), timeout=10)

    def write(self, resource: dict[str, Any]) -> str:
        """Write a resource and return the id that it got."""
        headers = {"Content-Type": fhir.MEDIA_TYPE}
        answer = requests.post(f"{self.base}/{resource['resourceType']}", json=resource, headers=headers, timeout=10)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def all(self, kind: str) -> list[dict[str, Any]]:
        """Return every resource of a kind."""
        bundle = requests.get(f"{self.base}/{kind}?_count=1000", timeout=10).json()
        return [entry["resource"] for entry in bundle.get("entry") or ()]

    def seed(self, now: datetime, openings: int = 6) -> None:
        """Write the clinic; openings start tomorrow at the hour of *now*."""
        kind = [fhir.concept(fhir.SERVICE_TYPE, "primary_care", "Primary care")]
        self.write({"resourceType": "HealthcareService", "active": True, "type": kind, "name": "Primary care"})
        for family, states in (("Example", ["NY", "CA"]), ("Sample", ["TX"])):
            person = self.write(_practitioner(family, states))
            role = self.write(
                {
                    "resourceType": "PractitionerRole",
                    "active": True,
                    "practitioner": fhir.reference("Practitioner", person),
                    "code": kind,
                }
            )
            actor = [fhir.reference("PractitionerRole", role)]
            schedule = self.write({"resourceType": "Schedule", "active": True, "serviceType": kind, "actor": actor})
            for number in range(openings):
                start = now + timedelta(days=1, minutes=20 * number)
                self.write(_slot(schedule, start))


def _practitioner(family: str, states: list[str]) -> dict[str, Any]:
    licences = []
    for state in states:
        parts = [
            {"url": "status", "valueCode": "active"},
            {"url": "whereValid", "valueCodeableConcept": fhir.concept(fhir.US_STATES, state)},
        ]
        licences.append(
            {
                "extension": [{"url": fhir.QUALIFICATION, "extension": parts}],
                "code": {"text": "Licence"},
                "period": {"end": "2030-01-01"},
            }
        )
    return {
        "resourceType": "Practitioner",
        "active": True,
        "name": [{"given": ["Dana"], "family": family}],
        "qualification": licences,
    }


def _slot(schedule: str, start: datetime) -> dict[str, Any]:
    return {
        "resourceType": "Slot",
        "schedule": fhir.reference("Schedule", schedule),
        "status": "free",
        "start": fhir.format_instant(start),
        "end": fhir.format_instant(start + timedelta(minutes=20)),
    }
