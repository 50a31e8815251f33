"""Text as the search sees it: plain small words, stems, character pieces, and misspelled words put right."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

import snowballstemmer
from rapidfuzz import process
from rapidfuzz.distance import OSA

_STEMMERS = {"en": snowballstemmer.stemmer("english"), "es": snowballstemmer.stemmer("spanish")}
_WORD = re.compile(r"[a-z0-9ñ]+")
PIECE_CHARS = range(3, 6)
LEAST_CHARS_TO_CORRECT = 4
# Words that say nothing about the topic.
STOP = {
    "en": frozenset(
        """a about after again all also am an and any anyone are as ask at back be because been before being both but by
        call can cant could did do does doing doctor dont each even ever every few for from get gets getting give go goes going got gonna
        had has have having he help helps her here him his how i id if ill im in into is isnt it its ive just keep keeps know like
        lot make makes many may me mean means might more most much must my myself need no not now of off on once one only or other our out over
        please really same say see seems she should since so some someone something stop such take takes taking tell than that
        thats the their them then there these they thing things think this those through to too treat treatment try trying under until
        up us use using very want was wasnt way we well were what whats when where which while who whos why will with wont would yet you your
        best better day days feel feeling good old thanks hi hello today home remedy remedies cause causes symptom symptoms signs sign safe
        bad long last lasts still around else able okay ok son daughter wife husband mom mother dad father sister brother friend whats week
        weeks year years month months yesterday morning every time times lately yes""".split()
    ),
    "es": frozenset(
        """a al algo ante antes asi aun aunque cada como con contra cual cuales cuando cuanta cuantas cuanto cuantos da dan dar de debe debo
        del desde despues donde dos durante e el ella ellos en entre era eres es esa esas ese eso esos esta estan estar estas este esto
        estos estoy fue ha hace hacen hacer hago han hasta hay he la las le les lo los mas me mi mis mucha muchas mucho muchos
        muy nada necesito ni no nos o os otra otras otro otros para pero poco por porque pues puede pueden puedo que quien quiero se sea ser sera si sido
        siempre sin sirve sirven sobre solo son soy su sus tal tambien tan tanto te ten tener tengo ti tiene tienen todas todo todos tomar tomo tu
        tus un una unas uno unos usted va vamos ver voy y ya yo hola gracias favor bueno buena mejor dia dias remedio remedios
        tratamiento causa causas sintoma sintomas senales senal ayuda ayudar siento dice dijo dijeron significa salio bien mal hijo hija esposa esposo mama papa
        hermano hermana amigo semana semanas mes meses ano anos ayer vez veces ahora si llamo llamas llama""".split()
    ),
}


def plain(text: str) -> str:
    """Return *text* small, without accents and apostrophes; ñ becomes n, as many people type it."""
    spread = unicodedata.normalize("NFKD", text.lower().replace("'", "").replace("’", ""))
    return "".join(letter for letter in spread if not unicodedata.combining(letter))


def words(text: str) -> list[str]:
    """Return the words of *text*, plain."""
    return _WORD.findall(plain(text))


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
            if near:  # the fewest slips; then the same first letter
                return str(min(near, key=lambda found: (found[1], found[0][0] != word[0], found[0]))[0])
        return word
