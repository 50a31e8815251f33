"""Days in canonical text: "next wd1", "mo12 3", "in 2 weeks", "not wd0", "12/3". Several answers mean: ask."""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from re import Match

DAY = timedelta(days=1)
FAR_DAYS = 366  # a date without a year is within the next year
ANY_DAYS = 60  # how far "any Tuesday" looks


@dataclass(frozen=True)
class Days:
    """From *first* to *last*, both included; of these only *weekdays* (Monday is 0) when given."""

    first: date
    last: date
    weekdays: frozenset[int] | None = None


Rule = Callable[[Match[str], date], list[Days]]
_POINT = (
    r"(?P<{0}>(?:second|next|coming|this(?: coming)?) (?:on )?wd\d|wd\d next week|next week wd\d|"
    r"wd\d(?: the)? (?:mo\d+ (?:the )?\d{{1,2}}"
    r"|(?:the )?\d{{1,2}} mo\d+)|wd\d (?:the )?(?:1[3-9]|2\d|3[01])(?![\d:/])|wd\d(?: the \d{{1,2}})?(?! ?mo\d)|"
    r"today|tomorrow|overmorrow|yesterday|in \d+ (?:days|weeks|months)"
    r"|mo\d+ (?:the )?\d{{1,2}}(?! ?(?:am|pm|:|oclock))(?: ?,? ?\d{{4}})?|(?:the )?\d{{1,2}}(?: of)? mo\d+(?: \d{{4}})?"
    r"|\d{{4}}-\d{{1,2}}-\d{{1,2}}|\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}|\d{{1,2}}/\d{{1,2}}|"
    r"the \d{{1,2}}(?! ?(?:am|pm|:|oclock|/)))"
)
_ONE = _POINT.format("a")
_BOTH = re.compile(
    rf"(?:\bfrom |\bbetween )?\b{_ONE} (?P<join>to|through|thru|until|till|and|or|-)(?: the)? {_POINT.format('b')}"
)
_SINGLE = re.compile(
    rf"(?P<how>\b(?:after|from|since|starting|as|on or after|not before|before|by|until|till|not) )?(?:\bon |"
    rf"\babout )?\b{_ONE}"
)
_LISTED = re.compile(r"\bwd\d(?:(?:,| or| and| &|/)* ?wd\d)+")
_NOT = re.compile(r"\bnot wds?(\d)")


def read_days(text: str, today: date, *, day_first: bool) -> tuple[list[Days], str]:
    """Return the readings of the days in *text* and the text with the days taken out (a bar in their place)."""
    banned = frozenset(int(found) for found in _NOT.findall(text))
    rest = _NOT.sub(" ", text)
    for read in (_listed, _both, _spans, _single):
        if (answer := read(rest, today, day_first)) is not None:
            days, rest = answer
            return [_without(one, banned) for one in days], rest
    if banned:
        return [_without(Days(today, today + 13 * DAY), banned)], rest
    return [], rest


def _without(days: Days, banned: frozenset[int]) -> Days:
    if not banned:
        return days
    return Days(days.first, days.last, (days.weekdays or frozenset(range(7))) - banned)


_Answer = tuple[list[Days], str] | None


def _cut(text: str, found: Match[str]) -> str:
    return f"{text[: found.start()]} | {text[found.end() :]}"


def _listed(text: str, today: date, _: bool) -> _Answer:
    """ "tuesday or thursday": those weekdays of the coming seven days."""
    found = _LISTED.search(text)
    if found is None or re.search(rf"\b(?:from|between) {re.escape(found[0])}", text):
        return None
    weekdays = frozenset(int(number) for number in re.findall(r"wd(\d)", found[0]))
    if next_week := re.search(r"\bnext week\b", text):
        monday = _monday(today) + 7 * DAY
        return [Days(monday, monday + 6 * DAY, weekdays)], _cut(text.replace(next_week[0], " "), found)
    return [Days(today, today + 6 * DAY, weekdays)], _cut(text, found)


def _both(text: str, today: date, day_first: bool) -> _Answer:
    """ "from monday to wednesday", "dec 1 or dec 5"."""
    found = _BOTH.search(text)
    if found is None:
        return None
    firsts = [one for one in _dates(found["a"], today, day_first) if one >= today][:1]
    lasts = [
        one for one in _dates(found["b"], firsts[0] if firsts else today, day_first) if firsts and one >= firsts[0]
    ]
    if not firsts or not lasts:
        return None
    is_pair = found["join"] == "or" and not found[0].startswith("between")
    only = frozenset({firsts[0].weekday(), lasts[0].weekday()}) if is_pair else None
    return [Days(firsts[0], lasts[0], only)], _cut(text, found)


def _spans(text: str, today: date, _: bool) -> _Answer:
    for pattern, rule in _SPAN_RULES:
        if found := pattern.search(text):
            return rule(found, today), _cut(text, found)
    return None


