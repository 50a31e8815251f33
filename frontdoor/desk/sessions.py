"""Beginning a session: the same for who came with a password, a one-time link or through the OpenID provider."""

from sanic.request import Request
from sanic.response import HTTPResponse

from frontdoor.desk import store_sessions
from frontdoor.desk.context import desk
from frontdoor.desk.guard import address, cookie_name, set_cookie

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
    set_cookie(request, response, cookie_name(request), token.text, SESSION_SECONDS)
