"""Measure the library's search on questions by an author who had seen neither the articles nor the aliases.

Without an argument: the half that may be looked at, with its misses. With --held-out: figures only, of the other half;
write down every time that it is run.
"""

import argparse
import sys
from math import sqrt
from pathlib import Path

import yaml

from frontdoor import encoder as encoders
from frontdoor import settings
from frontdoor.education.library import load
from frontdoor.education.search import Found, Search

BLIND = Path(__file__).resolve().parent.parent / "tests" / "education" / "blind"
Z_95 = 1.96


def asked(language: str, held_out: bool) -> list[tuple[str, str | None]]:
    """Return the (message, topic or None) of one half."""
    items = yaml.safe_load((BLIND / f"{language}.yml").read_text(encoding="utf-8"))
    return [(item["text"], item["topic"]) for item in items if item["held_out"] is held_out]


def wilson(hits: int, total: int) -> str:
    """Return the share with its 95 % interval."""
    if not total:
        return "none"
    share, spread = hits / total, Z_95**2 / total
    middle = (share + spread / 2) / (1 + spread)
    half = Z_95 / (1 + spread) * sqrt(share * (1 - share) / total + spread / (4 * total))
    return f"{share:.1%} [{max(0.0, middle - half):.1%}, {middle + half:.1%}] {hits}/{total}"


def figures(found: list[tuple[Found, str | None]]) -> dict[str, str]:
    """Return what docs/library.md promises, by name."""
    fits = [(f, topic) for f, topic in found if topic]
    idle = [f for f, topic in found if not topic]
    answered = [(f, topic) for f, topic in fits if f.topic]
    return {
        "first": wilson(sum(f.topics[:1] == (topic,) for f, topic in fits), len(fits)),
        "among three": wilson(sum(topic in f.topics for f, topic in fits), len(fits)),
        "answered": wilson(len(answered), len(fits)),
        "precision": wilson(sum(f.topic == topic for f, topic in answered), len(answered)),
        "article for none": wilson(sum(bool(f.topic) for f in idle), len(idle)),
        "nothing for a question": wilson(sum(f.decision == "none" for f, _ in fits), len(fits)),
    }


def main() -> None:
    """Print the figures; of the half that may be looked at also each message that went wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--held-out", action="store_true")
    held_out = parser.parse_args().held_out
    loaded = settings.load()
    library, encoder = load(loaded.library_dir), encoders.load(loaded.data_dir / "encoder")
    for language, meaning in (("en", True), ("en", False), ("es", True), ("es", False)):
        search = Search(library, language, encoder if meaning else None, loaded.data_dir / "encoder")
        found = [(text, search.find(text), topic) for text, topic in asked(language, held_out)]
        sys.stdout.write(f"{language} {'with the encoder' if meaning else 'by words'}\n")
        for name, value in figures([(f, topic) for _, f, topic in found]).items():
            sys.stdout.write(f"  {name}: {value}\n")
        for text, f, topic in found if not held_out else ():
            if (topic and (f.topics[:1] != (topic,) or f.decision == "none")) or (not topic and f.topic):
                sys.stdout.write(f"    {topic} <- {text!r}: {f.decision} {f.topics} {f.score:.2f}\n")


if __name__ == "__main__":
    main()