def _single(text: str, today: date, day_first: bool) -> _Answer:
    found = _SINGLE.search(text)
    if found is None:
        return None
    dates = _dates(found["a"], today, day_first)
    how = (found["how"] or "").strip()
    if not dates:
        return None
    if how in ("after",):
        return [Days(one + DAY, one + 14 * DAY) for one in dates[:1]], _cut(text, found)
    if how in ("from", "since", "starting", "on or after", "not before", "as"):
        return [Days(one, one + 13 * DAY) for one in dates[:1]], _cut(text, found)
    if how in ("before", "by", "until", "till"):
        last = dates[0] - (DAY if how == "before" else 0 * DAY)
        return [Days(min(today, last), last)], _cut(text, found)
    return [Days(one, one) for one in dates], _cut(text, found)


def _dates(point: str, today: date, day_first: bool) -> list[date]:
    """Return the dates that a day may mean, the likelier first; none when there is no such date."""
    for pattern, rule in _DATE_RULES:
        if found := pattern.fullmatch(point):
            return rule(found, today, day_first)
    return []


def _weekday(today: date, weekday: int) -> date:
    return today + (weekday - today.weekday()) % 7 * DAY


def _monday(day: date) -> date:
    return day - day.weekday() * DAY


def _named_weekday(found: Match[str], today: date, _: bool) -> list[date]:
    """ "next tuesday" may be the coming one or that of the week after, "tuesday" said on a Tuesday today or not."""
    how, coming = found[1] or "", _weekday(today, int(found[2]))
    if how == "second":
        return [coming + 7 * DAY]
    if coming == today:
        return [today + 7 * DAY] if how in ("next", "coming", "this coming") else [today, today + 7 * DAY]
    return [coming, coming + 7 * DAY] if how == "next" else [coming]


def _day_of_next_week(found: Match[str], today: date, _: bool) -> list[date]:
    return [_monday(today) + (7 + int(found[1] or found[2])) * DAY]


def _relative(found: Match[str], today: date, _: bool) -> list[date]:
    return [today + {"today": 0, "tomorrow": 1, "overmorrow": 2, "yesterday": -1}[found[0]] * DAY]


def _in_some(found: Match[str], today: date, _: bool) -> list[date]:
    number = int(found[1])
    days = number * {"days": 1, "weeks": 7, "months": 30}[found[2]]
    return [today + days * DAY] if days <= FAR_DAYS * 2 else []


def _day_of_month(found: Match[str], today: date, _: bool) -> list[date]:
    number = int(found["n"])
    for months in range(13):
        year, month = today.year + (today.month - 1 + months) // 12, (today.month - 1 + months) % 12 + 1
        if (one := _date(year, month, number)) and one >= today:
            return [one]
    return []


def _month_day(found: Match[str], today: date, _: bool) -> list[date]:
    groups = found.groupdict()
    month, number = int(groups.get("m") or groups["m2"]), int(groups.get("d") or groups["d2"])
    year = groups.get("y") or groups.get("y2")
    return _dated(int(year) if year else None, month, number, today)


def _iso(found: Match[str], today: date, _: bool) -> list[date]:
    return _dated(int(found[1]), int(found[2]), int(found[3]), today)


def _numeric(found: Match[str], today: date, day_first: bool) -> list[date]:
    """ "12/3" is two dates: month first and day first; the patient's language says which is named first."""
    one, two, year_text = int(found[1]), int(found[2]), found[3] if found.re.groups > 2 else None
    year = None if not year_text else int(year_text) + (2000 if len(year_text) < 3 else 0)
    month_first, day_month = _dated(year, one, two, today), _dated(year, two, one, today)
    ordered = [*day_month, *month_first] if day_first else [*month_first, *day_month]
    return list(dict.fromkeys(ordered))


def _dated(year: int | None, month: int, number: int, today: date) -> list[date]:
    if year is not None:
        one = _date(year, month, number)
        return [one] if one else []
    near = [
        one for one in (_date(today.year, month, number), _date(today.year + 1, month, number)) if one and one >= today
    ]
    return near[:1]


