"""Numbers are read as people type and dictate them."""

import pytest

from frontdoor.safety.spoken import numbers_in

SPOKEN = [
    ("101.5", [101.5]),
    ("38,5", [38.5]),
    ("one oh one", [101]),
    ("one one", [101]),
    ("one hundred and one point five", [101.5]),
    ("a hundred and four", [104]),
    ("one eighty over one twenty", [180, 120]),
    ("thirty eight and a half", [38.5]),
    ("two hundred over one ten", [200, 110]),
    ("five fifty", [550]),
    ("treinta y nueve", [39]),
    ("treinta y ocho y medio", [38.5]),
    ("treinta y ocho punto cinco", [38.5]),
    ("ciento ochenta con ciento diez", [180, 110]),
    ("quinientos ochenta", [580]),
    ("veintiuno", [21]),
    ("180 over 120", [180, 120]),
    ("a headache", []),
    ("un dolor", []),
    ("", []),
]


@pytest.mark.parametrize(("text", "values"), SPOKEN)
def test_a_number_has_its_value(text: str, values: list[float]) -> None:
    """In digits and in words, whole and with a fraction, in both languages."""
    assert [number.value for number in numbers_in(tuple(text.split()))] == values


def test_a_number_knows_its_words() -> None:
    """What stands beside it is found by that."""
    (number,) = numbers_in(("fever", "of", "one", "hundred", "and", "four", "today"))
    assert (number.start, number.end, number.last) == (2, 6, 5)
