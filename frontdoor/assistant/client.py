"""What the gateway calls: one turn of a conversation at Rasa.

AssistantDown              no answer that counts; the turn may be tried again, it is never run twice
└── AssistantTimeout       no answer in time; it may still be running there
AssistantRefused           Rasa does not take this turn (a bug of ours): trying again is no use
"""

import asyncio
import time
from dataclasses import replace
from types import TracebackType
from typing import Any

from frontdoor import plain_json
from frontdoor.assistant.local_http import LocalHttp
from frontdoor.assistant.protocol import READY_PATH, TURN_PATH, Reply, Turn, reply_from_json, turn_to_json
from frontdoor.encoder import sharing
from frontdoor.settings import Settings

READY_SECONDS = 3
READY_POLL_SECONDS = 0.5


class AssistantDown(RuntimeError):
    """Rasa gave no answer; the message says the kind of failure and nothing of the conversation."""


class AssistantTimeout(AssistantDown):
    """Rasa gave no answer in time."""


class AssistantRefused(RuntimeError):
    """Rasa does not take the turn; the message names the field that it does not like."""


class Assistant:
    """A client with open connections: `async with Assistant(settings) as assistant: await assistant.turn(…)`."""

    def __init__(self, settings: Settings) -> None:
        headers = {"authorization": f"Bearer {settings.internal_token}", "content-type": "application/json"}
        self._http = LocalHttp(settings.rasa_url, headers)
        self._data_dir = settings.data_dir
        self._seconds = settings.turn_timeout_seconds

    async def __aenter__(self) -> "Assistant":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def turn(self, turn: Turn) -> Reply:
        """Run one turn and return its reply. The same `turn.turn` again returns the same reply.

        Raises:
            AssistantDown: Not reachable, not ready, too slow, or not understood.
            AssistantRefused: The turn is not as agreed.
        """
        if turn.press is None:
            turn = replace(turn, vector=sharing.known(self._data_dir, turn.text))
        status, body = await self._call("POST", TURN_PATH, self._seconds, turn_to_json(turn))
        if status in (400, 401):
            raise AssistantRefused(str(body.get("reason") or body.get("error")))
        if status != 200:
            raise AssistantDown(f"{status} {body.get('error')}")
        try:
            return reply_from_json(body)
        except (KeyError, TypeError, AttributeError) as error:
            raise AssistantDown(f"the reply is not as agreed: {type(error).__name__}") from None

    async def ready(self) -> bool:
        """Tell whether a turn could be run now."""
        try:
            status, _ = await self._call("GET", READY_PATH, READY_SECONDS, None)
        except AssistantDown:
            return False
        return status == 200

    async def wait_until_ready(self, seconds: float) -> bool:
        """Wait for a Rasa that restarts, *seconds* at the most; tell whether a turn could be run now."""
        end = time.monotonic() + seconds
        while not (ready := await self.ready()) and time.monotonic() < end:
            await asyncio.sleep(READY_POLL_SECONDS)
        return ready

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()

    async def _call(self, method: str, path: str, seconds: float, body: Any) -> tuple[int, dict[str, Any]]:
        try:
            data = None if body is None else plain_json.dumps(body)
            status, said = await self._http.ask(method, path, data, seconds)
            answer = plain_json.loads(said)
        except asyncio.TimeoutError:
            raise AssistantTimeout("no answer in time") from None
        except (OSError, ValueError) as error:
            raise AssistantDown(type(error).__name__) from None
        return status, answer if isinstance(answer, dict) else {}
