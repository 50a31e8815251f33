"""How long each state may last: what the clinic has set, for timers and for those who act."""

from dataclasses import dataclass
from datetime import timedelta

from frontdoor.conversations.ownership import USUAL, Terms
from frontdoor.settings import Settings


@dataclass(frozen=True)
class Limits:
    """How long each state may last. The values are proposals, for the clinic to set."""

    terms: Terms = USUAL
    first_reply: timedelta = timedelta(minutes=10)
    returning: timedelta = timedelta(seconds=20)
    silent_ask: timedelta = timedelta(hours=20)
    silent: timedelta = timedelta(hours=24)
    stuck_turn: timedelta = timedelta(minutes=3)
    reassure: tuple[timedelta, ...] = tuple(timedelta(minutes=m) for m in (2, 10, 40, 70))
    unclaimed: timedelta = timedelta(seconds=60)
    assigns: bool = False  # waiting conversations are given to those at the desk who have room
    language: str = "en"  # of notes to staff

    @classmethod
    def from_settings(cls, settings: Settings) -> "Limits":
        """Read what the clinic has set."""
        return cls(
            terms=terms(settings),
            first_reply=timedelta(minutes=settings.first_reply_minutes),
            returning=timedelta(seconds=settings.returning_seconds),
            silent_ask=timedelta(hours=settings.silent_ask_hours),
            silent=timedelta(hours=settings.silent_hours),
            reassure=tuple(timedelta(minutes=one) for one in settings.reassure_minutes),
            unclaimed=timedelta(seconds=settings.unclaimed_seconds),
            assigns=settings.auto_assign,
            language=settings.language,
        )


UNSET = Limits()


def terms(settings: Settings) -> Terms:
    """Return the terms on which staff have conversations."""
    return Terms(
        lease=timedelta(minutes=settings.lease_minutes),
        emergency_lease=timedelta(seconds=settings.emergency_lease_seconds),
        reopen=timedelta(hours=settings.reopen_hours),
    )
