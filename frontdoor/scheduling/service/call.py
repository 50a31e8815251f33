"""One request and its answer without the web framework, and what handlers of several kinds need."""

import re
import uuid
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeAlias
from urllib.parse import urlencode

from frontdoor.database.pool import Pool
from frontdoor.scheduling import fhir
from frontdoor.scheduling.fhir import Resource
from frontdoor.scheduling.refusals import Malformed, NotSupported, VersionMissing, outcome

COUNT, MOST_COUNT, MOST_OFFSET = 50, 200, 100_000
MOST_PARAMETERS = 60
ETAG = re.compile(r'^(?:W/)?"(\d{1,18})"$', re.ASCII)
COMPARISONS = {"ge": (">=", 0), "gt": (">=", 1), "sa": (">=", 1), "lt": ("<", 0), "eb": ("<", 0), "le": ("<", 1)}
IGNORED = frozenset({"_format", "_pretty", "_total", "_summary"})


@dataclass(frozen=True)
class Call:
    """One request, read. *query* keeps repeated parameters in order; *headers* have lower-case names."""

    pool: Pool
    now: datetime
    base: str  # the address of the FHIR base
    landing: str  # a page that anybody may see, for the virtual service
    kind: str = ""
    id: str = ""
    query: Sequence[tuple[str, str]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None

    @property
    def strict(self) -> bool:
        """Whether the client wants to hear of parameters that are not supported."""
        return "handling=strict" in self.headers.get("prefer", "").replace(" ", "").lower()

    def version(self) -> int | None:
        """Return the version that If-Match names, None for `*`. Raises VersionMissing, Malformed."""
        given = self.headers.get("if-match", "").strip()
        if not given:
            raise VersionMissing
        if given == "*":
            return None
        match = ETAG.match(given)
        return int(match[1]) if match else -1  # an ETag that is not ours is never the newest

    def unless_exists(self) -> tuple[str, str] | None:
        """Return the identifier that If-None-Exist names. Raises Malformed, NotSupported."""
        given = self.headers.get("if-none-exist", "").strip()
        if not given:
            return None
        pairs = read_query(given.rpartition("?")[2])
        system, bar, value = pairs[0][1].partition("|") if len(pairs) == 1 else ("", "", "")
        if len(pairs) != 1 or pairs[0][0] != "identifier" or not bar or not value:
            raise NotSupported("If-None-Exist takes identifier=system|value.", status=400)
        return system, value


@dataclass(frozen=True)
class Answer:
    """A status, a resource (None: no body) and headers."""

    status: int
    resource: Resource | None
    headers: Mapping[str, str] = field(default_factory=dict)

    def unless_known(self, given: str) -> "Answer":
        """Return 304 without a body when *given*, an If-None-Match, names the version that this is; else this."""
        etag = self.headers.get("ETag", "")
        known = {one.strip().removeprefix("W/") for one in given.split(",")}
        if self.status != 200 or not etag or not known & {etag.removeprefix("W/"), "*"}:
            return self
        return replace(self, status=304, resource=None)


Handler: TypeAlias = Callable[[Call], Awaitable[Answer]]


def one(resource: Resource, status: int = 200, *, base: str = "") -> Answer:
    """Answer with one resource and its ETag; with *base*, say where it is."""
    version = resource.get("meta", {}).get("versionId")
    headers = {"ETag": f'W/"{version}"'} if version else {}
    if base and status == 201:
        headers["Location"] = f"{base}/{resource['resourceType']}/{resource['id']}/_history/{version}"
    return Answer(status, resource, headers)


def new_id() -> str:
    """Return an id that nobody can guess."""
    return str(uuid.uuid4())


def read_query(text: str) -> list[tuple[str, str]]:
    """Read `a=b&c=d`, blank values kept. Raises Malformed."""
    from urllib.parse import parse_qsl

    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS)
    except ValueError:
        raise Malformed("The query cannot be read.") from None
    if any("\0" in name or "\0" in value for name, value in pairs):
        raise Malformed("The query cannot be read.")
    return pairs


