"""HTTP as FHIR asks for it: HEAD, conditional reads, formats; and what a Slot is searched by."""

from typing import Any

from tests.scheduling.conftest import Service
from tests.scheduling.test_searches import ids

SNOMED_SKIN = "http://snomed.info/sct|394582007"
ROUTINE = "http://terminology.hl7.org/CodeSystem/v2-0276|ROUTINE"


def test_head_is_get_without_the_body(service: Service) -> None:
    """The same status and headers on reads, searches and metadata; the connection goes on; nothing else takes it."""
    slot = service.free(count=1)[0]["id"]
    for path in (f"Slot/{slot}", "Slot?_count=2", "metadata", "Slot/none"):
        head, get = service.send("HEAD", path), service.send("GET", path)
        assert (head.status_code, head.content) == (get.status_code, b"")
        for name in ("Content-Type", "ETag", "Cache-Control", "Content-Length"):
            assert head.headers.get(name) == get.headers.get(name), name
    refused = service.send("HEAD", "Appointment/$book")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "POST")
    assert service.send("DELETE", f"Slot/{slot}").headers["Allow"] == "GET, PUT, PATCH, HEAD"


def test_a_known_version_is_not_sent_again(service: Service) -> None:
    """If-None-Match on a read: 304 while it is the newest, weak or strong, one of several, or any."""
    slot = service.free(count=1)[0]["id"]
    first = service.send("GET", f"Slot/{slot}")
    etag = first.headers["ETag"]
    for known in (etag, etag.removeprefix("W/"), f'"none", {etag}', "*"):
        again = service.send("GET", f"Slot/{slot}", headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag), known
    assert service.send("HEAD", f"Slot/{slot}", headers={"If-None-Match": etag}).status_code == 304
    held = {**first.json(), "status": "busy-tentative"}
    assert service.send("PUT", f"Slot/{slot}", json=held, headers={"If-Match": etag}).status_code == 200
    assert service.send("GET", f"Slot/{slot}", headers={"If-None-Match": etag}).status_code == 200
    assert service.send("GET", "Slot?_count=1", headers={"If-None-Match": "*"}).status_code == 200  # no version
    assert service.send("GET", "Slot/none", headers={"If-None-Match": "*"}).status_code == 404


FORMATS: list[tuple[str, str | None, int]] = [
    ("_format=json", None, 200),
    ("_format=application/fhir%2Bjson", "application/fhir+xml", 200),  # R4: over the header
    ("_format=application/fhir+json", None, 200),  # nobody escaped the plus
    ("_format=xml", None, 406),
    ("_format=application/fhir%2Bxml", "application/json", 406),
    ("_format=ttl", None, 406),
    ("_format=html", None, 406),
    ("", "application/fhir+json; fhirVersion=4.0", 200),
    ("", "application/fhir+json; fhirVersion=5.0", 406),
    ("", "text/html, */*;q=0.1", 200),
    ("", "application/json;q=0, text/html", 406),
    ("", "application/fhir+xml", 406),
    ("", "application/vnd.jsonish", 406),
    ("", "", 200),
]


def test_only_json_is_spoken(service: Service) -> None:
    """Any other format is refused, in the only one that there is."""
    for query, accept, status in FORMATS:
        headers: dict[str, Any] = {} if accept is None else {"Accept": accept}
        answer = service.send("GET", f"Slot?_count=1&{query}", headers=headers)
        assert answer.status_code == status, (query, accept)
        assert answer.headers["Content-Type"].startswith("application/fhir+json")
        assert answer.json()["resourceType"] == ("Bundle" if status == 200 else "OperationOutcome")


def test_slots_by_specialty_type_and_identifier(service: Service) -> None:
    """Tokens with and without a system, several, and together with the kind of visit; what no Slot has finds none."""
    window = "status=free&start=ge2026-11-24&start=lt2026-11-26&_count=200"
    skin = ids(service.get(f"Slot?{window}&service-type=dermatology"))
    everything = ids(service.get(f"Slot?{window}"))
    assert skin != []
    assert len(skin) < len(everything)
    for query, expected in (
        (f"specialty={SNOMED_SKIN}", skin),
        ("specialty=394582007", skin),
        ("specialty=http://snomed.info/sct|", everything),
        (f"specialty={SNOMED_SKIN}&service-type=dermatology", skin),
        (f"specialty={SNOMED_SKIN}&service-type=nutrition", []),
        ("specialty=http://elsewhere.example|394582007", []),
        ("specialty=|394582007", []),
        (f"appointment-type={ROUTINE}", everything),
        ("appointment-type=ROUTINE,EMERGENCY", everything),
        ("appointment-type=EMERGENCY", []),
        ("identifier=http://elsewhere.example|1", []),
    ):
        bundle = service.get(f"Slot?{window}&{query}", headers={"Prefer": "handling=strict"})
        assert sorted(ids(bundle)) == sorted(expected), query
        assert query.partition("=")[0] in bundle["link"][0]["url"]
    shown = service.get(f"Slot/{skin[0]}")
    assert shown["specialty"][0]["coding"][0]["code"] == "394582007"
    assert shown["appointmentType"]["coding"][0]["code"] == "ROUTINE"
    declared = {one["type"]: one for one in service.get("metadata")["rest"][0]["resource"]}["Slot"]["searchParam"]
    assert {"specialty", "appointment-type", "identifier"} <= {one["name"] for one in declared}
