"""What the parts would refuse at their start, refused before any of them starts: at the console, not in a log."""

import re

from frontdoor.settings import ROOT, Settings, SettingsError

OURS = re.compile(r"(?:FRONTDOOR|SCHEDULING|OIDC|CHATWOOT)_[A-Z0-9_]+")


def check_settings(settings: Settings) -> None:
    """Read the clinic file and the settings that only one part reads.

    Raises:
        SettingsError: One of them cannot be used.
    """
    from frontdoor import clinic
    from frontdoor.desk import openid
    from frontdoor.gateway import page
    from frontdoor.helpdesk import chatwoot

    clinic.load(settings.clinic_file)
    if not settings.library_dir.is_dir():
        raise SettingsError(f"FRONTDOOR_LIBRARY_DIR: there is no folder {settings.library_dir}.")
    openid.from_settings(settings)
    chatwoot.from_settings(settings)
    page.embed_origins(settings)
    for name in ("FRONTDOOR_PROXIES", "FRONTDOOR_DESK_PROXIES"):
        settings.proxies(name)


def unknown_settings(settings: Settings) -> list[str]:
    """Return the names that look like settings of ours and are none: most often slips."""
    known = set(OURS.findall((ROOT / ".env.example").read_text(encoding="utf-8")))
    return sorted(name for name in settings.values if OURS.fullmatch(name) and name not in known)
