"""What the channels of Messenger and Instagram have in common."""

from frontdoor.channels.bodies import read_json
from frontdoor.channels.contract import Answer, Call, Event, Outcome, Recipient, Reply, WebRequest
from frontdoor.channels.meta import messaging, webhook
from frontdoor.channels.meta.errors import judge
from frontdoor.channels.meta.sending import Graph, actions
from frontdoor.settings import Settings


class MetaInbox:
    """The inbox of one page or account.

    *names* are the settings of the app's secret, the verify token, the account and the access token; *object_* is what
    Meta's webhooks call such an inbox, *base* where Meta is called.
    """

    def __init__(self, settings: Settings, names: tuple[str, str, str, str], object_: str, base: str) -> None:
        self.app_secret, self.verify_token, self.account, token = (settings.text(name) for name in names)
        self.secrets: tuple[str, ...] = (token, self.app_secret, self.verify_token)
        self.inbox = messaging.Inbox(object_, self.account, settings.text("META_APP_ID"))
        self.graph = Graph(base, token, self.app_secret)

    def handshake(self, request: WebRequest) -> Answer | None:
        """Answer Meta's GET."""
        return webhook.handshake(request, self.verify_token)

    def is_authentic(self, request: WebRequest) -> bool:
        """Check the app's signature."""
        return webhook.is_authentic(request, self.app_secret)

    def parse(self, request: WebRequest) -> list[Event]:
        """Read every entry."""
        return messaging.parse(read_json(request), self.inbox)

    def acknowledge(self) -> Answer:
        """An empty 200."""
        return Answer()

    def typing(self, to: Recipient) -> list[Call]:
        """Mark as seen, show "typing…"."""
        return actions(self.graph, to)

    def judge(self, call: Call, reply: Reply) -> Outcome:
        """Read Meta's numbers."""
        return judge(reply)

    def check(self) -> Call:
        """Ask who we are."""
        return self.graph.call("me", None, fields="id")

    def register(self, webhook_url: str) -> list[Call]:
        """Nothing: the address is set in the app's pages at Meta."""
        return []
