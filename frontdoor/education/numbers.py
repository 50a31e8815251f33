"""The numbers that articles write as {emergency} and {crisis}, for the clinic's country."""

from frontdoor.education.article import LANGUAGES
from frontdoor.safety.replies import numbers_of

_UNKNOWN = {
    "en": {"emergency": "your local emergency number", "crisis": "a local crisis line"},
    "es": {"emergency": "número local de emergencias", "crisis": "teléfono local de ayuda en crisis"},
}


def region_numbers(region: str) -> dict[str, dict[str, str]]:
    """Return, by language, what to write for each name. A country that we do not know gets words, never a guess."""
    known = {kind: number.dial for kind, number in numbers_of(region).items() if kind in _UNKNOWN["en"]}
    return {language: {**_UNKNOWN[language], **known} for language in LANGUAGES}
