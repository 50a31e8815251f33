"""US states: their names and postal codes as typed, and the zone that most people there live in."""

import re
from itertools import pairwise
from zoneinfo import ZoneInfo

from rapidfuzz.distance import OSA

from frontdoor.booking.fold import fold, listed
from frontdoor.scheduling.zones import zone

_EASTERN, _CENTRAL, _MOUNTAIN, _PACIFIC = "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"
_STATES = {
    "AL": ("alabama", _CENTRAL), "AK": ("alaska", "America/Anchorage"), "AZ": ("arizona", "America/Phoenix"),
    "AR": ("arkansas", _CENTRAL), "CA": ("california", _PACIFIC), "CO": ("colorado", _MOUNTAIN),
    "CT": ("connecticut", _EASTERN), "DE": ("delaware", _EASTERN), "DC": ("district of columbia", _EASTERN),
    "FL": ("florida", _EASTERN), "GA": ("georgia", _EASTERN), "HI": ("hawaii", "Pacific/Honolulu"),
    "ID": ("idaho", "America/Boise"), "IL": ("illinois", _CENTRAL), "IN": ("indiana", "America/Indiana/Indianapolis"),
    "IA": ("iowa", _CENTRAL), "KS": ("kansas", _CENTRAL), "KY": ("kentucky", _EASTERN), "LA": ("louisiana", _CENTRAL),
    "ME": ("maine", _EASTERN), "MD": ("maryland", _EASTERN), "MA": ("massachusetts", _EASTERN),
    "MI": ("michigan", "America/Detroit"), "MN": ("minnesota", _CENTRAL), "MS": ("mississippi", _CENTRAL),
    "MO": ("missouri", _CENTRAL), "MT": ("montana", _MOUNTAIN),
    "NE": ("nebraska", _CENTRAL), "NV": ("nevada", _PACIFIC),
    "NH": ("new hampshire", _EASTERN), "NJ": ("new jersey", _EASTERN), "NM": ("new mexico", _MOUNTAIN),
    "NY": ("new york", _EASTERN), "NC": ("north carolina", _EASTERN), "ND": ("north dakota", _CENTRAL),
    "OH": ("ohio", _EASTERN), "OK": ("oklahoma", _CENTRAL),
    "OR": ("oregon", _PACIFIC), "PA": ("pennsylvania", _EASTERN),
    "PR": ("puerto rico", "America/Puerto_Rico"), "RI": ("rhode island", _EASTERN), "SC": ("south carolina", _EASTERN),
    "SD": ("south dakota", _CENTRAL), "TN": ("tennessee", _CENTRAL),
    "TX": ("texas", _CENTRAL), "UT": ("utah", _MOUNTAIN),
    "VT": ("vermont", _EASTERN), "VA": ("virginia", _EASTERN), "WA": ("washington", _PACIFIC),
    "WV": ("west virginia", _EASTERN), "WI": ("wisconsin", _CENTRAL), "WY": ("wyoming", _MOUNTAIN),
}  # fmt: skip
_OTHER_NAMES = {  # as typed, folded, to postal codes
    "nueva york": "NY", "nueva jersey": "NJ", "nuevo mexico": "NM",
    "carolina del norte": "NC", "carolina del sur": "SC",
    "dakota del norte": "ND", "dakota del sur": "SD", "virginia occidental": "WV",
    "nueva hampshire": "NH", "pensilvania": "PA",
    "luisiana": "LA", "hawai": "HI", "tejas": "TX", "misuri": "MO", "misisipi": "MS", "distrito de columbia": "DC",
    "washington dc": "DC", "washington d.c.": "DC", "nyc": "NY", "brooklyn": "NY", "manhattan": "NY", "the bronx": "NY",
    "queens": "NY", "los angeles": "CA", "san francisco": "CA", "san diego": "CA", "houston": "TX", "dallas": "TX",
    "miami": "FL", "orlando": "FL", "boston": "MA", "philadelphia": "PA",
    "filadelfia": "PA", "mass": "MA", "penn": "PA",
    "cali": "CA", "calif": "CA", "fla": "FL", "conn": "CT",
    "jersey": "NJ", "tex": "TX", "chicago": "IL", "seattle": "WA",
}  # fmt: skip
# Large cities whose name means one state; a name of several (Kansas City, Portland, Columbus) is not here: it is asked.
_CITIES = {
    "NY": ("buffalo", "yonkers", "syracuse", "staten island", "long island"),
    "NJ": ("newark", "jersey city", "hoboken", "trenton", "paterson"),
    "CT": ("hartford", "new haven", "bridgeport", "stamford"),
    "PA": ("philly", "pittsburgh", "allentown", "scranton"),
    "MA": ("worcester", "cambridge", "lowell"),
    "FL": ("tampa", "jacksonville", "fort lauderdale", "tallahassee", "st petersburg", "hialeah"),
    "CA": ("sacramento", "oakland", "fresno", "san jose", "long beach", "anaheim", "bakersfield", "san fran"),
    "TX": ("san antonio", "austin", "fort worth", "el paso", "laredo", "corpus christi", "plano"),
    "AZ": ("phoenix", "tucson", "mesa"), "NM": ("albuquerque", "santa fe"), "NV": ("las vegas", "reno"),
    "CO": ("denver", "colorado springs", "boulder"), "GA": ("atlanta", "savannah"), "IL": ("chicago",),
    "MI": ("detroit", "grand rapids"), "MN": ("minneapolis",), "WI": ("milwaukee",),
    "LA": ("new orleans", "baton rouge"),
    "TN": ("nashville", "memphis", "knoxville"), "NC": ("charlotte", "raleigh", "greensboro"), "MD": ("baltimore",),
    "OH": ("cleveland", "cincinnati"), "OK": ("tulsa", "oklahoma city"), "NE": ("omaha",), "HI": ("honolulu",),
    "UT": ("salt lake city",), "WA": ("tacoma", "spokane"), "ID": ("boise",), "AK": ("anchorage",),
    "IN": ("indianapolis",), "VA": ("virginia beach", "norfolk"), "PR": ("san juan",),
}  # fmt: skip
NAMES = {
    **{city: code for code, cities in _CITIES.items() for city in cities},
    **_OTHER_NAMES,
    **{name: code for code, (name, _) in _STATES.items()},
}
ALSO_WORDS = frozenset(
    word.upper() for word in listed("in or me hi ok ma pa de la al co oh id mo mi va")
)  # also words: a code only when alone or in capitals

