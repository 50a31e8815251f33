"""Telegram: Bot API updates in, sendMessage calls out.

API: https://core.telegram.org/bots/api
Authenticity: the secret given to setWebhook comes back in a header. The bot's token is part of every URL that we
call, so a URL is never logged.
"""

from frontdoor.channels.bodies import read_json
from frontdoor.channels.contract import Answer, Call, Event, Letter, Limits, Outcome, Recipient, Reply, WebRequest
from frontdoor.channels.signatures import same
from frontdoor.channels.telegram.parse import parse
from frontdoor.channels.telegram.render import TEXT_MOST, Api, judge
from frontdoor.settings import Settings

SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 - a header's name
SETTINGS = ("TELEGRAM_BOT_TOKEN", "TELEGRAM_SECRET_TOKEN")


class Telegram:
    """One bot."""

    name = "telegram"
    limits = Limits(
        text_most=TEXT_MOST,
        unit="utf16",
        per_second=30,
        person_seconds=1,
        person_burst=10,
        buttons_most=100,
        title_most_chars=64,
    )

    def __init__(self, settings: Settings) -> None:
        token = settings.text("TELEGRAM_BOT_TOKEN")
        self.account = token.partition(":")[0] or "bot"
        self.secret = settings.text("TELEGRAM_SECRET_TOKEN")
        self.secrets = (token, self.secret)
        base = settings.text("TELEGRAM_API_BASE") or "https://api.telegram.org"
        self.api = Api(base, token, settings.public_url)

    def handshake(self, request: WebRequest) -> Answer | None:
        """Telegram asks nothing."""
        return None

    def is_authentic(self, request: WebRequest) -> bool:
        """Compare the secret of setWebhook."""
        return same(request.headers.get(SECRET_HEADER), self.secret)

    def parse(self, request: WebRequest) -> list[Event]:
        """Read one update."""
        return parse(read_json(request))

    def acknowledge(self) -> Answer:
        """An empty 200: anything else and Telegram sends it again, holding all that follows."""
        return Answer()

    def render(self, letter: Letter, to: Recipient) -> list[Call]:
        """Return the sendMessage calls."""
        return self.api.messages(letter, to)

    def typing(self, to: Recipient) -> list[Call]:
        """Show "typing…"."""
        return [self.api.call("sendChatAction", {"chat_id": to.address, "action": "typing"}, counts=False)]

    def answer_press(self, callback_id: str) -> Call:
        """End the spinning of a pressed button."""
        return self.api.call("answerCallbackQuery", {"callback_query_id": callback_id}, counts=False)

    def judge(self, call: Call, reply: Reply) -> Outcome:
        """Read ok, error_code and retry_after."""
        return judge(call, reply)

    def check(self) -> Call:
        """Ask who we are."""
        return self.api.call("getMe", {})

    def register(self, webhook_url: str) -> list[Call]:
        """Have updates sent to *webhook_url*."""
        wanted = ["message", "edited_message", "callback_query", "my_chat_member"]
        body = {"url": webhook_url, "secret_token": self.secret, "allowed_updates": wanted}
        return [self.api.call("setWebhook", body)]
