"""How hard a text is to read, as a school grade: Flesch-Kincaid for English, Fernández Huerta for Spanish."""

import re

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_VOWELS_EN = re.compile(r"[aeiouy]+")
_VOWELS_ES = re.compile(r"[aeouáéíóúüi]+")
_HIATUS_ES = re.compile(r"[aeoáéó][aeoáéó]|[aeo][íú]|[íú][aeo]")
# Fernández Huerta's reading ease and the school grade of its table: at least this ease, at most that grade.
_GRADES_ES = ((90.0, 4.0), (80.0, 5.0), (70.0, 6.0), (60.0, 8.0), (50.0, 11.0))
_BEYOND_SCHOOL = 13.0


def grade(text: str, language: str) -> float:
    """Return the school grade that *text* asks of its reader; 0 for no text. A list's line counts as a sentence."""
    sentences = [s for s in re.split(r"[.!?]+\s|\n", text) if _WORD.search(s)]
    words = [word.lower() for sentence in sentences for word in _WORD.findall(sentence)]
    if not words:
        return 0.0
    length = len(words) / len(sentences)
    syllables = sum(map(_syllables_es if language == "es" else _syllables_en, words)) / len(words)
    if language == "en":
        return max(0.0, 0.39 * length + 11.8 * syllables - 15.59)
    ease = 206.84 - 60 * syllables - 1.02 * length
    return next((school for least, school in _GRADES_ES if ease >= least), _BEYOND_SCHOOL)


def _syllables_en(word: str) -> int:
    count = len(_VOWELS_EN.findall(word))
    if word.endswith(("e", "es", "ed")) and not word.endswith(
        ("le", "les", "ted", "ded", "ses", "zes", "ches", "shes")
    ):
        count -= 1
    return max(1, count)


def _syllables_es(word: str) -> int:
    return max(
        1, len(_VOWELS_ES.findall(word.replace("que", "ke").replace("qui", "ki"))) + len(_HIATUS_ES.findall(word))
    )