CODES = frozenset(_STATES)


def read_state(text: str) -> str | None:
    """Return the postal code of the state in *text* ("NY"), or None."""
    plain = re.sub(r"[^a-z. ]+", " ", fold(text)).strip(" .")
    if re.search(r"\bkansas city\b", plain):  # it lies in two states
        return _code(text)
    for name in sorted(NAMES, key=len, reverse=True):
        if re.search(rf"\b{re.escape(name)}(?!\w)", plain):
            return NAMES[name]
    return _code(text) or _misspelled(plain)


def _code(text: str) -> str | None:
    found = re.findall(r"(?<![A-Za-z'’])([A-Za-z])\.?([A-Za-z])(?![A-Za-z'’])\.?", text)
    codes = [("".join(pair).upper(), "".join(pair).isupper()) for pair in found]
    alone = len(re.findall(r"[^\W\d_]+", text)) <= 1 or re.fullmatch(r"\s*[A-Za-z]\.?[A-Za-z]\.?\s*", text) is not None
    for code, capitals in reversed(codes):
        if code in _STATES and (alone or capitals or code not in ALSO_WORDS):
            return code
    return None


def _misspelled(plain: str) -> str | None:
    """Repair one or two letters of a long name."""
    typed = plain.split()
    pieces = [*typed, *(" ".join(pair) for pair in pairwise(typed))]
    near = [
        (OSA.distance(piece, name), code)
        for piece in pieces
        for name, code in NAMES.items()
        if len(name) >= 5
        and len(piece) >= 5
        and piece[0] == name[0]
        and OSA.distance(piece, name) <= (2 if len(name) > 7 else 1)
    ]
    return min(near)[1] if near else None


def zone_of(state: str | None, default: ZoneInfo) -> ZoneInfo:
    """Return the main zone of *state*, or *default* while it is not known."""
    return zone(_STATES[state][1]) if state in _STATES else default


def state_name(code: str) -> str:
    """Return "New York" for "NY"."""
    return (
        " ".join(part if part == "of" else part.capitalize() for part in _STATES[code][0].split())
        if code in _STATES
        else code
    )
