"""The only door into Rasa: one turn of one conversation in, one reply out, for the gateway on this machine.

It is safe to ask twice (a turn that was saved is answered from the tracker), to hang up (the turn goes on and is
saved) and to ask while something is broken (nothing is answered from a blank tracker; 503 says "again later").
"""

import asyncio
import gc
import hmac
import logging
from typing import Any
from weakref import WeakValueDictionary

from rasa.core.actions.action import create_bot_utterance
from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from rasa.core.processor import MessageProcessor
from rasa.shared.core.events import ActionExecuted, Event, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json

from frontdoor.assistant import protocol, turns
from frontdoor.assistant.follow_up import was_just_answered
from frontdoor.assistant.hardening import NotReady, WatchedEndpoint, harden
from frontdoor.assistant.plainly import plainly_meant
from frontdoor.assistant.protocol import BadTurn, Reply, Turn
from frontdoor.assistant.replies import has_turn, read_reply, said_of
from frontdoor.assistant.store import Conflict, TrackersDown
from frontdoor.assistant.tracker_store import PostgresTrackerStore
from frontdoor.assistant.turns import HelperFailed
from frontdoor.clinic import load as load_clinic
from frontdoor.encoder import sharing
from frontdoor.encoder.sharing import BadVector
from frontdoor.safety.replies import emergency_number
from frontdoor.settings import Settings
from frontdoor.settings import load as load_settings
from frontdoor.standing_back import RASA, stand_back

NAME = "frontdoor"
GOVERNING_SLOTS = ("language", "channel", "phi")  # the gateway's, set before each turn
COMMANDS = frozenset({"restart", "back", "session_start"})  # Rasa's own intents: nobody may press them
STOP_SECONDS = 10

log = logging.getLogger(__name__)


