"""Measurements that are a warning by themselves: temperature, blood pressure, sugar, oxygen, pulse.

The limits stand in `phrases/thresholds.yml`. A number counts only beside the word for what was measured; a
temperature may be in Fahrenheit or Celsius, sugar in mg/dL or mmol/L, told apart by their size; a pressure may be
in centimetres ("18 con 11").
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import yaml

from frontdoor.safety.context import Context
from frontdoor.safety.normalise import Words
from frontdoor.safety.patterns import Match, Span, Spans
from frontdoor.safety.rules import CUE, PHRASES
from frontdoor.safety.spoken import Number, numbers_in, value_of
from frontdoor.safety.verdict import Level

NumberFinding: TypeAlias = tuple[Level, str, str]  # level, category, the end of the rule's id
BESIDE = 5  # words between a number and what it measures
DAYS = {"day": 1.0, "week": 7.0, "month": 30.5}
FAHRENHEIT = (90.0, 110.0)
CELSIUS = (33.0, 43.0)
MG_PER_MMOL = 18.0
MOST_MMOL, LEAST_MG = 34.0, 10.0
PRESSURE_CM = 30.0  # what is smaller is in centimetres of mercury
_SILENT = {"negation", "past", "hypothetical", "education", "media"}
_TIMES = {"minute", "minutes", "min", "mins", "hour", "hours", "hr", "hrs", "minuto", "minutos", "hora", "horas"}


@dataclass(frozen=True)
class Thresholds:
    """The limits by measurement and name."""

    limits: Mapping[str, Mapping[str, float]]

    def findings(self, words: Words, spans: Spans, context: Context) -> list[NumberFinding]:
        """Return what the numbers of *words* say. *spans* are its terms; `cue.<measurement>` among them."""
        numbers = numbers_in(words.words)
        if not numbers and CUE + "newborn" not in spans:
            return []
        reading = _Reading(words, spans, context, numbers)
        return [
            *self._temperature(reading),
            *self._pressure(reading),
            *self._glucose(reading),
            *self._oxygen(reading),
            *self._pulse(reading),
        ]

    def _temperature(self, reading: "_Reading") -> Iterator[NumberFinding]:
        infant, fever = self.limits["infant"], self.limits["fever"]
        young = reading.youngest_days() < infant["under_days"]
        if young and not any(_celsius(one.value) and not reading.is_age(one.last) for one in reading.numbers):
            for start, _ in reading.spans.get(CUE + "has_temperature", ()):  # "a temp", and no number: fever is meant
                if reading.is_current(start, {"education"}):
                    yield "emergency", "infant_fever", "temperature"
        for number in reading.numbers:
            at, value = number.last, number.value
            celsius = _celsius(value)
            if celsius is None or reading.is_age(at):
                continue
            named = reading.beside("temperature", at) or value != int(value)
            if young and (named or celsius >= infant["fever_c"]) and reading.is_current(at, {"education"}):
                if celsius >= infant["fever_c"]:
                    yield "emergency", "infant_fever", "temperature"
                elif celsius < infant["cold_c"] and named:
                    yield "emergency", "infant_fever", "low-temperature"
            elif reading.beside("temperature", at) and celsius >= fever["check_c"] and reading.is_current(at):
                level: Level = "emergency" if celsius >= fever["emergency_c"] else "check"
                yield level, "sepsis_meningitis", "high-fever"

    def _pressure(self, reading: "_Reading") -> Iterator[NumberFinding]:
        limit = self.limits["pressure"]
        for one, other in zip(reading.numbers, reading.numbers[1:], strict=False):
            upper, lower = _millimetres(one.value, other.value)
            if other.start - one.end > 1 or not (60 <= upper <= 300 and 30 <= lower < upper):
                continue
            if not (reading.beside("pressure", one.last) and reading.is_current(one.last)):
                continue
            if reading.has("pregnant") and (
                upper >= limit["pregnant_systolic"] or lower >= limit["pregnant_diastolic"]
            ):
                yield "emergency", "pregnancy", "blood-pressure"
            elif upper >= limit["systolic"] or lower >= limit["diastolic"]:
                level: Level = "emergency" if reading.has("alarming") else "check"
                yield level, "cardiac", "blood-pressure"
            elif upper <= limit["low_systolic"]:
                yield "check", "cardiac", "low-blood-pressure"

    def _glucose(self, reading: "_Reading") -> Iterator[NumberFinding]:
        limit = self.limits["glucose"]
        for number in reading.numbers:
            at, value = number.last, _milligrams(number.value, reading.beside("mmol", number.last))
            if not (reading.beside("glucose", at) and LEAST_MG <= value <= 1500 and reading.is_current(at)):
                continue
            if reading.is_time(number):
                continue
            if value <= limit["emergency_low"] or value >= limit["emergency_high"]:
                yield "emergency", "other", "blood-sugar"
            elif value < limit["check_low"] or value >= limit["check_high"]:
                yield ("emergency" if reading.has("alarming") else "check"), "other", "blood-sugar"

    def _oxygen(self, reading: "_Reading") -> Iterator[NumberFinding]:
        limit = self.limits["oxygen"]
        for number in reading.numbers:
            at, value = number.last, number.value
            if reading.beside("oxygen", at) and 40 <= value <= limit["check_percent"] and reading.is_current(at):
                yield ("emergency" if value <= limit["emergency_percent"] else "check"), "breathing", "oxygen"

    def _pulse(self, reading: "_Reading") -> Iterator[NumberFinding]:
        limit = self.limits["pulse"]
        for number in reading.numbers:
            at, value = number.last, number.value
            if not (reading.beside("pulse", at) and 20 <= value <= 300 and reading.is_current(at)):
                continue
            if value >= limit["check_high"] or value <= limit["check_low"]:
                yield ("emergency" if reading.has("alarming") else "check"), "cardiac", "pulse"


@dataclass(frozen=True)
class _Reading:
    """The numbers of one message and what stands beside them."""

    words: Words
    spans: Spans
    context: Context
    numbers: list[Number]

    def has(self, cue: str) -> bool:
        return bool(self.spans.get(CUE + cue))

    def beside(self, measure: str, at: int) -> bool:
        places = self.words.places
        return any(
            abs(places[start] - places[at]) <= BESIDE or abs(places[end - 1] - places[at]) <= BESIDE
            for start, end in self.spans.get(CUE + measure, ())
        )

    def is_age(self, at: int) -> bool:
        return any(start == at + 1 for unit in DAYS for start, _ in self.spans.get(f"{CUE}{unit}", ()))

    def is_time(self, number: Number) -> bool:
        """Return whether *number* counts time: "15 minutes"."""
        return not _TIMES.isdisjoint(self.words.words[number.last + 1 : number.last + 2])

    def is_current(self, at: int, though: frozenset[str] | set[str] = frozenset()) -> bool:
        return not (self.context.silencing(Match(at, at + 1, ())) & _SILENT) - though

    def youngest_days(self) -> float:
        """Return the least age that is named, in days; without end when there is none."""
        ages = [0.0] if self.has("newborn") else []
        for unit, days in DAYS.items():
            for start, end in self.spans.get(f"{CUE}{unit}", ()):
                count = value_of(self.words.words[start - 1]) if start else None
                if count is not None and self._of_a_person((start, end)):
                    ages.append(count * days)
        return min(ages, default=float("inf"))

    def _of_a_person(self, unit: Span) -> bool:
        """Return whether this length of time is an age: "6 weeks old", or a baby stands in the message."""
        return self.has("old") or self.has("baby")


def load_thresholds(directory: Path = PHRASES) -> Thresholds:
    """Read the limits that ship with the product."""
    return Thresholds(yaml.safe_load((directory / "thresholds.yml").read_text("utf-8")))


def _milligrams(value: float, named: bool) -> float:
    """Return a sugar in mg/dL; *named* when mmol stands beside it."""
    is_mmol = value <= MOST_MMOL and (named or value != int(value))
    return value * MG_PER_MMOL if is_mmol else value


def _millimetres(upper: float, lower: float) -> tuple[float, float]:
    """Return a pressure in millimetres of mercury."""
    return (upper * 10, lower * 10) if upper <= PRESSURE_CM else (upper, lower)


def _celsius(value: float) -> float | None:
    """Return *value* in Celsius when it can be the temperature of a body."""
    if FAHRENHEIT[0] <= value <= FAHRENHEIT[1]:
        return round((value - 32) / 1.8, 1)
    return value if CELSIUS[0] <= value <= CELSIUS[1] else None
