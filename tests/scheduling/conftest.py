"""The real scheduling service on a free port, on this test's own database, with a clock that tests can turn."""

import asyncio
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from typing import Any

import asyncpg
import pytest
import requests
from sanic import Sanic

from frontdoor import clinic
from frontdoor.database.pool import connect
from frontdoor.scheduling import seed, store
from frontdoor.scheduling.client import Scheduling
from frontdoor.scheduling.service import create_app
from frontdoor.settings import ROOT, Settings
from tests.gateway.serving import Served

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=timezone.utc)  # Monday, 10:00 in New York


class Clock:
    """An instant that moves only when told."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> None:
        """Let time pass: `forward(minutes=11)`."""
        self.at += timedelta(**span)


@dataclass
class Service:
    """The running service, the way in, and its clock."""

    url: str
    settings: Settings
    clock: Clock
    app: Sanic
    session: requests.Session = field(default_factory=requests.Session)

    @property
    def base(self) -> str:
        return f"{self.url}/fhir/R4"

    @property
    def client_settings(self) -> Settings:
        return replace(self.settings, scheduling_url=self.base, scheduling_port=int(self.url.rpartition(":")[2]))

    def client(self, **changes: Any) -> Scheduling:
        return Scheduling.from_settings(replace(self.client_settings, **changes), now=self.clock)

    def send(self, method: str, path: str, **options: Any) -> requests.Response:
        if "json" in options:
            options["headers"] = {"Content-Type": "application/fhir+json", **(options.get("headers") or {})}
        address = path if path.startswith("http") else f"{self.base}/{path}"
        return self.session.request(method, address, timeout=30, **options)

    def get(self, path: str, **options: Any) -> Any:
        answer = self.send("GET", path, **options)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def free(self, service: str = "primary_care", count: int = 5, **params: str) -> list[dict[str, Any]]:
        """Return free slots."""
        query = {"status": "free", "service-type": service, "_count": str(count), **params}
        return [entry["resource"] for entry in self.get("Slot", params=query).get("entry", [])]

    def patient(self, family: str = "Sand", **changes: Any) -> str:
        """Write a patient and return the id."""
        body = {"resourceType": "Patient", "name": [{"given": ["Ann"], "family": family}], "birthDate": "1990-05-03"}
        return str(self.send("POST", "Patient", json={**body, **changes}).json()["id"])

    def appointment(self, slot: str, patient: str, **changes: Any) -> dict[str, Any]:
        """Return an Appointment to post."""
        return {
            "resourceType": "Appointment",
            "status": "booked",
            "slot": [{"reference": f"Slot/{slot}"}],
            "participant": [{"actor": {"reference": f"Patient/{patient}"}, "status": "accepted"}],
            **changes,
        }


@pytest.fixture
def clock() -> Clock:
    """The service's clock, at NOW."""
    return Clock()


@pytest.fixture(scope="session")
def seeded(postgres: str, migrated: str) -> str:
    """Name of a database with the demo clinic and its openings as of NOW; each test's database is a copy of it."""
    name = f"scheduling_{uuid.uuid4().hex[:12]}"
    asyncio.run(_execute(postgres, f"CREATE DATABASE {name} TEMPLATE {migrated}"))
    asyncio.run(_fill(_named(postgres, name)))
    return name


@pytest.fixture
def database_url(postgres: str, seeded: str) -> Iterator[str]:
    """Address of a database of this test's own, with the demo clinic in it."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    asyncio.run(_execute(postgres, f"CREATE DATABASE {name} TEMPLATE {seeded}"))
    yield _named(postgres, name)
    asyncio.run(_execute(postgres, f"DROP DATABASE {name} WITH (FORCE)"))


async def _fill(address: str) -> None:
    pool = await connect(address)
    await store.seed(pool, seed.read(clinic.load(ROOT / "clinic.yml")), NOW)
    await store.regenerate(pool, NOW)
    await pool.close()


async def _execute(address: str, statement: str) -> None:
    connection = await asyncpg.connect(address)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _named(server_url: str, database: str) -> str:
    address, question, options = server_url.partition("?")
    return f"{address.rpartition('/')[0]}/{database}{question}{options}"


@pytest.fixture
def service(settings: Settings, clock: Clock) -> Iterator[Service]:
    """A running service with the demo clinic."""
    with Served(create_app(settings, now=clock)) as served:
        running = Service(served.url, settings, clock, served.app)
        yield running
        running.session.close()
