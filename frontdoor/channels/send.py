"""The one place that calls platforms: with a time limit, without redirects, and without a word in any log."""

import asyncio
import contextlib
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import orjson

from frontdoor.channels.contract import Call, Failed, Reply, Upload

CALL_SECONDS = 20.0
CONNECT_SECONDS, FILE_SECONDS = 5.0, 10.0
LONGEST_WAIT_SECONDS = 3_600.0
ANSWER_MOST_BYTES = 2_000_000


async def make(session: aiohttp.ClientSession, call: Call) -> Reply | Failed:
    """Make *call*; return the platform's answer, or what went wrong on the way.

    `Failed("unknown")`: it may have arrived — the request was out when the line broke or time ran out.
    """
    limit = aiohttp.ClientTimeout(total=CALL_SECONDS, connect=CONNECT_SECONDS)
    data: Any = dict(call.form) if call.form is not None else None
    if call.upload:
        content = await _file(session, call.upload.url)
        if content is None:
            return await make(session, call.instead) if call.instead else Failed("content", "file")
        data = _multipart(data or {}, call.upload, content)
    try:
        async with session.request(
            call.method, call.url, json=call.json, data=data, headers=dict(call.headers), timeout=limit,
            allow_redirects=False,
        ) as response:  # fmt: skip
            raw = await _read(response.content)
            return Reply(response.status, _json(raw), _wait_seconds(response.headers))
    except aiohttp.ClientConnectorError:
        return Failed("retry", "connect")
    except asyncio.TimeoutError:
        return Failed("retry" if call.safe else "unknown", "timeout")
    except (aiohttp.ClientError, OSError):
        return Failed("retry" if call.safe else "unknown", "network")


async def _file(session: aiohttp.ClientSession, url: str) -> bytes | None:
    """Return a file of ours; None where it cannot be read."""
    limit = aiohttp.ClientTimeout(total=FILE_SECONDS, connect=CONNECT_SECONDS)
    try:
        async with session.get(url, timeout=limit, allow_redirects=False) as response:
            content = await _read(response.content)
            return content if response.status == 200 and 0 < len(content) <= ANSWER_MOST_BYTES else None
    except (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError):
        return None


def _multipart(form: Mapping[str, str], upload: Upload, content: bytes) -> aiohttp.FormData:
    data = aiohttp.FormData()
    for name, value in form.items():
        data.add_field(name, value)
    data.add_field(upload.field, content, filename=upload.name, content_type=upload.mime)
    return data


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


def _wait_seconds(headers: Mapping[str, str]) -> float | None:
    """Return for how long the platform asks us to wait: in seconds, until a date, or (X) until an instant."""
    after, reset = headers.get("Retry-After", ""), headers.get("x-rate-limit-reset", "")
    if after.isdecimal() and len(after) < 7:
        return float(after)
    if after:
        with contextlib.suppress(ValueError, TypeError, OverflowError):
            return max(0.0, parsedate_to_datetime(after).timestamp() - time.time())
    if reset.isdecimal() and len(reset) < 12 and headers.get("x-rate-limit-remaining", "0") == "0":
        return min(max(1.0, float(reset) - time.time()), LONGEST_WAIT_SECONDS)
    return None
