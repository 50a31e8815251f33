"""The audit log as files."""

import csv
import io
import json

from fhir.resources.auditevent import AuditEvent

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


async def test_the_export_is_for_auditors(house: House) -> None:
    """Staff and supervisors get neither file."""
    for role in ("staff", "supervisor"):
        person = await house.sign_in(f"Ana {role}", role)
        for kind in ("csv", "json"):
            async with person.http.get(f"{house.base}/audit.{kind}") as response:
                assert response.status == 403
