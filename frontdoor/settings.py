"""Every setting of the product, read once from the environment and `.env`.

This is the only module that looks at the environment. A value that cannot be used stops the start with a
`SettingsError` that names the variable.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from frontdoor.given import Given, SettingsError, read_dotenv
from frontdoor.kept_secret import kept_secret

__all__ = ["DESK_LIMITS", "PHI", "ROOT", "Settings", "SettingsError", "load"]

ROOT = Path(__file__).resolve().parent.parent  # the checkout: config.yml, domain.yml, data/, library/, clinic.yml
DIALECTS = ("rest", "ihe", "medplum")

DESK_LIMITS = {  # how often one person may do it in a minute
    "claim": 30, "reply": 60, "search": 20, "reveal": 20, "export": 6, "break_glass": 6, "api": 300,
}  # fmt: skip

PHI = {  # channel -> whether personal things may be said on it
    "messenger": "MESSENGER_PHI",
    "instagram": "INSTAGRAM_PHI",
    "whatsapp": "WHATSAPP_PHI",
    "telegram": "TELEGRAM_PHI",
    "twilio": "TWILIO_PHI",
    "line": "LINE_PHI",
    "viber": "VIBER_PHI",
    "x": "X_PHI",
}


@dataclass(frozen=True)
class Places:
    """Where things are and who may talk to them. Ports are TCP ports on *host*."""

    data_dir: Path
    database_url: str | None  # None: the embedded server under data_dir
    host: str
    gateway_port: int
    desk_port: int
    scheduling_port: int
    rasa_port: int
    actions_port: int
    public_url: str  # the gateway's address as the world sees it, no slash at the end
    desk_url: str
    internal_token: str  # shared by our own processes, never leaves them
    scheduling_url: str  # FHIR base
    scheduling_dialect: str
    scheduling_token: str
    clinic_file: Path
    library_dir: Path


def _places(given: Given) -> Places:
    host = given.text("FRONTDOOR_HOST", "127.0.0.1")
    data_dir = ROOT / given.text("FRONTDOOR_DATA_DIR", "var")
    gateway_port = given.port("FRONTDOOR_GATEWAY_PORT", 8000)
    desk_port = given.port("FRONTDOOR_DESK_PORT", 8001)
    scheduling_port = given.port("FRONTDOOR_SCHEDULING_PORT", 8002)
    return Places(
        data_dir=data_dir,
        database_url=given.database("DATABASE_URL"),
        host=host,
        gateway_port=gateway_port,
        desk_port=desk_port,
        scheduling_port=scheduling_port,
        rasa_port=given.port("FRONTDOOR_RASA_PORT", 5005),
        actions_port=given.port("FRONTDOOR_ACTIONS_PORT", 5055),
        public_url=given.url("FRONTDOOR_PUBLIC_URL", f"http://{host}:{gateway_port}"),
        desk_url=given.url("FRONTDOOR_DESK_URL", f"http://{host}:{desk_port}"),
        internal_token=given.secret("FRONTDOOR_INTERNAL_TOKEN") or _kept_secret(data_dir / "internal_token"),
        scheduling_url=given.url("SCHEDULING_URL", f"http://{host}:{scheduling_port}/fhir/R4"),
        scheduling_dialect=given.choice("SCHEDULING_DIALECT", "rest", DIALECTS),
        scheduling_token=given.text("SCHEDULING_TOKEN", ""),
        clinic_file=ROOT / given.text("FRONTDOOR_CLINIC_FILE", "clinic.yml"),
        library_dir=ROOT / given.text("FRONTDOOR_LIBRARY_DIR", "library"),
    )


@dataclass(frozen=True)
class Conversing:
    """How patients are talked with, by the bot and by staff, and for how long nothing may happen."""

    language: str
    region: str  # ISO 3166 country: which emergency numbers are given
    chat_text_max_chars: int
    chat_messages_per_minute: int
    channel_messages_per_minute: int  # of one person on a platform, before the bot stops answering them
    chat_sessions_per_minute: int  # from one address
    turn_timeout_seconds: float
    session_max_events: int
    silent_ask_hours: int  # a patient who is silent towards staff for this long is asked whether they are there
    silent_hours: int  # after this long without a word of theirs the conversation is closed
    returning_seconds: int  # how long the bot may take to learn what staff hand back
    reopen_hours: int  # who writes within this time of a close goes back to people, later to the bot
    csat: bool  # patients are asked how it was after staff closed their conversation
    reassure_minutes: tuple[int, ...]  # when who waits is told that they are not forgotten
    keep_days: int  # a conversation in which nothing happens for this long is deleted


def _conversing(given: Given) -> Conversing:
    silent_hours = given.whole("FRONTDOOR_SILENT_HOURS", 24, 1, 720)
    return Conversing(
        language=given.choice("FRONTDOOR_LANGUAGE", "en", ("en", "es")),
        region=given.text("FRONTDOOR_REGION", "US").upper(),
        chat_text_max_chars=given.whole("FRONTDOOR_CHAT_TEXT_MAX_CHARS", 2000, 1, 20_000),
        chat_messages_per_minute=given.whole("FRONTDOOR_CHAT_MESSAGES_PER_MINUTE", 30, 1, 100_000),
        channel_messages_per_minute=given.whole("FRONTDOOR_CHANNEL_MESSAGES_PER_MINUTE", 30, 5, 100_000),
        chat_sessions_per_minute=given.whole("FRONTDOOR_CHAT_SESSIONS_PER_MINUTE", 30, 1, 100_000),
        turn_timeout_seconds=given.whole("FRONTDOOR_TURN_TIMEOUT_SECONDS", 20, 1, 120),
        session_max_events=given.whole("FRONTDOOR_SESSION_MAX_EVENTS", 200, 20, 5_000),
        silent_ask_hours=given.whole("FRONTDOOR_SILENT_ASK_HOURS", min(20, silent_hours), 1, silent_hours),
        silent_hours=silent_hours,
        returning_seconds=given.whole("FRONTDOOR_RETURNING_SECONDS", 20, 5, 600),
        reopen_hours=given.whole("FRONTDOOR_REOPEN_HOURS", 12, 0, 720),
        csat=given.flag("FRONTDOOR_CSAT", True),
        reassure_minutes=given.rising("FRONTDOOR_REASSURE_MINUTES", "2 10 40 70", most=4),
        keep_days=given.whole("FRONTDOOR_KEEP_DAYS", 365, 1, 3_650),
    )


@dataclass(frozen=True)
class Working:
    """How staff work: who gets a conversation, who loses it, what the desk marks."""

    first_reply_minutes: int  # who claims and writes nothing for this long loses the conversation
    lease_minutes: int  # who vanishes from the desk for this long loses their conversations to the queue
    emergency_lease_seconds: int  # the same for an emergency
    gone_seconds: int  # the same for who has closed the desk's page, if that is sooner
    unclaimed_seconds: int  # an emergency that nobody claims within is alarmed a second time
    auto_assign: bool  # waiting conversations are given to staff at the desk who have room
    wait_warn_minutes: int  # the desk marks who waits longer, and once more after `wait_late_minutes`
    wait_late_minutes: int
    next_reply_minutes: int  # the desk marks whom staff have not answered for this long


def _working(given: Given) -> Working:
    late = given.whole("FRONTDOOR_WAIT_LATE_MINUTES", 15, 1, 1_440)
    return Working(
        first_reply_minutes=given.whole("FRONTDOOR_FIRST_REPLY_MINUTES", 10, 1, 1_440),
        lease_minutes=given.whole("FRONTDOOR_LEASE_MINUTES", 5, 1, 1_440),
        emergency_lease_seconds=given.whole("FRONTDOOR_EMERGENCY_LEASE_SECONDS", 60, 30, 3_600),
        gone_seconds=given.whole("FRONTDOOR_GONE_SECONDS", 90, 30, 86_400),
        unclaimed_seconds=given.whole("FRONTDOOR_UNCLAIMED_SECONDS", 60, 5, 3_600),
        auto_assign=given.flag("FRONTDOOR_AUTO_ASSIGN", False),
        wait_warn_minutes=given.whole("FRONTDOOR_WAIT_WARN_MINUTES", min(5, late), 1, late),
        wait_late_minutes=late,
        next_reply_minutes=given.whole("FRONTDOOR_NEXT_REPLY_MINUTES", 15, 1, 1_440),
    )


@dataclass(frozen=True)
class Guarding:
    """How staff come in, and how long and how often they may do what."""

    idle_minutes: int  # a member of staff who does nothing for this long is signed out
    idle_warning_seconds: int  # before that, for this long, the desk asks whether they are there
    secure_cookies: bool
    password_login: bool  # else staff come in through the clinic's OpenID provider only
    second_factor_required: bool  # of those who come in with a password
    fresh_minutes: int  # a proof older than this is asked for again before an export or a masked answer
    break_glass_minutes: int  # how long access outside one's queues lasts
    desk_limits: Mapping[str, int]  # action -> how often one person may do it in a minute


def _guarding(given: Given, public_url: str) -> Guarding:
    idle_minutes = given.whole("FRONTDOOR_IDLE_MINUTES", 15, 2, 720)
    return Guarding(
        idle_minutes=idle_minutes,
        idle_warning_seconds=given.whole("FRONTDOOR_IDLE_WARNING_SECONDS", 60, 20, 60 * idle_minutes - 30),
        secure_cookies=given.flag("FRONTDOOR_SECURE_COOKIES", public_url.startswith("https://")),
        password_login=given.flag("FRONTDOOR_PASSWORD_LOGIN", True),
        second_factor_required=given.flag("FRONTDOOR_REQUIRE_SECOND_FACTOR", False),
        fresh_minutes=given.whole("FRONTDOOR_FRESH_MINUTES", 30, 1, 720),
        break_glass_minutes=given.whole("FRONTDOOR_BREAK_GLASS_MINUTES", 60, 5, 1_440),
        desk_limits=given.limits("FRONTDOOR_DESK_LIMITS", DESK_LIMITS),
    )


@dataclass(frozen=True)
class Settings(Places, Conversing, Working, Guarding):
    """What the processes need to know; durations carry their unit."""

    values: Mapping[str, str]  # everything read, for channels: `settings.text("LINE_ACCESS_TOKEN")`

    @property
    def gateway_url(self) -> str:
        """Where our own processes find the gateway."""
        return f"http://{self.host}:{self.gateway_port}"

    @property
    def rasa_url(self) -> str:
        """Where the gateway finds Rasa."""
        return f"http://{self.host}:{self.rasa_port}"

    @property
    def actions_url(self) -> str:
        """Where Rasa finds the action server."""
        return f"http://{self.host}:{self.actions_port}"

    @property
    def model_dir(self) -> Path:
        """Where trained models are kept."""
        return self.data_dir / "models"

    @property
    def log_dir(self) -> Path:
        """Where each process writes its log."""
        return self.data_dir / "logs"

    @property
    def secret_key(self) -> str:
        """What encrypts that which is stored and must be read again; made at first use."""
        return self.text("FRONTDOOR_SECRET_KEY") or _kept_secret(self.data_dir / "secret_key")

    def phi_of(self, channel: str) -> str:
        """Return whether personal things may be said on *channel* itself (`allow`) or over a link (`link`)."""
        return "allow" if self.text(PHI[channel]).lower() == "allow" else "link"

    def proxies(self, name: str) -> int | None:
        """Return how many proxies stand before a page: each adds one address to X-Forwarded-For.

        Raises:
            SettingsError: The setting *name* is no number.
        """
        given = self.text(name)
        if given and not given.isdecimal():
            raise SettingsError(f"{name} takes the number of proxies before the page.")
        return int(given) if given and int(given) > 0 else None

    def text(self, name: str) -> str:
        """Return the setting *name* as text, empty when it is not set."""
        return self.values.get(name, "").strip()


def load(environment: Mapping[str, str] | None = None, *, dotenv: Path | None = ROOT / ".env") -> Settings:
    """Read the settings; the environment wins over *dotenv*.

    Raises:
        SettingsError: A value cannot be used.
    """
    values = {**read_dotenv(dotenv), **(os.environ if environment is None else environment)}
    given = Given(values)
    given.secret("FRONTDOOR_SECRET_KEY")  # read where it is needed, refused here
    places = _places(given)
    groups = (places, _conversing(given), _working(given), _guarding(given, places.public_url))
    return Settings(**{name: value for group in groups for name, value in vars(group).items()}, values=values)


def _kept_secret(path: Path) -> str:
    try:
        return kept_secret(path)
    except OSError as error:
        raise SettingsError(f"FRONTDOOR_DATA_DIR: {path.parent} cannot be used ({error.strerror}).") from None
