"""Which of the articles that were offered somebody means who writes "the second one" instead of pressing it. Pure."""

import re
from collections.abc import Sequence

from frontdoor.education.words import plain

NONE_OF_THESE = "none"
_PLACES = (
    r"first|1st|1|one|primer[ao]?|uno|una",
    r"second|2nd|2|two|segund[ao]|dos",
    r"third|3rd|3|three|tercer[ao]?|tres",
)
_LAST = r"last|ultim[ao]"
_AROUND = (
    r"^(?:(?:yes|yeah|si|ok|its|es|the|el|la|lo|number|numero|option|opcion|por|de) )*(?:{})"
    r"(?: (?:one|option|opcion|de (?:esos|esas|estos|estas|todos)))?(?: (?:please|pls|por favor|porfa))?$"
)
_PLACE = tuple(re.compile(_AROUND.format(said)) for said in (*_PLACES, _LAST))
_NONE = re.compile(r"^(?:no )?(?:none|neither|ningun[oa])(?: (?:of|de) \w+)?$")


def chosen(message: str, offered: Sequence[str]) -> str | None:
    """Return the topic of *offered* that *message* means by its place, `NONE_OF_THESE`, or None: it says neither."""
    text = " ".join(re.findall(r"\w+", plain(message)))
    if offered and _NONE.match(text):
        return NONE_OF_THESE
    places = (*range(len(_PLACES)), len(offered) - 1)
    found = [place for place, said in zip(places, _PLACE, strict=True) if said.match(text)]
    return offered[found[0]] if found and 0 <= found[0] < len(offered) else None
