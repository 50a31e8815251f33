"""Twilio's signature. https://www.twilio.com/docs/usage/security#validating-requests

HMAC-SHA1 over the public address and, for a form, every parameter in order of its name — all that came, also what
we do not know, also what is blank. A JSON body is signed by its own SHA-256 in the query.
"""

import hashlib
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from frontdoor.channels.contract import WebRequest
from frontdoor.channels.signatures import base64_hmac, same

HEADER = "x-twilio-signature"
BODY_HASH = "bodySHA256"
PORTS = {"https": 443, "http": 80}
FIELDS_MOST = 500


def is_signed(request: WebRequest, token: str) -> bool:
    """Tell whether the holder of *token* made *request*."""
    given = request.headers.get(HEADER)
    if BODY_HASH in request.query:
        parameters = ""
        if not same(request.query[BODY_HASH].lower(), hashlib.sha256(request.body).hexdigest()):
            return False
    else:
        parameters = sorted_parameters(request.body)
    # Twilio signs the address with the port or without, depending on the product.
    return any([same(given, signature(token, url, parameters)) for url in _spellings(request.url)])


def signature(token: str, url: str, parameters: str) -> str:
    """Return the signature of a request to *url*."""
    return base64_hmac(token, f"{url}{parameters}".encode(), "sha1")


def sorted_parameters(body: bytes) -> str:
    """Return the form in *body* as Twilio signs it: names and values without anything between, each pair once."""
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=FIELDS_MOST)
    except ValueError:
        return ""
    return "".join(name + value for name, value in sorted(set(pairs)))


def _spellings(url: str) -> list[str]:
    """Return *url* as it is, and with its port or without it."""
    parts = urlsplit(url)
    host, _, port = parts.netloc.rpartition(":")
    other = host if host and port.isdecimal() else f"{parts.netloc}:{PORTS.get(parts.scheme, 443)}"
    return [url, urlunsplit(parts._replace(netloc=other))]
