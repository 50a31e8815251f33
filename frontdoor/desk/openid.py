"""OpenID Connect: who the clinic's own provider says somebody is. Code flow with PKCE, state and nonce.

https://openid.net/specs/openid-connect-core-1_0.html, -discovery-1_0, -backchannel-1_0; RFC 7636, RFC 9207.
Everything here blocks on the network: call it in a thread. Nothing of what a provider answers is logged.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from frontdoor.settings import Settings, SettingsError

TIMEOUT_SECONDS = 10
KEPT_SECONDS = 3600  # how long what the provider says about itself counts
LEEWAY_SECONDS = 60  # between its clock and ours
SIGNED_WITH = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
ROLES = ("staff", "supervisor", "admin", "auditor")


class OpenIdError(Exception):
    """The provider does not answer, or what it says cannot be trusted. *code* is stable and holds nothing of it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Identity:
    """Whom the provider vouches for."""

    issuer: str
    subject: str
    name: str
    login: str
    groups: tuple[str, ...]
    proved_at: datetime | None  # when they last showed it who they are


@dataclass(frozen=True)
class Rights:
    """What a person's groups give."""

    role: str
    queues: tuple[str, ...]  # empty: every queue


class OpenId:
    """One provider, and how its groups become roles and queues."""

    def __init__(self, settings: Settings) -> None:
        self.issuer = settings.text("OIDC_ISSUER").rstrip("/")
        _check_address(self.issuer)
        self.client_id, self._secret = settings.text("OIDC_CLIENT_ID"), settings.text("OIDC_CLIENT_SECRET")
        if not self.client_id:
            raise SettingsError("OIDC_CLIENT_ID is missing: OIDC_ISSUER is there.")
        self.name = settings.text("OIDC_NAME")
        self.scope = settings.text("OIDC_SCOPES") or "openid profile groups"
        self.claim = settings.text("OIDC_GROUPS_CLAIM") or "groups"
        self.roles = _pairs(settings, "OIDC_ROLES", ROLES)
        self.queues = _pairs(settings, "OIDC_QUEUES")
        self.redirect_uri = f"{settings.desk_url}/login/oidc/callback"
        self._kept: dict[str, tuple[float, Any]] = {}

    def address(self, *, state: str, nonce: str, verifier: str, again: bool) -> str:
        """Return where the browser goes to sign in; *again*: also who is signed in there shows it once more."""
        more = {"prompt": "login", "max_age": "0"} if again else {}
        found, _ = self._session().create_authorization_url(
            self._described()["authorization_endpoint"], state=state, code_verifier=verifier, nonce=nonce, **more
        )
        return str(found)

    def identify(self, code: str, *, nonce: str, verifier: str, now: datetime) -> Identity:
        """Return who came back with *code*.

        Raises:
            OpenIdError: unreachable, code, token, userinfo.
        """
        try:
            answer = self._session().fetch_token(
                self._described()["token_endpoint"], code=code, code_verifier=verifier, timeout=TIMEOUT_SECONDS
            )
        except requests.RequestException:
            raise OpenIdError("unreachable") from None
        except Exception:  # authlib's own errors carry the provider's words
            raise OpenIdError("code") from None
        expected = {
            "nonce": {"essential": True, "value": nonce}, "sub": {"essential": True}, "exp": {"essential": True},
        }  # fmt: skip
        claims = self._read(str(answer.get("id_token", "")), expected, now)
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != self.client_id:
            raise OpenIdError("token")
        if self.claim not in claims or "name" not in claims:
            claims = {**self._userinfo(str(answer.get("access_token", "")), str(claims["sub"])), **claims}
        return self._identity(claims)

    def logged_out(self, logout_token: str, now: datetime) -> str:
        """Return the subject that a provider's back-channel logout is about.

        Raises:
            OpenIdError: unreachable, token.
        """
        claims = self._read(logout_token, {"events": {"essential": True}, "iat": {"essential": True}}, now)
        if "nonce" in claims or LOGOUT_EVENT not in claims["events"] or not claims.get("sub"):
            raise OpenIdError("token")
        return str(claims["sub"])

    def rights(self, identity: Identity) -> Rights | None:
        """Return what the groups give, or None: nothing. The first role of the setting that fits counts."""
        role = next((role for group, role in self.roles if group in identity.groups), None)
        if role is None:
            return None
        given = {queue for group, queue in self.queues if group in identity.groups}
        if self.queues and not given and role != "auditor":
            return None
        return Rights(role, () if "*" in given else tuple(sorted(given)))

    def _identity(self, claims: Mapping[str, Any]) -> Identity:
        given = claims.get(self.claim) or ()
        groups = (given,) if isinstance(given, str) else tuple(str(one) for one in given)
        subject = str(claims["sub"])
        login = str(claims.get("preferred_username") or claims.get("email") or subject)
        proved = claims.get("auth_time")
        proved_at = datetime.fromtimestamp(proved, timezone.utc) if isinstance(proved, int) else None
        return Identity(self.issuer, subject, str(claims.get("name") or login), login.lower(), groups, proved_at)

    def _read(self, token: str, expected: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """Return the claims of a token that this provider signed for us, and for nobody else."""
        self._described()  # how it writes its own name
        registry = jwt.JWTClaimsRegistry(
            now=int(now.timestamp()), leeway=LEEWAY_SECONDS, iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.client_id}, **expected,
        )  # fmt: skip
        for keys in (self._keys, self._fresh_keys):  # a key of today may be newer than what we kept
            try:
                found = jwt.decode(token, keys(), algorithms=list(SIGNED_WITH))
                registry.validate(found.claims)
                return dict(found.claims)
            except (JoseError, ValueError, TypeError, KeyError):
                continue
        raise OpenIdError("token")

    def _userinfo(self, access_token: str, subject: str) -> dict[str, Any]:
        endpoint = self._described().get("userinfo_endpoint")
        if not endpoint:
            return {}
        found = _get(endpoint, {"Authorization": f"Bearer {access_token}"})
        if found.get("sub") != subject:
            raise OpenIdError("userinfo")
        return found

    def _described(self) -> dict[str, Any]:
        def read() -> dict[str, Any]:
            found = _get(f"{self.issuer}/.well-known/openid-configuration")
            if str(found.get("issuer", "")).rstrip("/") != self.issuer:
                raise OpenIdError("issuer")
            self.issuer = str(found["issuer"])  # as its tokens write it, perhaps with a slash at the end
            return found

        return dict(self._once("description", read))

    def _keys(self) -> KeySet:
        found: KeySet = self._once("keys", lambda: KeySet.import_key_set(_get(self._described()["jwks_uri"])))  # type: ignore[arg-type]
        return found

    def _fresh_keys(self) -> KeySet:
        self._kept.pop("keys", None)
        return self._keys()

    def _once(self, name: str, read: Callable[[], Any]) -> Any:
        at, kept = self._kept.get(name, (0.0, None))
        if kept is None or time.monotonic() - at > KEPT_SECONDS:
            kept = read()
            self._kept[name] = time.monotonic(), kept
        return kept

    def _session(self) -> OAuth2Session:
        return OAuth2Session(
            self.client_id, self._secret or None, scope=self.scope, redirect_uri=self.redirect_uri,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic" if self._secret else "none",
        )  # fmt: skip


