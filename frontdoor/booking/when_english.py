"""English phrases about days and hours, and the canonical words they stand for; applied in this order.

Weekdays (`wd0`), months (`mo1`) and numbers are canonical already when these run.
"""

from collections.abc import Callable
from re import Match

Canon = str | Callable[[Match[str]], str]

_AVAILABLE = (
    r"(?: (?:one|time|slot|appointment|opening|visit|thing|date))?(?: (?:that is |that's )?(?:available|"
    r"possible|you (?:have|got)|there is|open|free))"
)
_BOUND = (
    r"(?! ?(?:next|this|in|on|after|before|between|tomorrow|today|wds?\d|mo\d|but|except|weekend|weekday|"
    r"morning|afternoon|evening|am|pm|coming))"
)

PHRASES: tuple[tuple[str, Canon], ...] = (
    (r"\bsince (?:last )?\S+", " "),
    (r"\bchristmas eve(?:ning)?\b|\bnochebuena\b", "mo12 24"),
    (r"\b(?:christmas|x-?mas)(?: day)?\b|\bnavidad\b", "mo12 25"),
    (r"\bnew year'?s eve(?:ning)?\b|\bnochevieja\b", "mo12 31"),
    (r"\bnew year'?s(?: day)?\b|\bano nuevo\b", "mo1 1"),
    (r"\b(?:first|1st|1|primera) (?:week|semana) (?:of|in|de) (?=mo\d)", "early "),
    (r"\b(?:second|2nd|2|third|3rd|3|segunda|tercera) (?:week|semana) (?:of|in|de) (?=mo\d)", "mid "),
    (r"\b(?:last|fourth|4th|4|ultima|cuarta) (?:week|semana) (?:of|in|de) (?=mo\d)", "late "),
    (r"\blast (?:wd\d|night|week|month)\b", "yesterday"),
    (r"\b(to|until|till|and) noon\b", r"\1 12 pm"),
    (r"\b(\d{1,2}) (?:minutes )?past (\d{1,2})\b", lambda m: f"{m[2]}:{int(m[1]):02}"),
    (r"\b(?:the )?days? after tomorrow\b", "overmorrow"),
    (r"\bas (?:soon|early|quick(?:ly)?) as (?:you can|possible|i can|u can|we can)\b|\ba\.?s\.?a\.?p\b\.?", "asap"),
    (rf"\b(?:the )?(?:very )?(?:first|earliest|soonest|next){_AVAILABLE}\b|\b(?:the )?(?:soonest|earliest)\b", "asap"),
    (r"\bnext available\b(?: \w+)?", "asap"),
    (r"\bright (?:now|away)\b|\bimmediately\b|\bsooner the better\b|\bstraight away\b", "asap"),
    (r"(?<!from )\bnow\b|\burgent(?:ly)?\b|\bsoon\b|\bfirst thing you (?:have|got)\b", "asap"),
    (rf"\b(?:any ?time|when ?ever|any (?:days?|date|time|hour))\b(?: (?:is|works|would be))?(?: (?:fine|ok|okay|"
     rf"good))?{_BOUND}", "whenever"),
    (r"\bdoes ?n[o']?t matter\b|\bdon'?t care\b|"
     r"\bno preference\b|\bi'?m flexible\b|\bflexible\b|"
     r"\banything works\b", "whenever"),
    (r"\bany (?:one )?(?:of )?(?=weekdays?|weekend|morning|afternoon|evening)", ""),
    (r"\b(?:any|every|each) wds?(\d)\b", r"wds\1"),
    (r"\bany ?(?:time|days?|date)\b", ""),
    (r"(?<![a-z\d])(\d{1,2}(?:[:.]\d\d)?)\s*(?:p\.?\s?m\b\.?|p\b)", r"\1 pm"),
    (r"(?<![a-z\d])(\d{1,2}(?:[:.]\d\d)?)\s*(?:a\.?\s?m\b\.?|a\b(?! (?:las?|el|\d)))", r"\1 am"),
    (r"(?<=\d)\s*o'?\s?clock\b", " oclock"),
    (r"\b(\d{1,2}) ?h(?:rs?|s)? ?(\d\d)\b", r"\1:\2"),
    (r"\b(\d{1,2}) ?h(?:rs?|s)?\b", r"\1:00"),
    (r"\bhalf (?:past )?(\d{1,2})\b", r"\1:30"),
    (r"\b(\d{1,2}) thirty\b", r"\1:30"),
    (r"\b(\d{1,2}) fifteen\b", r"\1:15"),
    (r"\b(\d{1,2}) forty[- ]?five\b", r"\1:45"),
    (r"\b(?:a )?quarter (?:past|after) (\d{1,2})\b", r"\1:15"),
    (r"\b(?:a )?quarter (?:to|of|till) (\d{1,2})\b", lambda m: f"{(int(m[1]) - 2) % 12 + 1}:45"),
    (r"\b(\d{1,2})(?:st|nd|rd|th)\b(?: of)?", r"the \1"),
    (r"(mo\d+) first\b", r"\1 the 1"),
    (r"(mo\d+) second\b", r"\1 the 2"),
    (r"\bfirst (?:thing )?(?:in the )?morning\b", "early morning"),
    (r"\bthe the\b", "the"),
    (r"\b(mo\d+) (?:the )?(\d{1,2}) ?(?:-|to|through|until) ?(?:the )?(?=\d{1,2}\b(?! ?(?:am|pm|:)))", r"\1 \2 to \1 "),
    (r"\b(?:from )?(?:the )?(\d{1,2}) ?(?:-|to|through|until) ?(?:the )?(\d{1,2}) (?:of )?(mo\d+)", r"\3 \1 to \3 \2"),
    (r"\b(?:next|coming|upcoming|following)\s+week'?s? (?:on )?(wds?\d)\b", r"\1 next week"),
    (r"\b(?:the )?week after (?:next|that)\b", "week_after_next"),
    (r"\b(wd\d) after next\b|\b(?:a |1 )week (?:from|on) (wd\d)\b|\b(wd\d) week\b", r"second \1\2\3"),
    (r"\b(?:the )?(?:end|last part) of (?:the |this )?week\b", "late this week"),
    (r"\b(?:the )?(?:end|last part) of (?:the )?(?=mo\d|next|this|month)", "late "),
    (r"\b(?:the )?(?:beginning|start|first part) of (?:the |this )?(?=week|month|mo\d|next)", "early "),
    (r"\b(?:the )?middle of (?:the |this )?(?=week|month|mo\d|next)|\bmid-(?=week|mo\d|next)", "mid "),
    (r"\b(early|mid|late) (?:in )?(?:the |this )?(week|month)\b", r"\1 this \2"),
    (r"\blater (?:this|in the) week\b", "rest of this week"),
    (r"\bweek ?days?\b|\bwork(?:ing)? ?days?\b|\bbusiness days?\b", "weekdays"),
    (r"\bweek-?ends?\b", "weekend"),
    (r"\b(?:within|in) the (?:next|coming) (?=\d)", "next "),
    (r"\bwithin (\d+) (days?|weeks?|months?)\b", r"next \1 \2"),
    (r"\b(?:a )?(\d+) of (?=days|weeks|months)", r"\1 "),
    (r"\b(?:next|coming) (?:a )?(\d+) (days?|weeks?)\b", r"next \1 \2"),
    (r"\b(?:in |over |within )?the (?:next|coming) days\b|\bin (?:a )?3 days or so\b", "next 3 days"),
    (r"\b(?:in )?(?:a|1) (week|month)(?:'s time|"
     r" from (?:now|today)| later)\b|\bin (?:a|1) (week|"
     r"month)\b", r"in 1 \1\2s"),
    (r"\b(?:a )?(\d+) (days?|weeks?|months?)(?:'? (?:from (?:now|today)|time|out|later))\b", r"in \1 \2"),
    (r"\bin (?:about |around |like )?(?:a )?(\d+) (days?|weeks?|months?)\b", r"in \1 \2"),
    (r"\b(?:but|except|excluding|other than|besides)(?: not)?(?: for)?(?: on)?(?: the)?(?: this)? (?=wd)", "not "),
    (r"\bnot (?:on |this |a )(?=wd)|\bcan'?t (?:do |on |make )+(?=wd)|\bno (?=wd)", "not "),
    (r"\bby the end of\b", "late"),
    (r"\bafter (?:my )?(?:work|shift|the office)\b", "after_work"),
    (r"\bafter (?:school|class(?:es)?|pick ?up)\b", "after_school"),
    (r"\bafter (?:lunch|lunchtime)\b", "afternoon"),
    (r"\bbefore (?:my )?work\b", "before_work"),
    (r"\bbefore (?:lunch|noon)\b", "morning"),
    (r"\b(?:at |around )?lunch(?: ?time| hour| break)?\b|\bat noon\b", "noon"),
    (r"\bnight(?: ?time)?s?\b", "evening"),
    (r"\bmornings\b", "morning"),
    (r"\bafternoons\b", "afternoon"),
    (r"\bevenings\b", "evening"),
)  # fmt: skip
