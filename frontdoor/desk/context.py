"""What every handler of the desk needs, made once when the app starts; and who is asking."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone

from sanic import Sanic
from sanic.request import Request

from frontdoor.clinic import Clinic
from frontdoor.conversations.doer import Doer
from frontdoor.conversations.happenings import Staff
from frontdoor.conversations.limits import terms
from frontdoor.conversations.scope import Scope
from frontdoor.database.pool import Pool
from frontdoor.desk.access import Me
from frontdoor.desk.feed import Feed
from frontdoor.desk.lateness import Lateness
from frontdoor.desk.openid import OpenId
from frontdoor.limits import Limiter
from frontdoor.privacy.audit import Actor
from frontdoor.scheduling.client import Scheduling
from frontdoor.sealing import Seal
from frontdoor.settings import Settings

TEMPLATES = {"whatsapp": "WHATSAPP_TEMPLATE", "twilio": "TWILIO_CONTENT_SID"}  # that take any words, on one line
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Context:
    """The desk's own parts. *clock* gives aware UTC."""

    settings: Settings
    clinic: Clinic
    pool: Pool
    feed: Feed
    clock: Clock
    scheduling: Scheduling
    lateness: Lateness
    seal: Seal
    limiters: Mapping[str, Limiter]
    openid: OpenId | None

    @classmethod
    def build(
        cls, settings: Settings, facts: Clinic, pool: Pool, feed: Feed, clock: Clock, scheduling: Scheduling,
        provider: OpenId | None,
    ) -> "Context":  # fmt: skip
        """Add what follows from the settings."""
        limiters = {action: Limiter(times) for action, times in settings.desk_limits.items()}
        lateness, seal = Lateness.from_settings(facts, settings), Seal(settings.secret_key)
        return cls(settings, facts, pool, feed, clock, scheduling, lateness, seal, limiters, provider)


def utc_now() -> datetime:
    """Return the present instant."""
    return datetime.now(timezone.utc)


def desk(request: Request) -> Context:
    """Return the parts of the app that serves this request."""
    found: Context = of(request.app)
    return found


def of(app: Sanic) -> Context:
    """Return the parts of *app*."""
    found: Context = app.ctx.desk
    return found


def me(request: Request) -> Me:
    """Return who is asking; the guard has seen to it that somebody is."""
    person: Me = request.ctx.me
    return person


def doer(request: Request) -> Doer:
    """Return who is asking, as the conversations know them."""
    person, context = me(request), desk(request)
    return as_doer(context.settings, person.staff, person.actor, person.scope, context.clock())


def as_doer(settings: Settings, staff: Staff, actor: Actor, scope: Scope, at: datetime) -> Doer:
    """Return somebody who acts, on the terms that the clinic has set."""
    return Doer(staff, actor, scope, at, terms(settings), settings.csat, templated(settings))


def templated(settings: Settings) -> frozenset[str]:
    """Return the channels that take what is late in an approved template."""
    return frozenset(channel for channel, name in TEMPLATES.items() if settings.text(name))
