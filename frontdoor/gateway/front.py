"""Sanic with a short way for what is asked most: no routing, no middleware. They cost as much as the work itself."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from sanic import HTTPResponse, Request, Sanic

Handler: TypeAlias = Callable[[Request], Awaitable[HTTPResponse]]


class Front(Sanic):
    """A POST to a path in `ctx.short_ways` goes straight to its handler; everything else goes Sanic's own way."""

    async def handle_request(self, request: Request) -> None:
        """Answer *request*. A failure goes the usual way."""
        handler: Handler | None = self.ctx.short_ways.get(request.path) if request.method == "POST" else None
        if handler is None or request.stream is None:
            await super().handle_request(request)
            return
        try:
            if request.stream.request_body:
                await request.receive_body()  # type: ignore[no-untyped-call]
            response = request.stream.respond(await handler(request))
            request.responded = True
            await response.send(end_stream=True)
        except Exception as error:
            await self.handle_exception(request, error)
