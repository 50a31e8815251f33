"""A longer run against every parser, for whoever changes one: `python -m tests.channels.fuzz [seconds]`.

Bodies of the tables are cut, doubled, and have bytes, numbers, keys and whole branches replaced, also by branches of
other platforms' bodies. A parser may say Malformed or return events that hold together; anything else ends the run.
"""

import copy
import json
import random
import sys
import time
from collections.abc import Iterator
from typing import Any

from frontdoor.channels.contract import Malformed
from frontdoor.channels.registry import CHANNELS
from tests.channels.case import Case
from tests.channels.contract_pure import _hold_together, _leaves
from tests.channels.rows import inbound
from tests.channels.test_end_to_end import _case

SECONDS = 60.0
STRANGE: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**63 - 1, -(2**63), 10**18, 1e308, 0.1, "", " ", "\x00", "\u202e", "a" * 5_000, "٣", "²",
    "0" * 40, "1e5", "-1", "nan", "null", "+1", [], {}, [[]], [None], {"": {}}, ["a"] * 50, "😀" * 300, "\U000e0067",
    "whatsapp:", "=",
)  # fmt: skip


def run(seconds: float, seed: int) -> dict[str, int]:
    """Try for *seconds*; return how many bodies each parser was given."""
    chance, cases = random.Random(seed), [_case(name) for name in CHANNELS]
    rows = {case.name: [row["content"] for row in inbound(case.folder)] for case in cases}
    branches = [branch for contents in rows.values() for content in contents for branch in _branches(content)]
    tried = dict.fromkeys(rows, 0)
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        for case in cases:
            _try(case, copy.deepcopy(chance.choice(rows[case.name])), branches, chance)
            tried[case.name] += 1
    return tried


def _try(case: Case, content: Any, branches: list[Any], chance: random.Random) -> None:
    for _ in range(chance.randint(1, 6)):
        content = _spoiled(content, branches, chance)
    body = case.encode(content) if isinstance(content, dict) else json.dumps(content).encode()
    bytes_too = chance.random() < 0.2
    if bytes_too:
        body = _noisy(body, chance)
    try:
        events = case.channel().parse(case.request(body))
    except Malformed:
        return
    except Exception as error:
        raise AssertionError(f"{case.name}: {body[:4_000]!r}") from error
    for event in events:
        _hold_together(event, None if bytes_too or case.name == "twilio" else _leaves(json.loads(body)))


def _spoiled(value: Any, branches: list[Any], chance: random.Random) -> Any:
    """Return *value* with something in it replaced, removed or doubled."""
    if isinstance(value, dict | list) and value and chance.random() < 0.85:
        key = chance.choice(list(value) if isinstance(value, dict) else range(len(value)))
        what = chance.random()
        if what < 0.1:
            del value[key]
        elif what < 0.15 and isinstance(value, list):
            value.append(copy.deepcopy(value[key]))
        else:
            value[key] = _spoiled(value[key], branches, chance)
        return value
    return copy.deepcopy(chance.choice(STRANGE if chance.random() < 0.6 else branches))


def _noisy(body: bytes, chance: random.Random) -> bytes:
    noisy = bytearray(body)
    for _ in range(chance.randint(1, 8)):
        place = chance.randrange(len(noisy) + 1)
        noisy[place : place + chance.randint(0, 3)] = chance.randbytes(chance.randint(0, 3))
    return bytes(noisy)


def _branches(value: Any) -> Iterator[Any]:
    yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in inner:
        yield from _branches(item)


if __name__ == "__main__":
    began = time.time_ns()
    print("seed", began, run(float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS, began))  # noqa: T201
