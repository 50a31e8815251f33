"""Meta's webhooks: the handshake, the signature, and the way through entries.

Handshake: https://developers.facebook.com/docs/graph-api/webhooks/getting-started
"""

from collections.abc import Iterator
from typing import Any

from frontdoor.channels.contract import Answer, WebRequest
from frontdoor.channels.meta.reading import items, number
from frontdoor.channels.signatures import hex_hmac, same

SIGNATURE_HEADER = "x-hub-signature-256"
CHALLENGE_MOST_CHARS = 200


def handshake(request: WebRequest, verify_token: str) -> Answer | None:
    """Answer Meta's GET: the bare challenge for who knows *verify_token*, else 403."""
    if request.method != "GET":
        return None
    asked = request.query
    challenge = asked.get("hub.challenge", "")
    known = asked.get("hub.mode") == "subscribe" and same(asked.get("hub.verify_token"), verify_token)
    if known and 0 < len(challenge) <= CHALLENGE_MOST_CHARS:
        return Answer(200, challenge)
    return Answer(403)


def is_authentic(request: WebRequest, app_secret: str) -> bool:
    """Tell whether the app's secret signed the raw body."""
    return same(request.headers.get(SIGNATURE_HEADER), f"sha256={hex_hmac(app_secret, request.body)}")


def entries(root: dict[str, Any], object_: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (id, entry) of every entry about *object_*; nothing where the webhook is about something else."""
    if root.get("object") != object_:
        return
    for entry in items(root, "entry"):
        if isinstance(entry, dict):
            yield number(entry, "id"), entry
