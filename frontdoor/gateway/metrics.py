"""Figures for Prometheus. No label holds anything of a patient: routes, states and channels only."""

import time
from functools import lru_cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from sanic import HTTPResponse, Request, Sanic

from frontdoor.database.pool import DATABASE_ERRORS
from frontdoor.gateway.parts import Gateway

TEXT = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """What one gateway process counts."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "frontdoor_requests", "Answered requests.", ("route", "method", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "frontdoor_request_seconds", "Time to answer.", ("route",), buckets=SECONDS, registry=self.registry
        )
        self.streams = Gauge("frontdoor_streams", "Open event streams.", registry=self.registry)
        self.turns = Gauge("frontdoor_turns_in_flight", "Turns at the bot now.", registry=self.registry)
        self.inbox = Gauge("frontdoor_inbox", "Delivered events that wait for the worker.", registry=self.registry)
        self.outcomes = Gauge(
            "frontdoor_events_total", "What delivered events became.", ("channel", "became"), registry=self.registry
        )
        self.queue = Gauge(
            "frontdoor_conversations", "Conversations with people.", ("state", "emergency"), registry=self.registry
        )

    def took(self, path: str | None, method: str, status: int, seconds: float | None) -> None:
        """Count an answer, and how long it took, if that is known."""
        count, histogram = self._of(path, method, status)
        count.inc()
        if histogram is not None and seconds is not None:
            histogram.observe(seconds)

    @lru_cache(maxsize=1000)  # noqa: B019  # there is one, and it stays; finding labels costs more than counting
    def _of(self, path: str | None, method: str, status: int) -> tuple[Counter, Histogram | None]:
        """Return the count of such answers, and of the time that they took; a stream takes none."""
        route = "none" if path is None else f"/{path}"
        histogram = None if "events" in route else self.seconds.labels(route)
        return self.requests.labels(route, method, status), histogram

    async def text(self, gateway: Gateway) -> bytes:
        """Return all figures, those of the database as of now."""
        try:
            counted = await gateway.web.queue()
            self.turns.set(await gateway.web.turns())
            self.inbox.set(await gateway.inbox.size())
            outcomes = await gateway.inbox.counted()
        except DATABASE_ERRORS:
            self.queue.clear()
        else:
            for labels, count in outcomes.items():
                self.outcomes.labels(*labels).set(count)
            for state in ("waiting", "staff", "returning"):
                for urgent in (False, True):
                    self.queue.labels(state, "yes" if urgent else "no").set(counted.get((state, urgent), 0))
        return generate_latest(self.registry)


def add_to(app: Sanic) -> None:
    """Count every request, and serve the figures."""
    app.ctx.metrics = metrics = Metrics()

    @app.on_request
    async def began(request: Request) -> None:
        request.ctx.began = time.perf_counter()

    @app.on_response
    async def ended(request: Request, response: HTTPResponse) -> None:
        path = request.route.path if request.route else None
        seconds = time.perf_counter() - request.ctx.began if hasattr(request.ctx, "began") else None
        metrics.took(path, request.method if request.route else "", response.status, seconds)

    @app.get("/metrics")
    async def figures(request: Request) -> HTTPResponse:
        body = await metrics.text(request.app.ctx.gateway)
        return HTTPResponse(body, content_type=TEXT)