class Silent(OutputChannel):
    """Sends nothing: what the bot said is read from the tracker. So no network can break a turn."""

    @classmethod
    def name(cls) -> str:
        """Return the channel's name in events."""
        return NAME

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Take a message and do nothing."""


class FrontDoorInput(InputChannel):
    """The input channel that `credentials.yml` names."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._clinic = load_clinic(settings.clinic_file)
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._running: set[asyncio.Task[Reply]] = set()
        self._settled = False

    @classmethod
    def name(cls) -> str:
        """Return the word in our path."""
        return NAME

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> "FrontDoorInput":
        """Make the channel; everything it needs is in the product's settings."""
        try:
            return cls(load_settings())
        except (AttributeError, ImportError) as error:  # Rasa would report "channel not found"
            raise RuntimeError(f"The input channel cannot be made: {type(error).__name__}.") from error

    def blueprint(self, on_new_message: Any) -> Blueprint:
        """Return our two routes."""
        routes = Blueprint("frontdoor")

        @routes.get("/ready")
        async def ready(request: Request) -> HTTPResponse:
            """200 when a turn could be run now."""
            return await self._ready(request)

        @routes.post("/turn")
        async def turn(request: Request) -> HTTPResponse:
            """Run one turn. 200 the reply; 400 a bad body; 401 no token; 409 somebody else went on; 503 try again."""
            return await self._turn(request)

        @routes.listener("before_server_stop")
        async def finish(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
            if self._running:
                await asyncio.wait(self._running, timeout=STOP_SECONDS)
            endpoint = getattr(_agent(app).processor, "action_endpoint", None) if _agent(app) else None
            if isinstance(endpoint, WatchedEndpoint):
                await endpoint.close()

        return routes

    async def _ready(self, request: Request) -> HTTPResponse:
        try:
            _, store = self._harden(request.app)
            await store.probe()
            self._settle()
        except (NotReady, TrackersDown) as error:
            return _refusal(error)
        return json({"status": "ready"})

    def _settle(self) -> None:
        """Once the model is there: give way to webhooks, and leave the model out of every search for garbage."""
        if not self._settled:
            self._settled = True
            gc.collect()
            gc.freeze()
            stand_back(RASA)

    async def _turn(self, request: Request) -> HTTPResponse:
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {self._settings.internal_token}".encode()):
            return json({"error": "not_allowed"}, status=401)
        try:
            turn = protocol.turn_from_json(_body(request))
            if turn.vector is not None:
                sharing.take(self._settings.data_dir, turn.text, turn.vector)
            task = asyncio.ensure_future(self._run(request.app, turn))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
            return json(protocol.reply_to_json(await asyncio.shield(task)))
        except (BadTurn, BadVector) as error:
            return json({"error": "bad_request", "reason": str(error)}, status=400)
        except Conflict:
            return json({"error": "conflict"}, status=409)
        except (NotReady, TrackersDown, HelperFailed) as error:
            return _refusal(error)
        except Exception as error:  # whatever Rasa raises: nothing was kept, and nothing of it may be shown
            log.exception("a turn failed: %s", type(error).__name__)
            return json({"error": "failed"}, status=503)

    async def _run(self, app: Sanic, turn: Turn) -> Reply:
        lock = self._locks.setdefault(turn.sender_id, asyncio.Lock())
        async with lock:
            processor, store = self._harden(app)
            turns.begin()
            try:
                return await self._run_alone(_agent(app), processor, store, turn)
            finally:
                store.forget(turn.sender_id)

    async def _run_alone(
        self, agent: Any, processor: MessageProcessor, store: PostgresTrackerStore, turn: Turn
    ) -> Reply:
        message = _message(turn, processor)
        tracker = await store.retrieve(turn.sender_id, turn.events)
        if not turn.press and not (tracker and tracker.active_loop_name):
            asks_on = tracker is not None and was_just_answered(tracker)
            message.parse_data = plainly_meant(turn.text, asks_on=asks_on)
        if tracker and has_turn(tracker, turn.turn):
            store.put_back(tracker)
            return await self._reply(processor, tracker, turn)
        if tracker is None:
            tracker = store.init_tracker(turn.sender_id)
            _begin(tracker, processor, turn)
            tracker.update_with_events(await self._introduction(processor, tracker), processor.domain)
        tracker.update_with_events(_governing(tracker, turn), processor.domain)
        store.prepare(tracker)
        await agent.handle_message(message)
        return await self._reply(processor, tracker, turn)

    async def _introduction(self, processor: MessageProcessor, tracker: DialogueStateTracker) -> list[Event]:
        """Return the events by which the bot says, once in a conversation, that it is one."""
        if tracker.get_slot("introduced"):
            return []
        number = emergency_number(self._settings.region, tracker.get_slot("language"))
        facts = {"assistant_name": self._clinic.assistant_name, "clinic_name": self._clinic.name}
        draft = await processor.nlg.generate("utter_introduce", tracker, NAME, emergency_number=number, **facts)
        return [create_bot_utterance(draft), SlotSet("introduced", True)] if draft else []

    async def _reply(self, processor: MessageProcessor, tracker: DialogueStateTracker, turn: Turn) -> Reply:
        """Read the reply; a patient is never left without a word."""
        reply = read_reply(tracker, turn.turn)
        if any(said.text or said.custom for said in reply.messages) or reply.handoff:
            return reply
        draft = await processor.nlg.generate("utter_sorry", tracker, NAME) or {}
        log.warning("a turn had no answer")
        return read_reply(tracker, turn.turn, instead=(said_of(draft.get("text"), draft),))

    def _harden(self, app: Sanic) -> tuple[MessageProcessor, PostgresTrackerStore]:
        return harden(_agent(app), self._settings)


def _agent(app: Sanic) -> Any:
    return getattr(app.ctx, "agent", None)


def _body(request: Request) -> Any:
    try:
        return request.json
    except Exception:  # Sanic's own error would quote the body
        raise BadTurn("the body is no JSON") from None


def _refusal(error: Exception) -> HTTPResponse:
    log.warning("not ready: %s", error)  # these messages are ours and hold no words of a patient
    return json({"error": "not_ready"}, status=503)


def _message(turn: Turn, processor: MessageProcessor) -> UserMessage:
    """Return the turn as Rasa takes it in: typed text goes through understanding, a press does not.

    Raises:
        BadTurn: The press means something that this model does not know, or one of Rasa's own commands.
    """
    parsed = None
    text = protocol.without_slash(turn.text)
    if turn.press:
        if turn.press.intent in COMMANDS or turn.press.intent not in processor.domain.intents:
            raise BadTurn("press.intent is unknown")
        text = turn.press.title or text
        entities = [{"entity": name, "value": value} for name, value in turn.press.entities.items()]
        parsed = {"text": text, "intent": {"name": turn.press.intent, "confidence": 1.0}, "entities": entities}
    return UserMessage(
        text=text,
        output_channel=Silent(),
        sender_id=turn.sender_id,
        parse_data=parsed,
        input_channel=NAME,
        message_id=turn.turn,
        metadata={} if turn.press else {protocol.TYPED: True, protocol.SCREENED: turn.screened},
    )


def _begin(tracker: DialogueStateTracker, processor: MessageProcessor, turn: Turn) -> None:
    """Begin a session: Rasa's own start events, then only the slots that the gateway carries over."""
    carried = [SlotSet(name, value) for name, value in turn.carry.items() if name in tracker.slots]
    start = [ActionExecuted("action_session_start"), SessionStarted(), *carried, *_governing(tracker, turn)]
    tracker.update_with_events([*start, ActionExecuted("action_listen")], processor.domain)


def _governing(tracker: DialogueStateTracker, turn: Turn) -> list[Event]:
    wanted = {name: getattr(turn, name) for name in GOVERNING_SLOTS}
    return [SlotSet(name, value) for name, value in wanted.items() if tracker.get_slot(name) != value]
