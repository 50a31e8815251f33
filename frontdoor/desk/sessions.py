"""Beginning a session, however somebody came in; the tries before that; and its new token after a fresh proof."""

from sanic.request import Request
from sanic.response import HTTPResponse

from frontdoor.desk import store_attempts, store_sessions
from frontdoor.desk.context import desk
from frontdoor.desk.errors import TooMany
from frontdoor.desk.guard import address, cookie_name, set_cookie
from frontdoor.desk.secrets import Token
from frontdoor.desk.store_attempts import Attempt

SESSION_SECONDS = 12 * 3600


async def begin(
    request: Request, response: HTTPResponse, staff_id: str, version: int, *, second_factor: bool,
    method: str = "password",
) -> None:  # fmt: skip
    """Open a session and let *response* carry its cookie. *second_factor*: it opens nothing until the code came."""
    context = desk(request)
    async with context.pool.acquire() as connection, connection.transaction():
        token = await store_sessions.open_session(
            connection, staff_id, version, context.clock(), address=address(request),
            device=request.headers.get("user-agent", ""), pending=second_factor, method=method,
            idle_minutes=context.settings.idle_minutes,
        )  # fmt: skip
    carry(request, response, token)


def carry(request: Request, response: HTTPResponse, token: Token) -> None:
    """Let *response* bring the browser the session's token. The session itself ends when the database says so."""
    set_cookie(request, response, cookie_name(request), token.text, SESSION_SECONDS)


async def attempt(request: Request, login: str | None) -> Attempt:
    """Count a try to show who one is; *login*: None where nobody says who that would be.

    Raises:
        TooMany: There were too many wrong ones, for this name or from this address.
    """
    context = desk(request)
    keys = {"address": address(request)} | ({} if login is None else {"person": login})
    begun = await store_attempts.begin(context.pool, keys, context.clock())
    if begun is None:
        raise TooMany
    return begun
