"""The one place that calls platforms: with a time limit, without redirects, and without a word in any log."""

import asyncio
from typing import Any

import aiohttp
import orjson

from frontdoor.channels.contract import Call, Failed, Reply

CALL_SECONDS = 20.0
CONNECT_SECONDS = 5.0
ANSWER_MOST_BYTES = 2_000_000


async def make(session: aiohttp.ClientSession, call: Call) -> Reply | Failed:
    """Make *call*; return the platform's answer, or what went wrong on the way.

    `Failed("unknown")`: it may have arrived — the request was out when the line broke or time ran out.
    """
    limit = aiohttp.ClientTimeout(total=CALL_SECONDS, connect=CONNECT_SECONDS)
    try:
        async with session.request(
            call.method, call.url, json=call.json, data=dict(call.form) if call.form is not None else None,
            headers=dict(call.headers), timeout=limit, allow_redirects=False,
        ) as response:  # fmt: skip
            raw = await _read(response.content)
            return Reply(response.status, _json(raw), _seconds(response.headers.get("Retry-After")))
    except aiohttp.ClientConnectorError:
        return Failed("retry", "connect")
    except asyncio.TimeoutError:
        return Failed("retry" if call.safe else "unknown", "timeout")
    except (aiohttp.ClientError, OSError):
        return Failed("retry" if call.safe else "unknown", "network")


async def _read(content: aiohttp.StreamReader) -> bytes:
    """Return the whole answer; what is beyond any platform's is not waited for."""
    raw = bytearray()
    async for part in content.iter_any():
        raw += part
        if len(raw) > ANSWER_MOST_BYTES:
            break
    return bytes(raw)


def _json(raw: bytes) -> dict[str, Any]:
    try:
        value = orjson.loads(raw)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _seconds(header: str | None) -> float | None:
    return float(header) if header and header.isdecimal() and len(header) < 7 else None
