"""One model in a process of its own: parses the messages it was given, once per line it reads, and takes the time.

Standard input: a JSON list of messages, then an empty line for each round. Standard output: a JSON object a round.
"""

import asyncio
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from frontdoor.assistant.understanding import Understanding


def main() -> None:
    """Load the model named on the command line and answer rounds until the input ends."""
    answers = os.fdopen(os.dup(1), "w")  # Rasa and TensorFlow write to standard output
    os.dup2(2, 1)
    from frontdoor.assistant.understanding import Understanding

    understanding = Understanding(Path(sys.argv[1]))
    messages = json.loads(sys.stdin.readline())
    for _ in sys.stdin:
        seconds = asyncio.run(_round(understanding, messages))
        memory = psutil.Process().memory_info().rss / 1e6
        print(json.dumps({"seconds": seconds, "memory_mb": memory}), file=answers, flush=True)


async def _round(understanding: "Understanding", messages: list[str]) -> list[float]:
    taken = []
    for message in messages:
        began = time.perf_counter()
        await understanding.parse(message)
        taken.append(time.perf_counter() - began)
    return taken


if __name__ == "__main__":
    main()
