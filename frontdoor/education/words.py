"""Text as the search sees it: plain small words, stems, character pieces, and misspelled words put right."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path

import snowballstemmer
from rapidfuzz import process
from rapidfuzz.distance import OSA

_STEMMERS = {"en": snowballstemmer.stemmer("english"), "es": snowballstemmer.stemmer("spanish")}
_WORD = re.compile(r"[a-z0-9ñ]+")
PIECE_CHARS = range(3, 6)
LEAST_CHARS_TO_CORRECT = 4
SHORT_CHARS = 5
# Words that say nothing about the topic.
_STOP_WORDS = {
    "en": """
        a able about after again all alright also am an and any anyone are around as ask at back bad be because
        been before being best better both brother but by call can cant cause causes could dad daughter day days
        did do doctor does doing dont each else even ever every father feel feeling few for friend from get gets
        getting give go goes going gonna good got had has have having he hello help helps her here hi him his
        home how husband i id if ill im in into is isnt it its ive just keep keeps know last lasts lately like
        long lot make makes many may me mean means might mom month months more morning most mother much must my
        myself need no not now of off ok okay old on once one only or other our out over please quite really
        remedies remedy safe same say see seems she should sign signs since sister so some someone something son
        still stop such symptom symptoms take takes taking tell than thanks that thats the their them then there
        these they thing things think this those through time times to today too treat treatment try trying
        under until up us use using very want was wasnt way we week weeks well were what whats when where which
        while who whos why wife will with wont would year years yes yesterday yet you your
    """,
    "es": """
        a ahora al algo alguien algun alguna alguno amigo ano anos ante antes asi aun aunque ayer ayuda
        ayudar bien buena bueno cada causa causas como con contra cual cuales cuando cuanta cuantas cuanto
        cuantos da dan dar de debe debo del desde despues dia dias dice dijeron dijo donde dos durante e
        edad el ella ellos en entre era eres es esa esas ese eso esos esposa esposo esta estan estar estas
        este esto estos estoy favor fue gracias ha hace hacen hacer hago han hasta hay he hermana hermano
        hija hijo hola la las le les llama llamas llamo lo los mal mama mas me mejor mes meses mi mis mucha
        muchas mucho muchos muy nada necesito ni no nos o os otra otras otro otros papa para pero poco por
        porque puede pueden puedo pues que quien quiero remedio remedios salio saludos se sea semana semanas
        senal senales ser sera si sido siempre siento significa sin sintoma sintomas sirve sirven sobre solo
        son soy su sus tal tambien tan tanto te ten tener tengo ti tiene tienen todas todo todos tomar tomo
        tratamiento tu tus un una unas uno unos usted va vamos veces ver vez voy y ya yo
    """,
}
# Words that tell nothing one by one and something together; each is one word in the search.
_TOGETHER = {
    "deldos": r"\b(?:del|numero) (?:numero )?(?:dos|2)\b",  # hacer del dos
    "diadespues": r"\bdia (?:despues|siguiente)\b",  # la pastilla
    "morningafter": r"\bmorning after\b",
    "pegoelojo": r"\bno (?:\w+ ){0,2}peg(?:o|a|ar|ue|ado|amos) (?:ni )?(?:el|los|un) ojos?\b",  # and so lies awake
}
STOP = {language: frozenset(text.split()) for language, text in _STOP_WORDS.items()}


def plain(text: str) -> str:
    """Return *text* small, without accents and apostrophes; ñ becomes n, as many people type it."""
    spread = unicodedata.normalize("NFKD", text.lower().replace("'", "").replace("’", ""))
    return "".join(letter for letter in spread if not unicodedata.combining(letter))


def words(text: str) -> list[str]:
    """Return the words of *text*, plain; words that only tell something together are one."""
    whole = plain(text)
    for word, said in _TOGETHER.items():
        whole = re.sub(said, word, whole)
    return _WORD.findall(whole)


@cache
def everyday(language: str) -> frozenset[str]:
    """Return words that people write about anything: they are spelled right and stay as they are."""
    return frozenset((Path(__file__).parent / "everyday" / f"{language}.txt").read_text(encoding="utf-8").split())


@lru_cache(maxsize=50_000)
def stem(word: str, language: str) -> str:
    """Return what *word* has in common with its other forms."""
    return str(_STEMMERS[language].stemWord(word))


def telling(text: str, language: str) -> list[str]:
    """Return the words of *text* that may say what it is about."""
    return [word for word in words(text) if word not in STOP[language]]


def pieces(text: Iterable[str]) -> Iterator[str]:
    """Yield the pieces of three to five characters of each word, its edges marked."""
    for word in text:
        marked = f" {word} "
        for size in PIECE_CHARS:
            yield from (marked[at : at + size] for at in range(max(1, len(marked) - size + 1)))


class Spelling:
    """Puts a misspelled word right where a word of the library is near enough."""

    def __init__(self, important: Iterable[str], others: Iterable[str]) -> None:
        self._important = sorted({word for word in important if len(word) >= LEAST_CHARS_TO_CORRECT})
        self._known = {*self._important, *others}
        self._others = sorted({word for word in self._known if len(word) >= LEAST_CHARS_TO_CORRECT})
        self.correct = lru_cache(maxsize=10_000)(self._correct)

    def _correct(self, word: str) -> str:
        if word in self._known or len(word) < LEAST_CHARS_TO_CORRECT or word.isdigit():
            return word
        slips = 1 if len(word) < 7 else 2
        for choices in (self._important, self._others):
            near = process.extract(word, choices, scorer=OSA.distance, score_cutoff=slips, limit=5)
            if len(word) <= SHORT_CHARS:  # there are many short words: only one with the same beginning is near enough
                near = [found for found in near if found[0][0] == word[0]]
            if near:  # the fewest slips; then the same first letter
                return str(min(near, key=lambda found: (found[1], found[0][0] != word[0], found[0]))[0])
        return word
