"""Secrets that must be read again (of second factors, of webhooks), encrypted before they are stored.

AES-256-GCM with a key derived from FRONTDOOR_SECRET_KEY. What the secret is about is bound to it, so that a sealed
text copied to another row opens nothing. The key is not in the database: a stolen copy of that is not enough.
"""

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = "s1."
NONCE_BYTES = 12


class Unsealable(Exception):
    """It was sealed with another key, for something else, or was changed."""


class Seal:
    """Encrypts and decrypts with one key."""

    def __init__(self, secret_key: str) -> None:
        derived = HKDF(hashes.SHA256(), 32, salt=None, info=b"frontdoor sealing").derive(secret_key.encode())
        self._cipher = AESGCM(derived)

    def seal(self, text: str, about: str) -> str:
        """Return *text* encrypted, good only for *about*."""
        nonce = os.urandom(NONCE_BYTES)
        return VERSION + base64.urlsafe_b64encode(
            nonce + self._cipher.encrypt(nonce, text.encode(), about.encode())
        ).decode("ascii")

    def open(self, sealed: str, about: str) -> str:
        """Return what was sealed.

        Raises:
            Unsealable: It was sealed with another key or for something else, or was changed.
        """
        try:
            raw = base64.urlsafe_b64decode(sealed.removeprefix(VERSION))
            return self._cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], about.encode()).decode()
        except (InvalidTag, ValueError):
            raise Unsealable from None
