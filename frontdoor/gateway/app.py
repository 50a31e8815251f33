"""The public application: web chat, the patient's page, health and figures."""

from sanic import Sanic

from frontdoor.gateway import (
    articles,
    assets,
    chat,
    chatwoot,
    entry,
    errors,
    events,
    headers,
    health,
    links,
    metrics,
    page,
    parts,
    webhooks,
)
from frontdoor.gateway.front import Front
from frontdoor.scheduling.service import pages
from frontdoor.scheduling.visits import Visits
from frontdoor.settings import Settings

REQUEST_MAX_BYTES = 1_000_000
KEEP_ALIVE_SECONDS = 75


def create_app(settings: Settings) -> Sanic:
    """Return the gateway.

    Raises:
        SettingsError: A setting of the gateway cannot be used.
    """
    app = Front("gateway")
    app.config.REQUEST_MAX_SIZE = REQUEST_MAX_BYTES
    app.config.KEEP_ALIVE_TIMEOUT = KEEP_ALIVE_SECONDS
    app.config.FALLBACK_ERROR_FORMAT = "json"
    app.config.PROXIES_COUNT = settings.proxies("FRONTDOOR_PROXIES")
    errors.add_to(app)
    headers.add_to(app, settings)
    metrics.add_to(app)
    health.add_to(app)
    chat.add_to(app)
    events.add_to(app)
    files = assets.load()
    assets.add_to(app, files)
    page.add_to(app, settings, files)
    articles.add_to(app, settings, files)
    app.blueprint(pages.blueprint(lambda: Visits(app.ctx.gateway.pool, settings, app.ctx.gateway.clinic)))
    links.add_to(app, files)
    entry.add_to(app, files)
    chatwoot.add_to(app, settings)
    webhooks.add_to(app, settings)

    @app.before_server_start
    async def start(app: Sanic, _: object) -> None:
        app.ctx.gateway = await parts.build(settings)

    @app.before_server_stop
    async def stop(app: Sanic, _: object) -> None:
        await app.ctx.gateway.close()

    return app