def _date(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None


def _month_span(today: date, month: int, part: str | None) -> list[Days]:
    year = today.year + (month < today.month)
    last = calendar.monthrange(year, month)[1]
    first_day, last_day = {"early": (1, 10), "mid": (10, 20), "late": (20, last)}.get(part or "", (1, last))
    days = Days(max(today, date(year, month, first_day)), date(year, month, last_day))
    return (
        [days]
        if days.first <= days.last
        else [Days(date(year + 1, month, first_day), date(year + 1, month, min(last_day, 28)))]
    )


def _count(number: str, unit: str) -> timedelta:
    """Return "2 weeks" as a time, a year at the most."""
    return min(int(number) * {"days": 1, "weeks": 7, "months": 30}[unit], FAR_DAYS) * DAY


def _around(day: date, more_days: int) -> list[Days]:
    return [Days(day, day + more_days * DAY)]


def _next_month(found: Match[str], today: date) -> list[Days]:
    return _month_span(today, today.month % 12 + 1, found[1])


def _week(found: Match[str], today: date) -> list[Days]:
    ahead = {"this": 0, "next": 1, "the": 0}.get(found["which"] or "", 2)
    monday = _monday(today) + ahead * 7 * DAY
    first, last = {"early": (0, 1), "mid": (1, 3), "late": (3, 4)}.get(found["part"] or "", (0, 6))
    if monday + last * DAY < today and ahead == 0:
        return [Days(today, monday + 6 * DAY)]
    return [Days(max(today, monday + first * DAY), monday + last * DAY)]


def _weekend(found: Match[str], today: date) -> list[Days]:
    saturday = _monday(today) + 5 * DAY
    this = Days(max(today, saturday), saturday + DAY)
    following = Days(saturday + 7 * DAY, saturday + 8 * DAY)
    if (found["which"] or "") != "next":
        return [this]
    return [following] if today >= saturday else [this, following]


_SPAN_RULES: tuple[tuple[re.Pattern[str], Rule], ...] = tuple(
    (re.compile(pattern), rule)
    for pattern, rule in (
        (r"\b(?:on )?(?:weekdays) (?:of )?next week\b|\bnext week (?:on )?weekdays\b",
         lambda _, today: [Days(_monday(today) + 7 * DAY, _monday(today) + 11 * DAY)]),
        (r"\brest of this week\b", lambda _, today: [Days(today, _monday(today) + 6 * DAY)]),
        (r"\b(?:(?P<which>this|next|the|coming) )?weekend\b", _weekend),
        (r"\b(?P<part>early|mid|late)? ?(?P<which>week_after_next)\b", _week),
        (r"\bnext (\d+) (days|weeks)\b",
         lambda found, today: [Days(today, today + _count(found[1], found[2]))]),
        (r"\bin (\d{1,2}) (weeks)\b", lambda found, today: _around(today + _count(found[1], found[2]), 2)),
        (r"\bin (\d{1,2}) (months)\b", lambda found, today: _around(today + _count(found[1], found[2]), 6)),
        (r"(?<!wd\d )\b(?:(?P<part>early|mid|late) )?(?P<which>this|next) weeks?\b"
         r"(?!'| (?:on )?wd\d)(?!.*\bwds?\d)", _week),
        (r"\bnext week (?:or )?.*\bwds?(\d)\b|\bwds?(\d)\b.*\bnext week\b",
         lambda found, today: [Days(*(_monday(today) + (7 + int(found[1] or found[2])) * DAY,) * 2)]),
        (r"\bthis weeks? (?:on )?wds?(\d)\b|\bwds?(\d) (?:of )?this week\b",
         lambda found, today: [Days(*(_monday(today) + int(found[1] or found[2]) * DAY,) * 2)]),
        (r"\b(?:(early|mid|late) )?next months?\b", _next_month),
        (r"\b(?:(early|mid|late) )?this months?\b", lambda found, today: _month_span(today, today.month, found[1])),
        (r"\bwds(\d)\b", lambda found, today: [Days(today, today + ANY_DAYS * DAY, frozenset({int(found[1])}))]),
        (r"\bweekdays?\b", lambda _, today: [Days(today, today + 13 * DAY, frozenset(range(5)))]),
        (r"\b(?:(early|mid|late) )(?:in "
         r")?mo(\d+)\b(?! ?(?:the )?\d)", lambda found, today: _month_span(today, int(found[2]), found[1])),
        (r"^mo5$|(?:\bin |\d )mo5\b(?! ?(?:the )?\d)", lambda _, today: _month_span(today, 5, None)),
        (r"(?<!\d )\bmo(?!5\b)(\d+)\b(?! ?(?:the )?\d)", lambda found, today: _month_span(today, int(found[1]), None)),
        (r"\btonight\b", lambda _, today: [Days(today, today)]),
        (r"\bthis (?=morning|afternoon|evening)", lambda _, today: [Days(today, today)]),
        (r"\blater(?= ?$| \||(?: on)? today)", lambda _, today: [Days(today, today)]),
    )
)  # fmt: skip
_DATE_RULES: tuple[tuple[re.Pattern[str], Callable[[Match[str], date, bool], list[date]]], ...] = tuple(
    (re.compile(pattern), rule)
    for pattern, rule in (
        (r"(?:(second|next|coming|this|this coming) )?(?:on )?wd(\d)", _named_weekday),
        (r"wd(\d) next week|next week wd(\d)", _day_of_next_week),
        (r"today|tomorrow|overmorrow|yesterday", _relative),
        (r"in (\d+) (days|weeks|months)", _in_some),
        (r"(?:wd\d )?(?:the )?(?:mo(?P<m>\d+) (?:the )?(?P<d>\d{1,2})(?: ?,? ?(?P<y>\d{4}))?"
         r"|(?:the )?(?P<d2>\d{1,2})(?: of)? mo(?P<m2>\d+)(?: (?P<y2>\d{4}))?)", _month_day),
        (r"(\d{4})-(\d{1,2})-(\d{1,2})", _iso),
        (r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{2,4})", _numeric),
        (r"(\d{1,2})/(\d{1,2})", _numeric),
        (r"(?:wd\d )?(?:the )?(?P<n>\d{1,2})", _day_of_month),
    )
)  # fmt: skip
