"""What the product consists of: how each process is started, and how to see that it is ready."""

import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from frontdoor.database import embedded
from frontdoor.database.embedded import Command
from frontdoor.gateway import store_worker
from frontdoor.settings import ROOT, Settings
from frontdoor.supervision.sieve import Sieve, postgres_sieve, python_sieve

INHERITED = frozenset(
    {"PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR"}
    | {"SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"}
    | {"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"}
)
SHARED = ("FRONTDOOR_", "SCHEDULING_", "DATABASE_URL")  # beginnings of the settings that every process gets
CHANNELS = (  # and who else is outside
    "META_", "MESSENGER_", "INSTAGRAM_", "WHATSAPP_", "TELEGRAM_", "TWILIO_", "LINE_", "VIBER_", "X_",
    "OIDC_", "CHATWOOT_",
)  # fmt: skip
QUIET = {  # nothing is phoned home, no warning prints a patient's text, and two cores are not oversubscribed
    "PYTHONWARNINGS": "ignore",
    "PYTHONUNBUFFERED": "1",
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "MALLOC_ARENA_MAX": "2",
    "OMP_NUM_THREADS": "1",  # a short sum shared among threads takes longer, and they wait by spinning
    "OPENBLAS_NUM_THREADS": "1",
}
WILDCARDS = frozenset({"0.0.0.0", "::"})  # noqa: S104  # compared with, not bound to
WORK_DIR = ROOT  # of every child: Rasa reads its files from there
LOGGING = Path(__file__).with_name("rasa_logging.yml")


@dataclass(frozen=True)
class Process:
    """One process of the product. *ready* is the path of its own check on *port*, or a function that tells."""

    name: str
    prepare: Callable[[], Command]  # called before every start
    environment: Mapping[str, str]
    sieve: Sieve
    port: int | None = None
    port_setting: str = ""
    ready: str | Callable[[], bool | Awaitable[bool]] = "/"


def environment(settings: Settings, database_url: str, *, channels: bool = False) -> dict[str, str]:
    """Return the whole environment of a child; the secrets of channels only where they are needed."""
    prefixes = SHARED + (CHANNELS if channels else ())
    given = {name: value for name, value in settings.values.items() if name in INHERITED or name.startswith(prefixes)}
    if not channels:
        given.pop("FRONTDOOR_SECRET_KEY", None)  # only those open what is sealed who made it
    private = "127.0.0.1" if settings.host in WILDCARDS else settings.host
    return {
        **given,
        **QUIET,
        "DATABASE_URL": database_url,
        "FRONTDOOR_HOST": settings.host if channels else private,
        "FRONTDOOR_PUBLIC_URL": settings.public_url,
        "FRONTDOOR_DESK_URL": settings.desk_url,
        "FRONTDOOR_DATA_DIR": str(settings.data_dir),
        "FRONTDOOR_INTERNAL_TOKEN": settings.internal_token,
        "FRONTDOOR_ACTIONS_PORT": str(settings.actions_port),
        "FRONTDOOR_RASA_PORT": str(settings.rasa_port),
        "SCHEDULING_URL": settings.scheduling_url,
    }


def postgres(settings: Settings) -> Process:
    """Return the embedded server."""
    directory = embedded.directory(settings.data_dir)
    return Process(
        "postgres",
        lambda: embedded.prepare(directory),
        {name: value for name, value in settings.values.items() if name in INHERITED},
        postgres_sieve(),
        ready=lambda: embedded.is_ready(directory),
    )


def parts(settings: Settings, database_url: str) -> list[Process]:
    """Return our own servers, but Rasa. Scheduling also keeps the visit links of a clinic's own FHIR server."""
    inner, outer = environment(settings, database_url), environment(settings, database_url, channels=True)
    return [
        _part("scheduling", settings.scheduling_port, "/fhir/R4/metadata", inner),
        _part("actions", settings.actions_port, "/health", inner),
        _part("gateway", settings.gateway_port, "/healthz", outer),
        _part("desk", settings.desk_port, "/healthz", outer),
        _worker(outer, database_url),
    ]


def rasa(settings: Settings, database_url: str, model: Path) -> Process:
    """Return Rasa with *model*; only its `frontdoor` channel is open, and only to our own processes."""
    given = environment(settings, database_url)
    words = f"run --interface {given['FRONTDOOR_HOST']} --port {settings.rasa_port} --endpoints endpoints.yml"
    command = (sys.executable, "-m", "rasa", *words.split(), "--credentials", "credentials.yml")
    command += ("--model", str(model), "--logging-config-file", str(LOGGING))
    return Process(
        "rasa", lambda: Command(command, None), given, python_sieve("rasa"), settings.rasa_port, "FRONTDOOR_RASA_PORT"
    )


def own_command(*words: str) -> Command:
    """Return how to run `frontdoor <words>` with this interpreter."""
    return Command((sys.executable, "-m", "frontdoor", *words), None)


def _part(name: str, port: int, ready: str, given: Mapping[str, str]) -> Process:
    command, setting = own_command("serve", name, "--supervised"), f"FRONTDOOR_{name.upper()}_PORT"
    return Process(name, lambda: command, given, python_sieve(name), port, setting, ready)


def _worker(given: Mapping[str, str], database_url: str) -> Process:
    command, ready = own_command("serve", "worker", "--supervised"), partial(store_worker.answers, database_url)
    return Process("worker", lambda: command, given, python_sieve("worker"), ready=ready)
