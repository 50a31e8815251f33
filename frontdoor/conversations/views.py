"""A conversation as its patient sees it in the web chat. Reading it is the gateway's; an answer brings it along."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

PAGE_MESSAGES = 200
# Of conversations.message: no notes, and nothing that was kept from the patient.
SHOWN = "(author = 'patient' OR (author <> 'note' AND status IN ('sent', 'delivered', 'read')))"
COLUMNS = "seq, author, author_name, text, buttons, attachment, language, event_id, created_at"


@dataclass(frozen=True)
class View:
    """A conversation as its patient sees it, from some message on."""

    state: str
    owner_name: str | None
    answering: bool  # the bot is at work on an answer
    typing: bool  # the owner is typing
    mark: str  # of the last change that is in it
    messages: list[dict[str, Any]]


class Pages(Protocol):
    """Who follows conversations in this process, so that an answer can be shown without being read again."""

    def since(self, conversation_id: str) -> int | None:
        """Tell that what they see next is about to be read, and after which message; None: they read it themselves."""

    def answered(self, conversation_id: str, view: View | None = None) -> None:
        """Show what was read; None: nothing was, or there is no answer."""


class NoPages:
    """Nobody follows anything here."""

    def since(self, conversation_id: str) -> int | None:
        """Return None."""
        return None

    def answered(self, conversation_id: str, view: View | None = None) -> None:
        """Do nothing."""


def message(row: Mapping[str, Any]) -> dict[str, Any]:
    """Write a message as the web chat gives it; the client's own id only with the patient's messages."""
    given = {
        "seq": row["seq"],
        "author": row["author"],
        "text": row["text"],
        "buttons": row["buttons"],
        "at": row["created_at"].isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "language": row["language"],
    }
    if row["author"] == "patient":
        given["client_message_id"] = (row["event_id"] or "").partition("/")[2]
    if row["author_name"]:
        given["name"] = row["author_name"]
    if row["attachment"]:
        given["attachment"] = row["attachment"]
    return given
