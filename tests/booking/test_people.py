"""Names, dates of birth, ages, whom a visit is for: what people type and what is read."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontdoor.booking import people, talk
from frontdoor.booking.contact import read_contact
from frontdoor.booking.people import age, read_birth_date, read_name, read_relationship, read_who
from frontdoor.booking.states import read_state

TODAY = date(2026, 11, 23)
NAMES = [
    ("Jordan Lee", "Jordan Lee"),
    ("rash on belly", None),
    ("my mom is carla young", "Carla Young"),
    ("mi mamá es Carla Ruiz", "Carla Ruiz"),
    ("Q. R. Smith-Jones III", "Q. R. Smith-Jones III"),
    ("my name is jordan lee", "Jordan Lee"),
    ("Will Hope", "Will Hope"),
    ("will hope", "Will Hope"),
    ("it's Mary-Ann O'Neil", "Mary-Ann O'Neil"),
    ("me llamo ana maría pérez", "Ana María Pérez"),
    ("soy Luis de la Cruz", "Luis de la Cruz"),
    ("Lopez, Maria", "Maria Lopez"),
    ("JOHN SMITH", "John Smith"),
    ("Ronald McDonald", "Ronald McDonald"),
    ("hi, I'm Sam Sample.", "Sam Sample"),
    ("Martin Luther King Jr.", "Martin Luther King Jr"),
    ("José Ñáñez", "José Ñáñez"),
    ("Jean-Luc van der Berg please", "Jean-Luc van der Berg"),
    ("My son's name is Tim Ray", "Tim Ray"),
    ("se llama Lucía Gómez", "Lucía Gómez"),
    ("Jordan", None),
    ("what is diabetes?", None),
    ("what is diabetes", None),
    ("next week", None),
    ("yes please", None),
    ("I want to talk to a human", None),
    ("12345", None),
    ("j", None),
    ("", None),
    ("asdf@mail.example", None),
    ("Will Hope?", None),
    ("quiero cancelar", None),
]
BIRTHS = [
    ("May 3, 1990", ["1990-05-03"]),
    ("3 may 1990", ["1990-05-03"]),
    ("3rd of May 1990", ["1990-05-03"]),
    ("5/3/1990", ["1990-05-03", "1990-03-05"]),
    ("13/5/1990", ["1990-05-13"]),
    ("5/13/1990", ["1990-05-13"]),
    ("5-3-90", ["1990-05-03", "1990-03-05"]),
    ("1990-05-03", ["1990-05-03"]),
    ("1990.05.03", ["1990-05-03"]),
    ("05 13 1990", ["1990-05-13"]),
    ("05131990", ["1990-05-13"]),
    ("19900513", ["1990-05-13"]),
    ("I was born on June 12th 1985", ["1985-06-12"]),
    ("no my birthday is 3 may 1990", ["1990-05-03"]),
    ("3 de mayo de 1990", ["1990-05-03"]),
    ("nací el 12 de junio de 1985", ["1985-06-12"]),
    ("dic 1 2015", ["2015-12-01"]),
    ("Sept 9 04", ["2004-09-09"]),
    ("1/1/2001", ["2001-01-01"]),
    ("29 feb 2000", ["2000-02-29"]),
    ("29 feb 2001", "unreadable"),
    ("31/31/1990", "unreadable"),
    ("yesterday", "unreadable"),
    ("35", "unreadable"),
    ("hello", "unreadable"),
    ("May 3, 2027", "future"),
    ("May 3, 1880", "too_old"),
]
WHO = [
    ("for me", "self"),
    ("my 3 yr old's rash", "child"),
    ("Ana de la Cruz, his mother", "child"),
    ("my 40 year old knee", None),
    ("actually it's for me not my mother", "self"),
    ("im 17 tho", "self"),
    ("tengo 16 años", "self"),
    ("soy la abuela", "child"),
    ("im the mom", "child"),
    ("I am the guardian", "child"),
    ("soy su esposa", "other"),
    ("for my son not my daughter", "child"),
    ("no, para mi hija", "child"),
    ("me", "self"),
    ("myself", "self"),
    ("it's for me", "self"),
    ("para mí", "self"),
    ("yo", "self"),
    ("for my son", "child"),
    ("my 5 year old daughter", "child"),
    ("actually it's for my son", "child"),
    ("para mi hija", "child"),
    ("my husband", "other"),
    ("para mi madre", "other"),
    ("hmm let me think", None),
    ("tomorrow", None),
]


@pytest.mark.parametrize(("text", "expected"), NAMES)
def test_names(text: str, expected: str | None) -> None:
    """A first and a last name are read as people write them; nothing else is a name."""
    assert read_name(text) == expected


@pytest.mark.parametrize(("text", "expected"), BIRTHS)
def test_births(text: str, expected: list[str] | str) -> None:
    """Dates of birth in many forms; two readings stay two; what cannot be is said so."""
    found = read_birth_date(text, TODAY)
    assert ([day.isoformat() for day in found.dates] or found.problem) == expected


def test_a_birth_date_is_read_day_first_in_spanish() -> None:
    """The same digits name the day first for a Spanish reader."""
    assert [day.isoformat() for day in read_birth_date("5/3/1990", TODAY, "es").dates] == ["1990-03-05", "1990-05-03"]


@pytest.mark.parametrize(
    ("born", "expected"), [("2008-11-23", 18), ("2008-11-24", 17), ("2000-02-29", 26), ("2026-11-23", 0)]
)
def test_age(born: str, expected: int) -> None:
    """A birthday counts from its own day on."""
    assert age(date.fromisoformat(born), TODAY) == expected


@pytest.mark.parametrize(("text", "expected"), WHO)
def test_who(text: str, expected: str | None) -> None:
    """Whom the visit is for."""
    assert read_who(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mother", "mother"),
        ("I'm his dad", "father"),
        ("soy su abuela", "grandparent"),
        ("legal guardian", "guardian"),
        ("tía", "aunt or uncle"),
        ("boss", None),
    ],
)
def test_relationships(text: str, expected: str | None) -> None:
    """How the guardian is related."""
    assert read_relationship(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("an appointment for my mother", "other"), ("cita para mi esposo", "other"), ("para mi hija", "child"),
     ("my mom told me to book", None), ("a visit please", None)],
)  # fmt: skip
def test_whom_a_request_names(text: str, expected: str | None) -> None:
    assert people.read_for(text) == expected


@given(st.text(max_size=120))
@settings(max_examples=300, deadline=None)
def test_no_text_raises(text: str) -> None:
    """Every reader takes every text."""
    for reader in (
        read_name,
        read_contact,
        read_state,
        read_who,
        read_relationship,
        talk.correction,
        talk.says_yes,
        talk.says_no,
        talk.without_cue,
    ):
        reader(text)
    assert all(day <= TODAY for day in read_birth_date(text, TODAY).dates)
