"""Patient: create once, read, search."""

from datetime import date, datetime

from frontdoor.scheduling import fhir, store_patients
from frontdoor.scheduling.refusals import Malformed
from frontdoor.scheduling.resources import patient
from frontdoor.scheduling.service.call import Answer, Call, Search, new_id, one
from frontdoor.scheduling.shapes import check
from frontdoor.scheduling.store_patients import PatientQuery

OUR_ELEMENTS = ("id", "meta")
FIRST_DAY, LAST_DAY = date(1850, 1, 1), date(9999, 12, 31)


async def create(call: Call) -> Answer:
    """Write a Patient: 201; 200 the one there is when If-None-Exist names it."""
    resource = check(call.body, "Patient")
    born = str(resource.get("birthDate", ""))
    if born > call.now.date().isoformat():
        raise Malformed("birthDate is in the future.", expression="Patient.birthDate", issue="value")
    kept = {name: value for name, value in resource.items() if name not in OUR_ELEMENTS}
    id_, is_new = await store_patients.create(call.pool, kept, new_id(), call.unless_exists(), call.now)
    written = patient(await store_patients.read(call.pool, id_))
    return one(written, 201 if is_new else 200, base=call.base)


async def read(call: Call) -> Answer:
    """Return one patient."""
    return one(patient(await store_patients.read(call.pool, call.id)))


async def search(call: Call) -> Answer:
    """Return patients by identifier, birth date or name."""
    search = Search(call)
    ids = await identified(call, search, "Patient")
    born = _days(search.dates("birthdate"))
    words = [word for text in search.all("name", "family", "given") for word in fhir.fold(text)]
    search.order({"_id": "id"}, "_id")
    query = PatientQuery(ids=ids, born=born, words=words, count=search.count, offset=search.offset)
    rows, total = await store_patients.search(call.pool, query)
    return search.bundle([patient(row) for row in rows], total)


def _days(limits: list[tuple[str, datetime]]) -> tuple[date, date] | None:
    if not limits:
        return None
    first = max([FIRST_DAY, *(at.date() for sign, at in limits if sign == ">=")])
    return first, min([LAST_DAY, *(at.date() for sign, at in limits if sign == "<")])


async def identified(call: Call, search: Search, kind: str) -> list[str] | None:
    """Take `_id` and `identifier` and return the ids that have both; None when neither is there."""
    ids = search.any_of("_id")
    for text in search.all("identifier"):
        found: set[str] = set()
        for token in text.split(","):
            system, bar, value = token.rpartition("|")
            found |= set(await store_patients.ids_of(call.pool, kind, (system if bar else None, value)))
        ids = sorted(found if ids is None else found & set(ids))
    return ids
