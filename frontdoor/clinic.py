"""The facts of the clinic, from one file that its staff can edit (`clinic.yml`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from frontdoor.settings import SettingsError

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Names = Mapping[str, str]  # language -> text; English is always there
Span = tuple[time, time]
QUEUE_PARTS = ("reasons", "services", "languages", "channels")


class ClinicError(SettingsError):
    """The clinic file lacks something or holds what cannot be used; the message names the place."""


@dataclass(frozen=True)
class Service:
    """A kind of visit."""

    code: str
    names: Names
    minutes: int
    price_usd: int

    def name(self, language: str) -> str:
        """Return what patients call it."""
        return self.names.get(language) or self.names["en"]


@dataclass(frozen=True)
class QueueRule:
    """Where some of those who ask for a person wait. An empty part fits everything; *priority* None: as it comes."""

    queue: str
    reasons: frozenset[str]
    services: frozenset[str]
    languages: frozenset[str]
    channels: frozenset[str]
    skill: str | None = None
    priority: int | None = None


@dataclass(frozen=True)
class Clinic:
    """Everything that a sentence may say about the clinic."""

    name: str
    assistant_name: str
    time_zone: ZoneInfo
    country: str
    phone: str
    email: str
    website: str
    portal: str
    privacy_notice: str
    hours: tuple[tuple[Span, ...], ...]  # one entry a weekday, Monday first; local times
    holidays: Mapping[date, Names]
    services: tuple[Service, ...]
    insurers: tuple[str, ...]
    states: tuple[str, ...]  # US postal codes where somebody is licensed
    consent_version: str
    queues: tuple[QueueRule, ...]  # the first that fits counts
    texts: Mapping[str, Names]  # address, self_pay, refills, test_results, telehealth_consent

    def text(self, key: str, language: str) -> str:
        """Return the clinic's own text *key* in *language*, else in English."""
        names = self.texts[key]
        return names.get(language) or names["en"]

    def service(self, code: str | None) -> Service | None:
        """Return the kind of visit with this code."""
        return next((service for service in self.services if service.code == code), None)

    def open_spans(self, day: date) -> tuple[Span, ...]:
        """Return the local spans when staff answer on *day*."""
        return () if day in self.holidays else self.hours[day.weekday()]

    def is_open(self, at: datetime) -> bool:
        """Tell whether staff answer at the instant *at*."""
        local = at.astimezone(self.time_zone)
        return any(start <= local.time() < end for start, end in self.open_spans(local.date()))

    def after_open(self, at: datetime, wait: timedelta) -> datetime:
        """Return when *wait* of opening hours has passed since *at*; of a clinic that never opens, of any hours."""
        local, left = at.astimezone(self.time_zone), wait
        for days in range(22):
            day = local.date() + timedelta(days=days)
            for start, end in self.open_spans(day):
                opens, closes = (
                    datetime.combine(day, edge, self.time_zone).astimezone(timezone.utc) for edge in (start, end)
                )
                begins = max(opens, at)
                if begins < closes:
                    if left <= closes - begins:
                        return begins + left
                    left -= closes - begins
        return at + wait

    def next_opening(self, at: datetime) -> datetime | None:
        """Return when staff answer next at or after *at*, or None if not within three weeks."""
        local = at.astimezone(self.time_zone)
        for days in range(22):
            day = local.date() + timedelta(days=days)
            for start, end in self.open_spans(day):
                if days or local.time() < end:
                    opens = datetime.combine(day, start, self.time_zone)
                    return max(opens, local)
        return None


def load(path: Path) -> Clinic:
    """Read the clinic file.

    Raises:
        ClinicError: Something is missing or cannot be used.
    """
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        if not isinstance(raw, dict):
            raise ValueError("expected lines such as `name: Harbor Light Telehealth`.")
        return _clinic(raw)
    except FileNotFoundError:
        raise ClinicError(f"There is no clinic file at {path}; FRONTDOOR_CLINIC_FILE says where it is.") from None
    except OSError as error:
        raise ClinicError(f"{path} cannot be read ({error.strerror}).") from None
    except yaml.YAMLError as error:
        raise ClinicError(f"{path.name}: {' '.join(str(error).split())}") from None
    except ZoneInfoNotFoundError:
        raise ClinicError(f"{path.name}: `time_zone` takes a name such as America/New_York.") from None
    except KeyError as error:
        raise ClinicError(f"{path.name}: {error.args[0]!r} is missing.") from None
    except (TypeError, ValueError, AttributeError) as error:
        raise ClinicError(f"{path.name}: {error}") from error


def _clinic(raw: dict[str, Any]) -> Clinic:
    return Clinic(
        name=str(raw["name"]),
        assistant_name=str(raw["assistant_name"]),
        time_zone=ZoneInfo(raw["time_zone"]),
        country=str(raw["country"]),
        phone=str(raw["phone"]),
        email=str(raw["email"]),
        website=str(raw["website"]),
        portal=str(raw["portal"]),
        privacy_notice=str(raw["privacy_notice"]),
        hours=tuple(tuple(_span(span) for span in raw["hours"][day]) for day in WEEKDAYS),
        holidays={item["date"]: _names(item) for item in raw.get("holidays") or ()},
        services=tuple(_service(item) for item in raw["services"]),
        insurers=tuple(raw["insurers"]),
        states=tuple(raw["states"]),
        queues=tuple(_queue(item) for item in raw.get("queues") or ()),
        consent_version=str(raw["telehealth_consent"]["version"]),
        texts={
            key: _names(raw[key]) for key in ("address", "self_pay", "refills", "test_results", "telehealth_consent")
        },
    )


def _service(item: dict[str, Any]) -> Service:
    return Service(str(item["code"]), _names(item), int(item["minutes"]), int(item["price_usd"]))


def _queue(item: dict[str, Any]) -> QueueRule:
    unknown = sorted(set(item) - set(QueueRule.__dataclass_fields__))
    if unknown:
        raise ValueError(f"a queue has no {unknown[0]!r}")
    priority = item.get("priority")
    if priority is not None and priority not in (1, 2, 3):
        raise ValueError("the priority of a queue is 1, 2 or 3")
    parts = {name: frozenset(map(str, item.get(name) or ())) for name in QUEUE_PARTS}
    skill = str(item["skill"]).strip().lower() if item.get("skill") else None
    return QueueRule(str(item["queue"]).strip().lower(), **parts, skill=skill, priority=priority)


def _names(item: dict[str, Any]) -> Names:
    return {"en": str(item["en"]), "es": str(item["es"])}


def _span(text: str) -> Span:
    """Read "08:00-20:00"."""
    start, _, end = text.partition("-")
    try:
        span = time.fromisoformat(start.strip()), time.fromisoformat(end.strip())
    except ValueError:
        raise ValueError(f"opening hours are written 08:00-20:00, not {text!r}") from None
    if span[0] >= span[1]:
        raise ValueError(f"opening hours {text!r} end before they start")
    return span
