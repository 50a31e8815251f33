"""The admin's page for other programs: tokens, webhooks, and the log of what was told."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, redirect

from frontdoor.database.pool import Connection
from frontdoor.desk.bodies import path_id
from frontdoor.desk.context import desk, me
from frontdoor.desk.forms import fields, page
from frontdoor.desk.guard import allowed
from frontdoor.desk.outside import is_address
from frontdoor.desk.rooms import names_given
from frontdoor.helpdesk import chatwoot, store, store_deliveries
from frontdoor.helpdesk.model import EVENTS, SCOPES, TOKEN_DAYS_MOST
from frontdoor.privacy.audit import Actor

End = Callable[[Connection, str, Actor, datetime], Awaitable[None]]  # by id

NAME_MOST_CHARS = 60

outside_page = Blueprint("outside", url_prefix="/outside")


@outside_page.get("/")
@allowed("outside", page=True)
async def show(request: Request) -> HTTPResponse:
    """Show who may call us and whom we tell."""
    return await _page(request)


@outside_page.post("/tokens")
@allowed("outside", page=True, fresh=True)
async def create_token(request: Request) -> HTTPResponse:
    """Make a token; it is shown once."""
    context, given = desk(request), fields(request)
    name, days = given.get("name", ""), given.get("days", "") or "0"
    scopes = [scope for scope in SCOPES if given.get(scope) == "yes"]
    if not 1 <= len(name) <= NAME_MOST_CHARS or not scopes or not days.isdecimal() or int(days) > TOKEN_DAYS_MOST:
        return await _page(request, status=400, fault="token_incomplete")
    async with context.pool.acquire() as connection, connection.transaction():
        _, text = await store.create_token(
            connection, name, scopes, names_given(given, "queues"), me(request).actor, context.clock(), days=int(days)
        )
    return await _page(request, made=text, made_text="token_made")


@outside_page.post("/tokens/<token_id>/revoke")
@allowed("outside", page=True)
async def revoke_token(request: Request, token_id: str) -> HTTPResponse:
    """Let a token open nothing more."""
    return await _end(request, store.revoke_token, token_id)


@outside_page.post("/webhooks")
@allowed("outside", page=True, fresh=True)
async def create_webhook(request: Request) -> HTTPResponse:
    """Tell an address from now on; the secret that signs is shown once."""
    context, given = desk(request), fields(request)
    events = [event for event in EVENTS if given.get(event) == "yes"]
    if not is_address(given.get("url", "")) or not events:
        return await _page(request, status=400, fault="webhook_incomplete")
    async with context.pool.acquire() as connection, connection.transaction():
        _, secret = await store.create_webhook(
            connection, context.seal, given["url"], events, names_given(given, "queues"), me(request).actor,
            context.clock(), with_text=given.get("with_text") == "yes",
        )  # fmt: skip
    return await _page(request, made=secret, made_text="webhook_made")


@outside_page.post("/webhooks/<webhook_id>/end")
@allowed("outside", page=True)
async def end_webhook(request: Request, webhook_id: str) -> HTTPResponse:
    """Tell it nothing more."""
    return await _end(request, store.end_webhook, webhook_id)


async def _end(request: Request, end: End, identifier: str) -> HTTPResponse:
    context = desk(request)
    async with context.pool.acquire() as connection, connection.transaction():
        await end(connection, path_id(identifier), me(request).actor, context.clock())
    return redirect("/outside")


async def _page(
    request: Request, *, status: int = 200, fault: str = "", made: str = "", made_text: str = ""
) -> HTTPResponse:
    context = desk(request)
    return page(
        request, "outside.html", status=status, csrf=me(request).csrf, fault=fault, made=made, made_text=made_text,
        tokens=await store.tokens(context.pool), webhooks=await store.webhooks(context.pool),
        log=await store_deliveries.log(context.pool), scopes=SCOPES, events=EVENTS, now=context.clock(),
        chatwoot=chatwoot.from_settings(context.settings) is not None,
    )  # fmt: skip
