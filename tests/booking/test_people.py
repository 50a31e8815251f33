"""Names, dates of birth, ways of contact, states, kinds of visit: what people type and what is read."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontdoor.booking import people, talk
from frontdoor.booking.contact import Contact, read_contact
from frontdoor.booking.kinds import read_kind
from frontdoor.booking.people import age, read_birth_date, read_name, read_relationship, read_who
from frontdoor.booking.states import read_state
from frontdoor.clinic import load
from frontdoor.settings import ROOT

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
WHO = [
    ("for me", "self"),
    ("my 3 yr old's rash", "child"),
    ("Ana de la Cruz, his mother", "child"),
    ("my 40 year old knee", None),
    ("actually it's for me not my mother", "self"),
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
WHYS = (
    "whats this for", "why?", "why do you need that", "wait what does that mean", "I don't want to give my phone",
    "do i have to", "¿qué significa eso?", "¿por qué?", "para qué quieren eso", "no entiendo", "prefiero no decirlo",
)  # fmt: skip
CORRECTIONS = [
    ("no my birthday is 3 may 1990", "birth_date"),
    ("está mal el nombre", "name"),
    ("the name is wrong", "name"),
    ("where do i change the phone", "contact"),
    ("otra hora", "when"),
    ("a different time please", "when"),
    ("otro doctor", "opening"),
    ("something is wrong with me", None),
    ("change the time", "when"),
    ("can we change the day", "when"),
    ("actually it's for my son", "who"),
    ("wait, the name is wrong", "name"),
    ("my name is Ana Ruiz", "guardian"),
    ("sorry, use 518 555 0123", "contact"),
    ("change my email", "contact"),
    ("no, I will be in Texas", "state"),
    ("change the reason", "reason"),
    ("actually another doctor", "opening"),
    ("cambiar la hora", "when"),
    ("no, mi fecha de nacimiento es 3 de mayo", "birth_date"),
    ("en realidad es para mi hija", "who"),
    ("I can't make it", "when"),
    ("yes", None),
    ("Jordan Lee", None),
    ("I have a headache", None),
    ("518 555 0123", None),
]
STOPS = [
    "cancel",
    "stop",
    "never mind",
    "nevermind",
    "please cancel",
    "forget it",
    "Cancel.",
    "cancelar",
    "ya no quiero",
    "olvídalo",
]
GOES_ON = ["cancel my other pill?", "the bus stop", "my doctor told me to stop smoking", "I can't stop coughing", "no"]
YES = [
    "yes",
    "Yes, book it",
    "sí",
    "ok",
    "book it",
    "looks good",
    "that's right",
    "adelante",
    "yes please",
    "I agree",
    "Reservar",
]
NOT_YES = [
    "yes but change the time",
    "no",
    "maybe",
    "is it booked?",
    "yesterday",
    "wait",
    "I agree with my doctor that it is bad",
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
    [
        *((one, True) for one in WHYS),
        *((one, False) for one in ("why does my head hurt", "what is asthma", "why me", "what is the price")),
    ],
)
def test_a_question_about_the_question(text: str, expected: bool) -> None:
    assert talk.asks_why(text) is expected


@pytest.mark.parametrize(
    "text", ["start over", "Restart!", "can we start again please", "empezar de nuevo", "desde el principio"]
)
def test_from_the_beginning(text: str) -> None:
    assert talk.wants_restart(text)
    assert not talk.wants_restart(f"{text} my medicine")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no, mejor moverla", True),
        ("move it instead", True),
        ("prefiero cambiar la fecha", True),
        ("yes, cancel it", False),
    ],
)
def test_rather_move_than_cancel(text: str, expected: bool) -> None:
    assert talk.wants_move(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("an appointment for my mother", "other"), ("cita para mi esposo", "other"), ("para mi hija", "child"),
     ("my mom told me to book", None), ("a visit please", None)],
)  # fmt: skip
def test_whom_a_request_names(text: str, expected: str | None) -> None:
    assert people.read_for(text) == expected


@pytest.mark.parametrize(("text", "expected"), CORRECTIONS)
def test_corrections(text: str, expected: str | None) -> None:
    """What a message corrects; an answer corrects nothing."""
    assert talk.correction(text) == expected


@pytest.mark.parametrize(("text", "expected"), [*((one, True) for one in STOPS), *((one, False) for one in GOES_ON)])
def test_stops(text: str, expected: bool) -> None:
    """Only a message that is wholly a stop stops."""
    assert talk.wants_stop(text) is expected


@pytest.mark.parametrize(("text", "expected"), [*((one, True) for one in YES), *((one, False) for one in NOT_YES)])
def test_yes(text: str, expected: bool) -> None:
    """Only a message that is wholly a yes is one."""
    assert talk.says_yes(text) is expected


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
