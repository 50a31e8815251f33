"""FHIR over HTTP for the client: timeouts, retries that are safe, and every failure as one of our errors.

A GET is tried three times. A POST is tried again only when If-None-Exist makes it the same POST; a PUT only when
If-Match does. Nothing here logs or raises what a server said: it may hold a patient's words.
"""

import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

from frontdoor.scheduling import fhir
from frontdoor.scheduling.errors import NotAllowed, NotFound, Rejected, SchedulingError, Unavailable
from frontdoor.scheduling.fhir import MEDIA_TYPE, Resource

TIMEOUT_SECONDS = (3.05, 8.0)  # to connect, to read
TRIES = 3
PAUSE_SECONDS = 0.15  # before the second try, then twice that
PAGE, MOST_PAGES = 100, 20
MOST_BYTES = 8_000_000


class Conflict(SchedulingError):
    """The resource changed, or somebody else has it: 409, 412, 423, or IHE's not-found. Never leaves the client."""

    def __init__(self, alternatives: tuple[str, ...] = ()) -> None:
        super().__init__("conflict")
        self.alternatives = alternatives


class Wire:
    """One server, spoken to from any thread."""

    def __init__(self, base: str, token: str = "") -> None:
        self.base = base.rstrip("/")
        self._token = token
        self._local = threading.local()

    def read(self, kind: str, id_: str) -> tuple[Resource, str]:
        """Return a resource and its entity tag."""
        if not fhir.ID.match(id_):
            raise NotFound("That is no id.")
        return self._resource(self._send("GET", f"{self.base}/{kind}/{id_}", tries=TRIES))

    def search(self, kind: str, parameters: Mapping[str, Any], *, most: int = PAGE * MOST_PAGES) -> Iterator[Resource]:
        """Yield the matches of a search, page by page, at most *most*; each once."""
        url = f"{self.base}/{kind}"
        given: Mapping[str, Any] | None = {**parameters, "_count": str(PAGE)}
        seen: set[str] = set()
        for _ in range(MOST_PAGES):
            bundle, _tag = self._resource(self._send("GET", url, params=given, tries=TRIES))
            for resource in _matches(bundle, kind):
                if resource["id"] not in seen and len(seen) < most:
                    seen.add(resource["id"])
                    yield resource
            following = self._next(url, bundle)
            if following is None or len(seen) >= most:
                return
            url, given = following, None

    def create(self, resource: Resource, key: tuple[str, str]) -> Resource:
        """Write a resource once for this identifier; a repeated call returns the one there is."""
        headers = {"If-None-Exist": f"identifier={key[0]}|{key[1]}"}
        url = f"{self.base}/{resource['resourceType']}"
        return self._resource(self._send("POST", url, body=resource, headers=headers, tries=2))[0]

    def update(self, resource: Resource, tag: str) -> tuple[Resource, str]:
        """Write a resource if it is still the version *tag*. Raises Conflict."""
        headers = {"If-Match": tag} if tag else {}
        url = f"{self.base}/{resource['resourceType']}/{resource['id']}"
        return self._resource(self._send("PUT", url, body=resource, headers=headers, tries=1))

    def operation(self, path: str, parameters: list[Resource], key: tuple[str, str] | None = None) -> Resource:
        """POST a Parameters resource to an operation; with *key* it may be repeated."""
        body = {"resourceType": "Parameters", "parameter": parameters}
        headers = {"If-None-Exist": f"identifier={key[0]}|{key[1]}"} if key else {}
        return self._resource(self._send("POST", f"{self.base}/{path}", body=body, headers=headers, tries=1))[0]

    def query(self, path: str, parameters: Mapping[str, Any]) -> Resource:
        """GET an operation."""
        return self._resource(self._send("GET", f"{self.base}/{path}", params=parameters, tries=TRIES))[0]

    def _resource(self, answer: requests.Response) -> tuple[Resource, str]:
        try:
            resource = answer.json()
        except ValueError:
            raise Unavailable("The scheduling server did not answer in JSON.") from None
        if not isinstance(resource, dict) or "resourceType" not in resource:
            raise Unavailable("The scheduling server did not answer in FHIR.")
        version = (resource.get("meta") or {}).get("versionId")
        return resource, answer.headers.get("ETag") or (f'W/"{version}"' if version else "")

    def _send(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Resource | None = None,
        headers: Mapping[str, str] | None = None,
        tries: int,
    ) -> requests.Response:
        sent = {"Accept": MEDIA_TYPE, **(headers or {})}
        if body is not None:
            sent["Content-Type"] = MEDIA_TYPE
        if self._token:
            sent["Authorization"] = f"Bearer {self._token}"
        for attempt in range(tries):
            last = attempt == tries - 1
            try:
                answer = self._session().request(
                    method, url, params=params, json=body, headers=sent, timeout=TIMEOUT_SECONDS, allow_redirects=False
                )
            except requests.RequestException as error:
                if last:
                    raise Unavailable(f"The scheduling server cannot be reached ({type(error).__name__}).") from None
            else:
                if last or answer.status_code not in (429, 500, 502, 503, 504):
                    return _checked(answer)
            time.sleep(PAUSE_SECONDS * (attempt + 1))
        raise AssertionError("unreachable")

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = requests.Session()
            session.trust_env = False  # no proxy or netrc decides where patients' data goes
            self._local.session = session
        return session

    def _next(self, url: str, bundle: Resource) -> str | None:
        """Return the address of the next page, if it is on the same server."""
        for link in bundle.get("link") or ():
            if link.get("relation") == "next" and link.get("url"):
                address = str(urljoin(url, link["url"]))
                if urlsplit(address).netloc == urlsplit(self.base).netloc:
                    return address
        return None


def _matches(bundle: Resource, kind: str) -> Iterator[Resource]:
    for entry in bundle.get("entry") or ():
        resource = entry.get("resource") or {}
        mode = (entry.get("search") or {}).get("mode", "match")
        if resource.get("resourceType") == kind and resource.get("id") and mode == "match":
            yield resource


def _checked(answer: requests.Response) -> requests.Response:
    """Return a good answer. Raises one of our errors for any other."""
    status = answer.status_code
    if status in (200, 201):
        if len(answer.content) > MOST_BYTES:
            raise Unavailable("The scheduling server answered too much.")
        return answer
    outcome = _outcome(answer)
    if status in (401, 403):
        raise NotAllowed(f"The scheduling server refuses our credentials ({status}).")
    issues = outcome.get("issue") or [{}]
    if status in (404, 410):
        raise NotFound("The scheduling server does not know it.")
    if status in (409, 412, 423) or (issues[0].get("severity") == "fatal" and issues[0].get("code") == "not-found"):
        raise Conflict(_alternatives(outcome))
    if 400 <= status < 500 and status != 429:
        raise Rejected(_reason(outcome))
    raise Unavailable(f"The scheduling server answered {status}.")


def _outcome(answer: requests.Response) -> Resource:
    try:
        outcome = answer.json()
    except ValueError:
        return {}
    return outcome if isinstance(outcome, dict) and outcome.get("resourceType") == "OperationOutcome" else {}


def _alternatives(outcome: Resource) -> tuple[str, ...]:
    found = (
        fhir.reference_id(item.get("valueReference"), "Slot")
        for item in outcome.get("extension") or ()
        if item.get("url") == fhir.ALTERNATIVE
    )
    return tuple(id_ for id_ in found if id_)


def _reason(outcome: Resource) -> str:
    for issue in outcome.get("issue") or ():
        for system, code in fhir.codes(issue.get("details")):
            if system == fhir.REASON:
                return code
    return "invalid"
