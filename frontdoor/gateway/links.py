"""One-time links: /c/<token> goes on with a platform's conversation in the web chat.

Looking at a link does nothing, since platforms look at every link that they show; the button on its page uses it.
"""

from functools import partial

from sanic import HTTPResponse, Request, Sanic

from frontdoor.assistant.protocol import Press
from frontdoor.channels.titles import title_of
from frontdoor.conversations import store_links
from frontdoor.conversations.asides import LINK_PATH
from frontdoor.conversations.model import Inbound
from frontdoor.conversations.store_links import Opened
from frontdoor.conversations.wording import wording
from frontdoor.gateway import assets, chat, small_pages
from frontdoor.gateway.parts import Gateway, now

TOKEN_MAX_CHARS = 100
# What the bot takes the button for: "go on with the booking", or an answer that says nothing and is asked on from.
PRESSES = {"booking": "book_visit", "visits": "inform"}


def add_to(app: Sanic, files: assets.Files) -> None:
    """Serve the links."""
    pages = small_pages.load(files)
    app.add_route(partial(_show, pages=pages), f"{LINK_PATH}<token:str>", methods=["GET"], name="link")
    app.add_route(partial(_open, pages=pages), f"{LINK_PATH}<token:str>", methods=["POST"], name="link_open")


async def _show(request: Request, token: str, *, pages: small_pages.Pages) -> HTTPResponse:
    """Show what the link is for, with the button that uses it."""
    gateway: Gateway = request.app.ctx.gateway
    conversation = await store_links.look(gateway.pool, token[:TOKEN_MAX_CHARS], now())
    if conversation is None:
        return _gone(request, pages)
    return pages.show(
        "link.html", conversation.language, policy=small_pages.WITH_FORM, clinic=gateway.clinic,
        platform=title_of(conversation.channel),
    )  # fmt: skip


async def _open(request: Request, token: str, *, pages: small_pages.Pages) -> HTTPResponse:
    """Use the link: a session for this browser, and on to the chat."""
    gateway: Gateway = request.app.ctx.gateway
    chat.must_be_ours(request)
    opened = await store_links.use(gateway.pool, token[:TOKEN_MAX_CHARS], now())
    if opened is None:
        return _gone(request, pages)
    receipt = await gateway.intake.accept(_pressed(opened))
    if receipt.turn is not None:
        gateway.dispatcher.start(receipt.turn)
    cookie = chat.cookie(gateway, opened.session_token, store_links.SESSION_LASTS)
    to = f"/?language={opened.conversation.language}"
    return HTTPResponse(status=303, headers={"Location": to, "Set-Cookie": cookie})


def _pressed(opened: Opened) -> Inbound:
    """Return the press of the page's button: what the patient did, and what the bot goes on from."""
    conversation = opened.conversation
    title = wording("link_button", conversation.language)
    return Inbound(
        conversation.channel,
        conversation.account,
        conversation.address,
        event_id=f"{conversation.id}/link-{store_links.digest(opened.session_token).hex()[:24]}",
        text=title,
        press=Press(PRESSES[opened.purpose], {}, title),
        language=conversation.language,
        phi=conversation.phi,
        via="web",
    )


def _gone(request: Request, pages: small_pages.Pages) -> HTTPResponse:
    gateway: Gateway = request.app.ctx.gateway
    return pages.show("link_gone.html", small_pages.language_of(request), status=410, clinic=gateway.clinic)
