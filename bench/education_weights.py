"""Fit the search's weights on the development half of the evaluation and blind questions; print them, with the figures.

    .venv/bin/python bench/education_weights.py        # prints what to put into frontdoor/education/weights.py

Extra messages that ask for nothing come from data/nlu (every intent but education and symptoms). The held-out half is
only counted, never fitted.
"""

import random
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import yaml
from scipy.optimize import minimize

from frontdoor import encoder as encoders
from frontdoor import settings
from frontdoor.education.library import load
from frontdoor.education.search import Search

ROOT = Path(__file__).resolve().parent.parent
EVALUATION = ROOT / "tests" / "education" / "evaluation"
ABOUT_HEALTH = {"education", "symptom_nonurgent", "book_visit", "inform"}
PENALTY = 0.02  # on the weights, so that few questions do not decide too much
Rows = list[tuple[np.ndarray, int]]  # (likenesses, index of the right topic or -1)


def questions(language: str, held_out: bool) -> Iterator[tuple[str, str | None]]:
    """Yield (message, topic or None) of one half."""
    for topic, asked in yaml.safe_load((EVALUATION / f"{language}.yml").read_text()).items():
        yield from ((text, topic) for text in asked[int(held_out) :: 2])
    for texts in yaml.safe_load((EVALUATION / f"none_{language}.yml").read_text()).values():
        yield from ((text, None) for text in texts[int(held_out) :: 2])


def strangers(language: str) -> Iterator[tuple[str, str | None]]:
    """Yield (message, topic or None) of the half of the blind questions that may be looked at."""
    for item in yaml.safe_load((EVALUATION.parent / "blind" / f"{language}.yml").read_text(encoding="utf-8")):
        if item["held_out"] is False:
            yield item["text"], item["topic"]


def small_talk(language: str) -> Iterator[tuple[str, None]]:
    """Yield training messages of other intents."""
    for path in sorted((ROOT / "data" / "nlu" / language).glob("*.yml")):
        for item in yaml.safe_load(path.read_text()).get("nlu", []):
            if item.get("intent") and item["intent"] not in ABOUT_HEALTH:
                for line in item["examples"].splitlines()[::9]:
                    yield line.removeprefix("- ").split("](")[0].replace("[", ""), None


def misspelled(pairs: list[tuple[str, str | None]], seed: int) -> Iterator[tuple[str, str | None]]:
    """Yield each message with one slip of the finger."""
    chance = random.Random(seed)
    for text, topic in pairs:
        at = chance.randrange(1, max(2, len(text) - 1))
        slip = chance.choice(("drop", "swap", "double"))
        middle = {"drop": "", "swap": text[at : at + 1] + text[at - 1 : at], "double": text[at - 1 : at] * 2}[slip]
        yield (text[: at - 1] + middle + text[at + (slip == "swap") :], topic)


AROUND = {
    "en": (
        ("hi there i was wondering", "thank you so much"),
        ("hello doctor i am a 34 year old woman and i have two children", "any advice would be great"),
        ("so um i have been meaning to ask somebody about this for a while", ""),
        ("ok this might sound silly but", "i looked online and got confused"),
        ("good morning i work nights at a warehouse and have had this for three weeks now", "please tell me"),
        ("my neighbor told me to ask here", "she had the same thing last summer and it went on for a month"),
    ),
    "es": (
        ("hola buenas queria preguntar", "muchas gracias"),
        ("buenos dias doctor soy una mujer de 34 años y tengo dos hijos", "cualquier consejo me ayuda"),
        ("bueno este hace tiempo que queria preguntarle a alguien sobre esto", ""),
        ("a lo mejor es una tonteria pero", "busque en internet y me confundi"),
        ("buenas trabajo de noche en una bodega y llevo tres semanas asi", "por favor digame"),
        ("mi vecina me dijo que preguntara aqui", "a ella le paso lo mismo el verano pasado y le duro un mes"),
    ),
}


