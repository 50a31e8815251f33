"""What each process is given of the settings."""

from pathlib import Path

from frontdoor.settings import load
from frontdoor.supervision.processes import environment

SECRETS = {
    "FRONTDOOR_SECRET_KEY": "a" * 32, "OIDC_CLIENT_SECRET": "b", "CHATWOOT_TOKEN": "c", "CHATWOOT_WEBHOOK_SECRET": "d",
    "MESSENGER_PAGE_TOKEN": "e",
}  # fmt: skip


def test_only_those_that_need_a_secret_have_it(tmp_path: Path) -> None:
    """The gateway and the desk get them; Rasa, actions and scheduling do not."""
    settings = load({**SECRETS, "FRONTDOOR_DATA_DIR": str(tmp_path)}, dotenv=None)
    outer, inner = (environment(settings, "postgresql:///x", channels=channels) for channels in (True, False))
    assert SECRETS.items() <= outer.items()
    assert not SECRETS.keys() & inner.keys()


def test_the_key_that_seals_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    """Where none is set; and not before it is needed."""
    settings = load({"FRONTDOOR_DATA_DIR": str(tmp_path)}, dotenv=None)
    assert not (tmp_path / "secret_key").exists()
    assert settings.secret_key == settings.secret_key
    assert len(settings.secret_key) >= 32
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
