"""The audit log as files."""

import csv
import io
import json
from datetime import datetime, timedelta, timezone

import pytest
from fhir.resources.auditevent import AuditEvent

from frontdoor.privacy import audit, fhir_audit
from tests.desk.house import House


async def test_the_log_goes_out_as_csv_and_fhir(house: House) -> None:
    """Both files hold who read what and when; FHIR's own model takes each event; each export is in the log."""
    ana, auditor = await house.sign_in("Ana"), await house.sign_in("Olga", "auditor")
    conversation = await house.waiting("my secret words")
    await ana.get(f"/desk/conversations/{conversation}")
    target = f"conversation:{conversation}"
    async with auditor.http.get(f"{house.base}/audit.csv?target={target}") as response:
        assert response.headers["content-disposition"].endswith('filename="audit.csv"')
        rows = list(csv.DictReader(io.StringIO(await response.text())))
    read = next(row for row in rows if row["action"] == "conversation.read")
    assert (read["actor"], read["actor_name"], read["target"]) == (ana.id, "Ana", target)
    async with auditor.http.get(f"{house.base}/audit.json?target={target}") as response:
        text = await response.text()
    events = [AuditEvent.parse_obj(entry["resource"]) for entry in json.loads(text)["entry"]]
    assert {event.id for event in events} == {row["id"] for row in rows}
    found = next(event for event in events if event.subtype[0].code == "conversation.read")
    assert (found.action, found.agent[0].who.display, found.entity[0].what.identifier.value) == ("R", "Ana", target)
    assert "secret" not in text
    assert await house.audited("audit.export") == 2


@pytest.mark.parametrize(
    ("action", "kind", "verb", "outcome"),
    [
        ("login", "110114", "E", "0"), ("login.failed", "110114", "E", "4"), ("conversation.read", "rest", "R", "0"),
        ("conversation.search", "110112", "R", "0"), ("audit.export", "110106", "R", "0"),
        ("break_glass.use", "110127", "E", "0"), ("staff.change", "110137", "U", "0"),
        ("token.create", "rest", "C", "0"), ("token.revoke", "rest", "D", "0"),
        ("conversation.Claimed", "rest", "U", "0"),
    ],
)  # fmt: skip
def test_an_event_says_what_kind_it_is(action: str, kind: str, verb: str, outcome: str) -> None:
    """DICOM's type where there is one, what was done, and whether it succeeded; FHIR's model takes it."""
    at = datetime(2026, 11, 27, 12, tzinfo=timezone.utc)
    row = audit.Row(1, at, "staff", "Ana", "s", "::1", action, "desk", {"role": "staff"}, {"role": "admin", "no": None})
    event = AuditEvent.parse_obj(fhir_audit.event(row))
    assert (event.type.code, event.action, event.outcome) == (kind, verb, outcome)
    assert {one.type: one.valueString for one in event.entity[0].detail} == {
        "before.role": "staff",
        "after.role": "admin",
    }


async def test_the_log_is_filtered_by_action_and_day(house: House) -> None:
    """On the page and in the file: one action, a family of them, whole days; a day that is none is refused."""
    ana, auditor = await house.sign_in("Ana"), await house.sign_in("Olga", "auditor")
    conversation = await house.waiting("one")
    await ana.get(f"/desk/conversations/{conversation}")
    today = datetime.now(timezone.utc).date()
    days = {"yesterday": today - timedelta(days=1), "today": today}

    async def actions(query: str) -> set[str]:
        async with auditor.http.get(f"{house.base}/audit.csv?{query}") as response:
            return {row["action"] for row in csv.DictReader(io.StringIO(await response.text()))}

    assert await actions("action=conversation.read") == {"conversation.read"}
    assert await actions("action=login") == await actions("action=login&actor=Ana") == {"login"}
    found = await actions("action=conversation")
    assert {"conversation.read", "conversation.HandoffAsked"} <= found
    assert {action.partition(".")[0] for action in found} == {"conversation"}
    assert await actions(f"action=login&until={days['yesterday']}") == set()
    assert await actions(f"action=login&since={days['today']}&until={days['today']}") == {"login"}
    async with auditor.http.get(f"{house.base}/audit?since=soon") as response:
        assert response.status == 400
    async with auditor.http.get(f"{house.base}/audit?action=conversation.read&since={today}") as response:
        page = await response.text()
    assert (f'value="{today}"' in page, "staff.join" in page) == (True, False)


async def test_an_end_that_was_cut_off_is_found(house: House) -> None:
    """The chain alone cannot tell; the head that was kept elsewhere can."""
    await house.sign_in("Ana")
    async with house.pool.acquire() as connection:
        before = await audit.head(connection)
        assert await audit.has(connection, "0:")
    await house.sign_in("Ben")
    async with house.pool.acquire() as connection:
        after = await audit.head(connection)
        assert (await audit.has(connection, before), await audit.has(connection, after)) == (True, True)
        await connection.execute("ALTER TABLE privacy.audit DISABLE TRIGGER append_only")
        await connection.execute("DELETE FROM privacy.audit WHERE id = (SELECT max(id) FROM privacy.audit)")
        assert await audit.first_broken(connection) is None
        assert (await audit.has(connection, before), await audit.has(connection, after)) == (True, False)
        assert not await audit.has(connection, "one:two")


async def test_the_export_is_for_auditors(house: House) -> None:
    """Staff and supervisors get neither file."""
    for role in ("staff", "supervisor"):
        person = await house.sign_in(f"Ana {role}", role)
        for kind in ("csv", "json"):
            async with person.http.get(f"{house.base}/audit.{kind}") as response:
                assert response.status == 403
