"""What is no answer: a correction, a stop, a yes, a question about the question."""

import pytest

from frontdoor.booking import talk

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
    ("nueva york entonces", "state"),
    ("no, texas then", "state"),
    ("New Jersey instead", "state"),
    ("see you then", None),
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
