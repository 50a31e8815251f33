"""Ways of contact, states, kinds of visit: what people type and what is read."""

import pytest

from frontdoor.booking.contact import Contact, read_contact
from frontdoor.booking.kinds import read_kind
from frontdoor.booking.states import read_state
from frontdoor.clinic import load
from frontdoor.settings import ROOT

CONTACTS = [
    ("518 555 0123", Contact(phone="+15185550123")),
    ("(518) 555-0123", Contact(phone="+15185550123")),
    ("+1 518 555 0123", Contact(phone="+15185550123")),
    ("1-518-555-0123", Contact(phone="+15185550123")),
    ("5185550123", Contact(phone="+15185550123")),
    ("my cell is 518.555.0123 thanks", Contact(phone="+15185550123")),
    ("+52 55 1234 5678", Contact(phone="+525512345678")),
    ("ana@mail.example", Contact(email="ana@mail.example")),
    ("My email is Ana.B+1@Mail.Example.", Contact(email="ana.b+1@mail.example")),
    ("ana arroba mail punto example", Contact(email="ana@mail.example")),
    ("ana at mail dot example", Contact(email="ana@mail.example")),
    ("maria@gmail.con", Contact(email="maria@gmail.con", suspect="maria@gmail.com")),
    ("555 0123", None),
    ("12345", None),
    ("0000000000", None),
    ("118 555 0123", None),
    ("ana@", None),
    ("ana@mail", None),
    ("a@@b.example", None),
    ("no", None),
    ("", None),
]
STATES = [
    ("nueva yorl", "NY"),
    ("jersey city", "NJ"),
    ("i live in albuquerque", "NM"),
    ("san antonio", "TX"),
    ("Kansas City", None),
    ("las vegas", "NV"),
    ("nueva jersei", "NJ"),
    ("cuando es mi cita?", None),
    ("el va a estar en casa", None),
    ("MI", "MI"),
    ("mi", "MI"),
    ("New York", "NY"),
    ("new york city", "NY"),
    ("ny", "NY"),
    ("N.Y.", "NY"),
    ("I'll be in Texas", "TX"),
    ("in tx", "TX"),
    ("I am in CA", "CA"),
    ("Massachusets", "MA"),
    ("pensylvania", "PA"),
    ("nueva york", "NY"),
    ("estaré en la Florida", "FL"),
    ("west virginia", "WV"),
    ("virginia", "VA"),
    ("Washington DC", "DC"),
    ("ok", "OK"),
    ("OR", "OR"),
    ("kansas", "KS"),
    ("arkansas", "AR"),
    ("hola", None),
    ("my house", None),
    ("I am in bed", None),
    ("Ontario", None),
    ("", None),
]
KINDS = [
    ("dermatology", "dermatology"),
    ("skin doctor", "dermatology"),
    ("dermatolgist", "dermatology"),
    ("dermatólogo", "dermatology"),
    ("a therapist", "behavioral_health"),
    ("mental health", "behavioral_health"),
    ("salud mental", "behavioral_health"),
    ("kids doctor", "pediatrics"),
    ("pediatra", "pediatrics"),
    ("lose weight", "nutrition"),
    ("nutricionista", "nutrition"),
    ("primary care", "primary_care"),
    ("annual physical", "primary_care"),
    ("atención primaria", "primary_care"),
    ("tomorrow", None),
    ("dermatology or nutrition", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "expected"), CONTACTS)
def test_contacts(text: str, expected: Contact | None) -> None:
    """Phone numbers and addresses that can be right are read, others are not."""
    assert read_contact(text) == expected


@pytest.mark.parametrize(("text", "expected"), STATES)
def test_states(text: str, expected: str | None) -> None:
    """States by name, code, city, in both languages and with a letter wrong."""
    assert read_state(text) == expected


@pytest.mark.parametrize(("text", "expected"), KINDS)
def test_kinds(text: str, expected: str | None) -> None:
    """A kind of visit by its name or by who is asked for; two kinds are none."""
    assert read_kind(text, load(ROOT / "clinic.yml")) == expected
