"""Takes the soft spots out of a loaded Rasa agent, before each turn, because a reload brings them back.

- Rasa wraps every tracker store in one that turns errors into blank trackers: here they end the turn.
- A store whose class cannot be loaded becomes one in memory, with a warning: here nothing is answered.
- A failed call of the action server is logged and the turn goes on without its events: here the turn is not kept.
- Every answer of the action server is checked against a schema, and before it that schema against the schema of
  schemas, which takes 30 ms of CPU, two thirds of such a turn: here the second is done once.
- The graph goes through dask for every message: here its nodes are called one after the other (`graph_runner.py`).
- RulePolicy replays the whole session for every prediction, and every action gets a replayed copy of the tracker:
  here only what is new is replayed (`rules.py`), and a copy is a copy (`trackers.py`).
- Whether the domain is empty is found out for every message by building one that is: here once.
"""

from functools import cache
from typing import Any

import aiohttp
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.core.agent import Agent
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from frontdoor import plain_json
from frontdoor.assistant import rules, trackers, turns
from frontdoor.assistant.graph_runner import DirectRunner
from frontdoor.assistant.local_http import LocalHttp
from frontdoor.assistant.tracker_store import PostgresTrackerStore
from frontdoor.encoder import sharing
from frontdoor.settings import Settings

REJECTED = 400  # an action's way to say "not me": no failure


class NotReady(RuntimeError):
    """No turn can be run now; the message says why."""


def harden(agent: Agent | None, settings: Settings) -> tuple[MessageProcessor, PostgresTrackerStore]:
    """Return the processor and tracker store of *agent*, made safe.

    Raises:
        NotReady: No model is loaded, or the trackers are not kept by our own store.
    """
    if agent is None or not agent.is_ready() or agent.processor is None:
        raise NotReady("no model is loaded")
    wrapper = agent.processor.tracker_store
    store = wrapper._tracker_store if isinstance(wrapper, FailSafeTrackerStore) else None
    if not isinstance(store, PostgresTrackerStore):
        raise NotReady("trackers are not kept in PostgreSQL: see endpoints.yml")
    wrapper._on_tracker_store_error = _raise
    RemoteAction._validate_action_result = _check_result
    DialogueStateTracker.copy = trackers.copied
    endpoint = agent.processor.action_endpoint
    if endpoint is not None and not isinstance(endpoint, WatchedEndpoint):
        agent.processor.action_endpoint = WatchedEndpoint(endpoint, settings)
    if isinstance(agent.processor.graph_runner, DaskGraphRunner):
        agent.processor.graph_runner = runner = DirectRunner(agent.processor.graph_runner)
        rules.quicken(runner.components())
        _know_whether_empty(agent.processor)
    return agent.processor, store


def _know_whether_empty(processor: MessageProcessor) -> None:
    empty = processor.domain.is_empty()
    processor.domain.is_empty = lambda: empty


def _raise(error: Exception) -> None:
    raise error


def _check_result(action: RemoteAction, result: Any) -> bool:
    """Pass an action server's answer that has the right shape; in place of Rasa's own check."""
    if not _result_validator().is_valid(result):
        turns.note("action server: wrong answer")
        raise ValueError("the action server's answer is not as agreed")
    return True


@cache
def _result_validator() -> Any:
    schema = RemoteAction.action_response_format_spec()
    return validator_for(schema)(schema)


class WatchedEndpoint(EndpointConfig):
    """The action server: connections are kept open, calls have a limit, and a failure is noted for the turn.

    The message's sentence vector goes with it, for the library's search.
    """

    def __init__(self, plain: EndpointConfig, settings: Settings) -> None:
        super().__init__(plain.url, plain.params, plain.headers, **plain.kwargs)
        self._seconds = settings.turn_timeout_seconds  # the most that one action may take
        self._data_dir = settings.data_dir
        base, self._path = str(self.url).rsplit("/", 1)
        self._http = LocalHttp(base, {"content-type": "application/json"} | self.headers)

    async def request(
        self,
        method: str = "post",
        subpath: str | None = None,
        content_type: str | None = "application/json",
        compress: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Call the action server with JSON; return its JSON.

        Raises:
            ClientResponseError: It refused, without the body: that holds the patient's words.
            aiohttp.ClientError, TimeoutError, ValueError: It did not answer, or no JSON.
        """
        try:
            call = kwargs["json"]
            text = (call["tracker"].get("latest_message") or {}).get("text")
            vector = sharing.known(self._data_dir, text) if text else None
            return await self._post(call if vector is None else call | {"vector": vector})
        except ClientResponseError as error:
            if error.status != REJECTED:
                turns.note(f"action server: {error.status}")
            raise
        except Exception as error:
            turns.note(f"action server: {type(error).__name__}")
            raise

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()

    async def _post(self, body: Any) -> Any:
        try:
            status, said = await self._http.ask("POST", f"/{self._path}", plain_json.dumps(body), self._seconds)
        except OSError as error:  # Rasa knows what aiohttp would say
            raise aiohttp.ClientConnectionError(type(error).__name__) from None
        if status == REJECTED:  # Rasa reads action and reason from it
            raise ClientResponseError(REJECTED, "rejected", said.decode())  # type: ignore[arg-type]
        if status > REJECTED:
            raise ClientResponseError(status, "failed", "")
        return plain_json.loads(said)
