"""The client on the embedded service."""

from datetime import timedelta, date
from tests.scheduling.conftest import Service
from frontdoor.scheduling.model import *


def test_it_books(service: Service) -> None:
    """A slot is booked."""
    c = service.client()
    print(c.services())
    w = Wanted("primary_care", service.clock(), service.clock()+timedelta(days=7), state="NY")
    found = c.find_openings(w)
    for o in found: print(o)
    h = c.hold(found[0].id, key="k1")
    print(h)
    b = Booking(found[0].id, "book1", h, Person("Ana Pérez", date(1990,5,3), phone="+15550100"), "NY", "primary_care", reason="cough", consent_version="2026-11", time_zone="America/New_York")
    a = c.book(b)
    print(a, a == c.book(b))
    print(c.find_patient("pérez ANA", date(1990,5,3)), c.upcoming(a.patient_id))
    print(c.links(a).join_url)
    a2 = c.reschedule(a.id, found[1].id, key="r1")
    print(a2, c.upcoming(a.patient_id))
    print(c.reschedule(a.id, found[1].id, key="r1")==a2)
    x = c.cancel(a2.id)
    print(x.status, c.upcoming(a.patient_id))
    print(c.book(b).id)
    assert 0
