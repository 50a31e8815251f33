"""Events as text, for the time between a webhook's answer and the worker. Pure."""

import json
from datetime import datetime

import orjson

from frontdoor.channels.contract import Event, Media


def dump(event: Event) -> str:
    """Write an event."""
    try:
        return orjson.dumps(event).decode()
    except orjson.JSONEncodeError:  # half a character: orjson takes none
        plain = {**vars(event), "media": [vars(media) for media in event.media]}
        return json.dumps({**plain, "at": event.at and event.at.isoformat()})


def load(text: str) -> Event:
    """Read what `dump` wrote."""
    try:
        values = orjson.loads(text)
    except orjson.JSONDecodeError:
        values = json.loads(text)
    values["media"] = tuple(Media(**media) for media in values["media"])
    values["also"] = tuple(values["also"])
    values["at"] = datetime.fromisoformat(values["at"]) if values["at"] else None
    return Event(**values)
