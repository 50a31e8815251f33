"""A patient at a real Rasa with real actions and the real scheduling service, on PostgreSQL."""

import json
import re
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from frontdoor.assistant.client import Assistant
from frontdoor.assistant.protocol import Press, Reply, Turn
from frontdoor.assistant.training import ensure_model
from frontdoor.scheduling.client import Scheduling
from frontdoor.settings import Settings, load
from frontdoor.supervision import processes
from tests.assistant import servers
from tests.assistant.servers import Server
from tests.ports import free_ports
from tests.product import lend

PORTS = ("gateway", "desk", "scheduling", "rasa", "actions")


@dataclass
class House:
    """The servers that a booking needs."""

    settings: Settings
    rasa: Server
    actions: Server
    scheduling: Server

    def client(self) -> Scheduling:
        """A client of the same scheduling service, to look at what was really done."""
        return Scheduling.from_settings(self.settings)


@contextmanager
def open_house(database_url: str, place: Path) -> Iterator[House]:
    """Start scheduling, actions and Rasa on free ports."""
    ports = {
        f"FRONTDOOR_{name.upper()}_PORT": str(port) for name, port in zip(PORTS, free_ports(len(PORTS)), strict=True)
    }
    settings = load({"DATABASE_URL": database_url, "FRONTDOOR_DATA_DIR": str(place), **ports}, dotenv=None)
    settings = replace(settings, values={**processes_environment(), **settings.values})
    lend(place)  # with another encoder, or none, the model would understand nothing
    model = ensure_model(load(dotenv=None))
    part = next(one for one in processes.parts(settings, database_url) if one.name == "scheduling")
    scheduling = Server(part, settings.scheduling_url.removesuffix("/fhir/R4") + "/healthz", place / "scheduling.log")
    actions = servers.actions(settings, database_url, place / "actions.log")
    rasa = servers.rasa(settings, database_url, model, place / "rasa.log")
    with ExitStack() as stack:
        for server in (scheduling, actions, rasa):
            stack.enter_context(server)
        yield House(settings, rasa, actions, scheduling)


def processes_environment() -> dict[str, str]:
    """Return what children inherit from this process."""
    return {name: value for name, value in load(dotenv=None).values.items() if name in processes.INHERITED}


@dataclass
class Chat:
    """One patient's conversation: `await chat.say("hello")`, `await chat.press("Book it")`."""

    assistant: Assistant
    language: str = "en"
    phi: str = "allow"
    conversation: str = field(default_factory=lambda: str(uuid.uuid4()))
    reply: Reply | None = None
    last: Turn | None = None

    async def say(self, text: str) -> str:
        """Write *text*; return what the bot says."""
        return await self._turn(text, None)

    async def press(self, title: str) -> str:
        """Press the button whose title begins with *title*; return what the bot says."""
        for button in self.buttons:
            if button.title.lower().startswith(title.lower()):
                found = re.fullmatch(r"/(\w+)(\{.*\})?", button.payload)
                assert found
                return await self._turn("", Press(found[1], json.loads(found[2] or "{}"), button.title))
        raise AssertionError(f"no button {title!r} among {[one.title for one in self.buttons]}")

    async def press_first_opening(self) -> str:
        """Press the first opening that is offered."""
        title = next(one.title for one in self.buttons if "opening_id" in one.payload)
        return await self.press(title)

    async def again(self) -> str:
        """Send the same turn once more, as the gateway does after a crash."""
        assert self.last
        self.reply = await self.assistant.turn(self.last)
        return self.text

    @property
    def text(self) -> str:
        """Everything said in the last reply."""
        assert self.reply
        return "\n".join(one.text for one in self.reply.messages if one.text)

    @property
    def buttons(self) -> list:
        """Every button of the last reply."""
        assert self.reply
        return [button for one in self.reply.messages for button in one.buttons]

    @property
    def titles(self) -> list[str]:
        """Every button's title of the last reply."""
        return [one.title for one in self.buttons]

    @property
    def customs(self) -> list[dict]:
        """Every custom message of the last reply."""
        assert self.reply
        return [dict(one.custom) for one in self.reply.messages if one.custom]

    @property
    def openings(self) -> list[str]:
        """Titles of the offered openings."""
        return [one.title for one in self.buttons if "opening_id" in one.payload]

    async def _turn(self, text: str, press: Press | None) -> str:
        self.last = Turn(
            self.conversation,
            1,
            str(uuid.uuid4()),
            text or (press.title if press else ""),
            press,
            self.language,
            "web",
            self.phi,
        )
        self.reply = await self.assistant.turn(self.last)
        return self.text