def from_settings(settings: Settings) -> OpenId | None:
    """Return the clinic's provider, or None when there is none.

    Raises:
        SettingsError: It cannot be used, or nobody could come in.
    """
    if settings.text("OIDC_ISSUER"):
        return OpenId(settings)
    if not settings.password_login:
        raise SettingsError("FRONTDOOR_PASSWORD_LOGIN is no, and without OIDC_ISSUER nobody could come in.")
    return None


def _get(address: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    try:
        answer = requests.get(address, headers=headers, timeout=TIMEOUT_SECONDS, allow_redirects=False)
        answer.raise_for_status()
        found = answer.json()
    except (requests.RequestException, ValueError):
        raise OpenIdError("unreachable") from None
    if not isinstance(found, dict):
        raise OpenIdError("unreachable")
    return found


def _check_address(issuer: str) -> None:
    parts = urlsplit(issuer)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise SettingsError("OIDC_ISSUER takes an address that starts with https://.")


def _pairs(settings: Settings, name: str, values: tuple[str, ...] = ()) -> tuple[tuple[str, str], ...]:
    """Read "group = value, another group = value"."""
    found = []
    for part in filter(None, (part.strip() for part in settings.text(name).split(","))):
        group, _, value = (piece.strip() for piece in part.rpartition("="))
        if not group or not value or (values and value not in values):
            what = f"one of {', '.join(values)}" if values else "a queue, or *"
            raise SettingsError(f"{name} takes group=value with commas between; a value is {what}.")
        found.append((group, value))
    if values and not found:
        raise SettingsError(f"{name} is missing: without it no group of the provider gives a role.")
    return tuple(found)
