"""Checking signatures: over the raw bytes, in constant time, with a fixed algorithm; missing is wrong."""

import base64
import hmac
from typing import Literal, TypeAlias

Digest: TypeAlias = Literal["sha1", "sha256"]


def hex_hmac(secret: str, body: bytes, digest: Digest = "sha256") -> str:
    """Return the hexadecimal HMAC of *body*."""
    return hmac.digest(secret.encode(), body, digest).hex()


def base64_hmac(secret: str, body: bytes, digest: Digest = "sha256") -> str:
    """Return the base64 HMAC of *body*."""
    return base64.b64encode(hmac.digest(secret.encode(), body, digest)).decode("ascii")


def same(given: str | None, expected: str) -> bool:
    """Compare in constant time; nothing given, or nothing expected, is never the same."""
    if not given or not expected:
        return False
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode())