@dataclass
class Search:
    """The parameters of one search, taken one by one; what nobody took is not supported."""

    call: Call
    left: list[tuple[str, str]] = field(init=False)
    count: int = field(init=False)
    offset: int = field(init=False)

    def __post_init__(self) -> None:
        self.left = [pair for pair in self.call.query if pair[0] not in IGNORED]
        self.count = min(self._number("_count", COUNT), MOST_COUNT)
        self.offset = min(self._number("_offset", 0), MOST_OFFSET)

    def all(self, *names: str) -> list[str]:
        """Take every value of these parameters, in order. Raises Malformed when one is blank."""
        found = [value.strip() for name, value in self.left if name in names]
        self.left = [pair for pair in self.left if pair[0] not in names]
        if not all(found):
            raise Malformed(f"The parameter {names[0]} is empty.", expression=names[0], issue="value")
        return found

    def any_of(self, *names: str) -> list[str] | None:
        """Take the alternatives `a,b` of a parameter; None when it is not there. Repeated: what is in all."""
        given = [set(value.split(",")) for value in self.all(*names)]
        return sorted(set.intersection(*given) - {""}) if given else None

    def ids(self, kind: str, *names: str) -> list[str] | None:
        """Take references to *kind*, as `Kind/id` or `id`; None when the parameter is not there."""
        given = self.any_of(*names)
        return None if given is None else [fhir.reference_id(text, kind) or text for text in given]

    def codes(self, *names: str) -> list[str] | None:
        """Take tokens `system|code` or `code`, and keep the codes."""
        given = self.any_of(*names)
        return None if given is None else [text.rpartition("|")[2] for text in given]

    def tokens(self, *names: str) -> list[tuple[str, str]] | None:
        """Take tokens as (system, code): an empty system is any, a blank one before a bar ("|code") is " "."""
        given = self.any_of(*names)
        if given is None:
            return None
        split = [text.rpartition("|") for text in given]
        return [(system or (" " if bar else ""), code) for system, bar, code in split]

    def dates(self, *names: str) -> list[tuple[str, datetime]]:
        """Take dates with prefixes as (comparison, instant) pairs, all of which must hold. Raises Malformed."""
        found = []
        for text in self.all(*names):
            prefix = text[:2] if text[:2].isalpha() else "eq"
            try:
                span = fhir.parse_period(text.removeprefix(prefix))
            except (ValueError, OverflowError):
                raise Malformed(f"{names[0]} is not a date.", expression=names[0], issue="value") from None
            if prefix == "eq":
                found += [(">=", span[0]), ("<", span[1])]
            elif prefix in COMPARISONS:
                comparison, end = COMPARISONS[prefix]
                found.append((comparison, span[end]))
            else:
                raise Malformed(f"The prefix of {names[0]} is not supported.", expression=names[0], issue="value")
        return found

    def order(self, orders: Mapping[str, str], default: str) -> str:
        """Take `_sort`. Raises Malformed."""
        given = self.all("_sort")
        if given and given[-1] not in orders:
            raise Malformed(f"_sort takes one of {', '.join(orders)}.", expression="_sort", issue="not-supported")
        return given[-1] if given else default

    def warnings(self) -> list[Resource]:
        """Return an entry that names the parameters nobody took. Raises NotSupported if the client is strict."""
        if not self.left:
            return []
        names = ", ".join(sorted({re.sub(r"[^\w:.\-]", "?", name)[:40] for name, _ in self.left}))
        text = f"Not supported, and ignored: {names}."
        if self.call.strict:
            raise NotSupported(f"Search parameters not supported: {names}.", status=400)
        return [{"search": {"mode": "outcome"}, "resource": outcome("not-supported", text, severity="warning")}]

    def bundle(self, found: Iterable[Resource], total: int, included: Iterable[Resource] = ()) -> Answer:
        """Answer with this page, with links to itself and to the next one."""
        extra = self.warnings()
        entries = [self._entry(resource, "match") for resource in found]
        links = [{"relation": "self", "url": self._url(self.offset)}]
        if self.count and self.offset + len(entries) < total:
            links.append({"relation": "next", "url": self._url(self.offset + self.count)})
        entries += [self._entry(resource, "include") for resource in included]
        bundle: Resource = {"resourceType": "Bundle", "type": "searchset", "total": total, "link": links}
        if entries or extra:
            bundle["entry"] = entries + extra
        return Answer(200, bundle)

    def _entry(self, resource: Resource, mode: str) -> Resource:
        url = f"{self.call.base}/{resource['resourceType']}/{resource['id']}"
        return {"fullUrl": url, "resource": resource, "search": {"mode": mode}}

    def _url(self, offset: int) -> str:
        # What was ignored is left out: a self link says which parameters made this answer (R4, search.html).
        ignored = {name for name, _ in self.left}
        kept = [pair for pair in self.call.query if pair[0] not in {"_offset", "_count", *ignored}]
        pairs = [*kept, ("_count", str(self.count)), *([("_offset", str(offset))] if offset else [])]
        return f"{self.call.base}/{self.call.kind}?{urlencode(pairs)}"

    def _number(self, name: str, default: int) -> int:
        given = self.all(name)
        if not given:
            return default
        if not (given[-1].isascii() and given[-1].isdecimal() and len(given[-1]) < 10):
            raise Malformed(f"{name} takes a whole number.", expression=name, issue="value")
        return int(given[-1])


def with_body(call: Call, body: Any) -> Call:
    """Return the call with another body."""
    return replace(call, body=body)
