"""Messages as Cloud API calls. https://developers.facebook.com/docs/whatsapp/cloud-api/messages"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from frontdoor.channels.contract import Call, Choice, Letter, Recipient, Window
from frontdoor.channels.cutting import shorten, split
from frontdoor.channels.meta.sending import Graph
from frontdoor.channels.numbered import with_numbers
from frontdoor.channels.placeholders import one_line
from frontdoor.channels.whatsapp import templates

TEXT_MOST = 4096  # characters in one text
BODY_MOST = 1024  # characters over buttons, or in a template's parameter
TEMPLATE_TEXT_MOST = 900  # characters: the template's own words need room in its 1024
BUTTONS_MOST, BUTTON_MOST_CHARS = 3, 20
ROWS_MOST, ROW_MOST_CHARS, ROW_DETAIL_MOST_CHARS = 10, 24, 72
# https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media: no calendar files
DOCUMENTS = (".txt", ".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx")
CHOOSE = {"en": "Choose", "es": "Elegir"}  # on the button that opens a list
BUSINESS_SCOPED = re.compile(r"[A-Z]{2}\.[A-Za-z0-9.]{1,140}")


@dataclass(frozen=True)
class Number:
    """Our number, and the template for what is said outside the window, if there is one."""

    graph: Graph
    id: str
    template: str = ""
    template_language: str = ""

    def call(self, to: Recipient, content: dict[str, Any]) -> Call:
        """Return the call that shows *content*."""
        person = {"recipient" if BUSINESS_SCOPED.fullmatch(to.address) else "to": to.address}
        body = {"messaging_product": "whatsapp", "recipient_type": "individual", **person, **content}
        return self.graph.call(f"{self.id}/messages", body)

    def letter(self, letter: Letter, to: Recipient) -> list[Call]:
        """Return a letter's calls.

        Raises:
            Window: Nothing but a template may be written now, and there is none.
        """
        if letter.template:
            return [self.call(to, templates.content(letter.template))]
        contents = _contents(letter, to.language) if to.window_open else self._outside(letter, to.language)
        return [self.call(to, content) for content in contents]

    def typing(self, to: Recipient) -> list[Call]:
        """Mark the person's newest message as read and show "typing…"; it needs the message's id."""
        if not to.last_platform_id:
            return []
        body = {"messaging_product": "whatsapp", "status": "read", "message_id": to.last_platform_id}
        return [self.graph.call(f"{self.id}/messages", body | {"typing_indicator": {"type": "text"}}, counts=False)]

    def _outside(self, letter: Letter, language: str) -> list[dict[str, Any]]:
        """Put the words into the template's one variable, which holds no line ends."""
        if not self.template:
            raise Window
        file = [Choice(letter.file_name or "⬇", url=letter.file_url)] if letter.file_url else []
        line = one_line(with_numbers(letter.text, [*file, *letter.choices]))
        own = {"name": self.template, "language": {"code": self.template_language or language}}
        return [
            {"type": "template", "template": own | {"components": [_body(part)]}}
            for part in split(line, TEMPLATE_TEXT_MOST)
        ]


def _body(text: str) -> dict[str, Any]:
    return {"type": "body", "parameters": [{"type": "text", "text": text}]}


def _contents(letter: Letter, language: str) -> list[dict[str, Any]]:
    """Return the text in parts, buttons under the last, then the file; a kind of file that is refused is a link."""
    pressable = [choice for choice in letter.choices if choice.payload]
    links = [choice for choice in letter.choices if choice.url]
    is_document = (letter.file_name or letter.file_url).lower().endswith(DOCUMENTS)
    if letter.file_url and not is_document:
        links.append(Choice(letter.file_name or "⬇", url=letter.file_url))
    as_button = len(links) == 1 and not pressable and links[0].url.startswith("https://")
    shown = 0 < len(pressable) <= ROWS_MOST
    written = ([] if as_button else links) + ([] if shown else pressable)
    text = with_numbers(letter.text, written) or ("…" if letter.choices else "")
    parts = split(text, TEXT_MOST)
    contents: list[dict[str, Any]] = []
    if parts and (shown or as_button):
        parts[-1:] = split(parts[-1], BODY_MOST)
        body = parts.pop()
        contents.append(_link(body, links[0]) if as_button else _choices(body, pressable, language))
    contents = [{"type": "text", "text": {"body": part, "preview_url": False}} for part in parts] + contents
    if is_document and letter.file_url:
        file = {"link": letter.file_url} | ({"filename": letter.file_name} if letter.file_name else {})
        contents.append({"type": "document", "document": file})
    return contents


def _choices(text: str, choices: Sequence[Choice], language: str) -> dict[str, Any]:
    """Return reply buttons where they fit, else a list."""
    if len(choices) <= BUTTONS_MOST and all(len(choice.title) <= BUTTON_MOST_CHARS for choice in choices):
        buttons = [{"type": "reply", "reply": {"id": choice.payload, "title": choice.title}} for choice in choices]
        return _interactive("button", text, {"buttons": buttons})
    rows = [_row(choice) for choice in choices]
    action = {"button": CHOOSE.get(language, CHOOSE["en"]), "sections": [{"rows": rows}]}
    return _interactive("list", text, action)


def _row(choice: Choice) -> dict[str, str]:
    """Return a row; a title that is too long stands in full below itself."""
    row = {"id": choice.payload, "title": shorten(choice.title, ROW_MOST_CHARS)}
    if row["title"] != choice.title:
        row["description"] = shorten(choice.title, ROW_DETAIL_MOST_CHARS)
    return row


def _link(text: str, choice: Choice) -> dict[str, Any]:
    parameters = {"display_text": shorten(choice.title, BUTTON_MOST_CHARS), "url": choice.url}
    return _interactive("cta_url", text, {"name": "cta_url", "parameters": parameters})


def _interactive(kind: str, text: str, action: dict[str, Any]) -> dict[str, Any]:
    return {"type": "interactive", "interactive": {"type": kind, "body": {"text": text}, "action": action}}