def wordy(pairs: list[tuple[str, str | None]], language: str) -> Iterator[tuple[str, str | None]]:
    """Yield each message as people dictate it, with words around it that say nothing about the topic."""
    for number, (text, topic) in enumerate(pairs):
        before, after = AROUND[language][number % len(AROUND[language])]
        yield f"{before} {text} {after}".strip(), topic


def rows_of(search: Search, pairs: list[tuple[str, str | None]]) -> Rows:
    """Return the likenesses of each message that has words."""
    topics = [article.topic for article in search.articles]
    found = []
    for text, topic in pairs:
        rows = search.likenesses(text)
        if rows is not None:
            found.append((np.array(rows), topics.index(topic) if topic else -1))
    return found


def fit(rows: Rows, *, meaning: bool) -> np.ndarray:
    """Return the 13 weights that make the right answers likeliest."""
    mask = np.array([1, 1, 1, float(meaning)] + [1, 1, 0, float(meaning)] * 2 + [1])
    stacked = np.stack([row for row, _ in rows])
    right = np.array([topic for _, topic in rows])
    worth = np.where(right < 0, (right >= 0).sum() / max(1, (right < 0).sum()), 1.0)

    def loss(weights: np.ndarray) -> float:
        weights = weights * mask
        topics = stacked[:, :-2] @ weights[:4]
        none = stacked[:, -2] @ weights[4:8] + stacked[:, -1] @ weights[8:12] + weights[12]
        scores = np.concatenate([topics, none[:, None]], axis=1)
        highest = scores.max(axis=1)
        total = highest + np.log(np.exp(scores - highest[:, None]).sum(axis=1))
        chosen = scores[np.arange(len(right)), right]  # -1 is the last column, "none"
        return float((worth * (total - chosen)).sum() / worth.sum() + PENALTY * (weights[:12] ** 2).sum() / 100)

    start = np.array([8, 8, 4, 8] + [4, 4, 0, 4] * 2 + [4.0])
    return np.asarray(minimize(loss, start, method="L-BFGS-B").x * mask)


def figures(search: Search, pairs: list[tuple[str, str | None]]) -> str:
    """Return the promised figures on *pairs*."""
    asked = [(search.find(text), topic) for text, topic in pairs if topic]
    idle = [search.find(text) for text, topic in pairs if not topic]
    answered = [(found, topic) for found, topic in asked if found.topic]
    first = np.mean([found.topics[:1] == (topic,) for found, topic in asked])
    three = np.mean([topic in found.topics for found, topic in asked])
    precise = np.mean([found.topic == topic for found, topic in answered])
    return (
        f"first {first:.1%}  three {three:.1%}  answered {len(answered) / len(asked):.1%}  precision {precise:.1%}  "
        f"article for none {np.mean([bool(f.topic) for f in idle]):.1%}  "
        f"offered for none {np.mean([f.decision == 'ask' for f in idle]):.1%}  "
        f"nothing for a question {np.mean([f.decision == 'none' for f, _ in asked]):.1%}"
    )


def main() -> None:
    """Fit and print; `show` prints the misses of the development half too."""
    loaded = settings.load()
    library = load(loaded.library_dir)
    encoder = encoders.load(loaded.data_dir / "encoder")
    for language, with_meaning in (("en", True), ("en", False), ("es", True), ("es", False)):
        search = Search(library, language, encoder if with_meaning else None, loaded.data_dir / "encoder")
        development = [*questions(language, held_out=False), *strangers(language)]
        held_out = list(questions(language, held_out=True))
        small = list(small_talk(language))
        rows = rows_of(search, [*development, *misspelled(development, 7), *wordy(development, language), *small])
        print(language, "meaning" if with_meaning else "words", np.round(fit(rows, meaning=with_meaning), 1).tolist())
        print("  development", figures(search, development))
        print("  held out   ", figures(search, held_out))
        print("  long ones  ", figures(search, list(wordy(held_out, language))))
        if "show" in sys.argv:
            for text, topic in development:
                found = search.find(text)
                if found.topic != topic:
                    print(f"    {topic} <- {text!r}: {found}")


if __name__ == "__main__":
    main()
