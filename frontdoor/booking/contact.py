"""A phone number or an e-mail address, checked as far as can be without writing to it."""

import re
from dataclasses import dataclass

from frontdoor.booking.fold import fold

_EMAIL = re.compile(
    r"(?<![\w.+-])([a-z0-9](?:[\w.+-]{0,62}[a-z0-9_+-])?)"
    r"@((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24})(?![\w@])"
)
_PHONE = re.compile(r"(?<!\w)(\+|00)?\s?((?:\(?\d{1,4}\)?[\s./-]{0,2}){2,6}\d{2,4})(?!\d)")
_SPOKEN = (
    (r"\s*\(?\bat\b\)?\s+(?=[a-z0-9-]+\s*(?:\.|\bdot\b))", "@"),
    (r"\s+arroba\s+", "@"),
    (r"\s*\b(?:dot|punto)\b\s*", "."),
)
_TYPOS = {
    "gmail.con": "gmail.com",
    "gmial.com": "gmail.com",
    "gmail.co": "gmail.com",
    "gmal.com": "gmail.com",
    "hotmial.com": "hotmail.com",
    "yaho.com": "yahoo.com",
    "yahoo.con": "yahoo.com",
    "hotmail.con": "hotmail.com",
    "outlook.con": "outlook.com",
}


@dataclass(frozen=True)
class Contact:
    """What was read. *phone* is E.164 ("+15185550123"); *suspect* names a likely misspelled mail domain's repair."""

    phone: str = ""
    email: str = ""
    suspect: str = ""

    @property
    def text(self) -> str:
        """The address to show and to keep."""
        return self.phone or self.email


def read_contact(text: str) -> Contact | None:
    """Return the first phone number or e-mail address in *text*, or None when there is none that can be right."""
    plain = fold(text)
    spoken = plain
    for pattern, sign in _SPOKEN:
        spoken = re.sub(pattern, sign, spoken)
    found = _EMAIL.search(plain) or _EMAIL.search(spoken)
    if found and ".." not in found[0]:
        mended = _TYPOS.get(found[2])
        return Contact(email=found[0], suspect=f"{found[1]}@{mended}" if mended else "")
    return _phone(plain)


def _phone(plain: str) -> Contact | None:
    """Read a North American number, or any with its country code."""
    for found in _PHONE.finditer(plain):
        digits = re.sub(r"\D", "", found[2])
        if found[1]:
            if digits.startswith("1"):
                return _north_american(digits[1:])
            return Contact(phone=f"+{digits}") if 8 <= len(digits) <= 15 and digits[0] != "0" else None
        if len(digits) == 11 and digits[0] == "1":
            digits = digits[1:]
        if len(digits) == 10:
            return _north_american(digits)
    return None


def _north_american(digits: str) -> Contact | None:
    if not re.fullmatch(r"[2-9]\d{2}(?:[2-9]\d{6}|01\d{5})", digits) or len(set(digits)) == 1:
        return None
    return Contact(phone=f"+1{digits}")
