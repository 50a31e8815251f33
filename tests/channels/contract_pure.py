"""What needs no network: the tables, the limits, and a parser that cannot be confused."""

import copy
from dataclasses import replace
from typing import Any, ClassVar

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontdoor.channels.contract import Call, Choice, Event, Letter, Malformed, Recipient
from frontdoor.channels.cutting import UNITS
from tests.channels.case import API_BASE, Case, as_heard
from tests.channels.rows import check_inbound, check_outbound, inbound, outbound

LEAST_INBOUND, LEAST_OUTBOUND = 25, 12
QUIET = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.differing_executors, HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
SPEAKING = ("message", "press", "start", "edit", "echo", "stop", "resume")  # must say who; all but edit by which event
LEAVES = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text(max_size=20)
)
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner))
TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc")) | st.sampled_from(" \n👩‍⚕️é"), max_size=12_000)


class Pure:
    """The parser and the renderer."""

    case: ClassVar[Case]

    def test_tables_are_long_enough(self) -> None:
        """A table that shows what the platform really sends has some length."""
        assert len(inbound(self.case.folder)) >= LEAST_INBOUND
        assert len(outbound(self.case.folder)) >= LEAST_OUTBOUND

    def test_what_comes_in_is_understood(self) -> None:
        """Every row of cases/inbound.json becomes its events, no more and no less."""
        for row in inbound(self.case.folder):
            try:
                check_inbound(self.case, row)
            except AssertionError as error:
                raise AssertionError(f"{row['name']}: {error}") from None

    def test_what_goes_out_is_drawn(self) -> None:
        """Every row of cases/outbound.json becomes its calls, in order."""
        for row in outbound(self.case.folder):
            try:
                check_outbound(self.case, row)
            except AssertionError as error:
                raise AssertionError(f"{row['name']}: {error}") from None

    @QUIET
    @given(st.data())
    def test_spoiled_webhook_is_no_surprise(self, data: st.DataObject) -> None:
        """Whatever stands where: events that hold together, or Malformed; never another exception."""
        row = data.draw(st.sampled_from(inbound(self.case.folder)))
        content = _spoil(copy.deepcopy(row["content"]), data)
        self._reads(self.case.encode(content), content)

    @QUIET
    @given(st.dictionaries(st.text(max_size=8), JSON, max_size=4))
    def test_nothing_comes_out_of_nothing(self, content: dict[str, Any]) -> None:
        """A body that is none of the platform's says nothing."""
        events = self._reads(self.case.encode(content), content)
        assert [event for event in events if event.kind != "ignored"] == []

    @QUIET
    @given(st.binary(max_size=300))
    def test_any_bytes_are_no_surprise(self, body: bytes) -> None:
        """Noise is Malformed or nothing."""
        assert [event for event in self._reads(body, None) if event.kind != "ignored"] == []

    @QUIET
    @given(TEXTS.filter(str.strip))
    def test_text_arrives_whole_and_in_measure(self, text: str) -> None:
        """Nothing of a text is lost, no part exceeds the platform's limit, none is empty."""
        limits, shown = self.case.channel().limits, self._shown(Letter(text))
        assert "".join("".join(shown).split()) == "".join(text.split())
        assert [part for part in shown if not 0 < UNITS[limits.unit](part) <= limits.text_most] == []

    @QUIET
    @given(
        TEXTS, st.lists(st.text(st.characters(whitelist_categories=("L", "N")), min_size=1), min_size=1, max_size=24)
    )
    def test_choices_never_break_a_limit(self, text: str, titles: list[str]) -> None:
        """However many and however long the buttons, every message keeps the limit and none is lost."""
        limits = self.case.channel().limits
        letter = Letter(f"Choose. {text}", tuple(Choice(title, f"id{n:014}") for n, title in enumerate(titles)))
        shown = self._shown(letter)
        assert shown
        assert [part for part in shown if UNITS[limits.unit](part) > limits.text_most] == []
        calls = "\n".join(repr(call) for call in self.case.draw(letter, self._somebody()))
        for number, choice in enumerate(letter.choices, 1):
            assert choice.payload in calls or f"{number}. " in "".join(shown), f"choice {number} is not shown"

    def test_calls_stay_with_the_platform(self) -> None:
        """Every call goes to the platform's base address, and asks for nothing in the clear elsewhere."""
        channel, somebody = self.case.channel(), self._somebody()
        letter = Letter(
            "hello", (Choice("Yes", "abc"), Choice("Site", url="https://clinic.example")), "https://x.example/a.ics"
        )
        calls: list[Call] = [*channel.render(letter, somebody), *channel.typing(somebody)]
        if hasattr(channel, "check"):
            calls += [channel.check(), *channel.register(self.case.url)]
        assert [call.method for call in calls if not call.url.startswith(f"{API_BASE}/")] == []

    def test_niceties_do_not_count(self) -> None:
        """A typing mark that fails changes nothing."""
        assert [call for call in self.case.channel().typing(self._somebody()) if call.counts] == []

    @QUIET
    @given(st.binary(max_size=400), st.data())
    def test_only_the_right_signature_is_right(self, body: bytes, data: st.DataObject) -> None:
        """Of any body: signed as the platform signs it is authentic; missing, empty or changed anywhere is not."""
        channel, right = self.case.channel(), self.case.request(body)
        assert channel.is_authentic(right)
        signed = {name.lower() for name in self.case.sign(body, self.case.url)}
        name = data.draw(st.sampled_from(sorted(signed)))
        value = right.headers[name]
        place = data.draw(st.integers(0, len(value) - 1))
        wrong = data.draw(st.text(st.characters(blacklist_characters=value[place]), max_size=3))
        spoiled = value[:place] + wrong + value[place + 1 :]
        for headers in (
            {name: text for name, text in right.headers.items() if name not in signed},
            right.headers | {name: ""},
            right.headers | {name: spoiled},
            right.headers | {name: data.draw(st.text(max_size=80).filter(lambda text: text != value))},
        ):
            assert not channel.is_authentic(replace(right, headers=headers))

    @QUIET
    @given(st.binary(max_size=200), st.binary(max_size=200))
    def test_a_signature_is_of_one_body(self, mine: bytes, other: bytes) -> None:
        """What signs one body signs no other, unless the platform's proof is a fixed secret."""
        channel, right = self.case.channel(), self.case.request(mine)
        same_proof = self.case.sign(mine, self.case.url) == self.case.sign(other, self.case.url)
        assert channel.is_authentic(replace(right, body=other)) == same_proof

    def _reads(self, body: bytes, content: Any) -> list[Event]:
        channel = self.case.channel()
        try:
            events = channel.parse(self.case.request(body))
        except Malformed:
            return []
        said = _leaves(content) if content is not None else None
        for event in events:
            _hold_together(event, said)
        return events

    def _shown(self, letter: Letter) -> list[str]:
        calls = self.case.draw(letter, self._somebody())
        return [text for call in calls for _, text in self.case.shown(as_heard(call))]

    def _somebody(self) -> Recipient:
        return Recipient(self.case.person(1), last_platform_id="m-1", retry_key="b5f6b0f6-8ab3-4f0c-9b39-0a1c36b4e5a1")


def _hold_together(event: Event, said: list[str] | None) -> None:
    """Hold that an event says who and which, in words of the webhook."""
    if event.kind in SPEAKING:
        assert event.address, event.kind
        assert said is None or any(event.address in leaf for leaf in said), "an address out of nothing"
    if event.kind in ("message", "press", "start"):
        assert event.id, event.kind
        assert said is None or not event.text or any(event.text in leaf for leaf in said), "a text out of nothing"
    if event.kind in ("unsend", "edit"):
        assert event.platform_id, event.kind
    if event.kind == "ignored":
        assert event.reason


def _leaves(value: Any) -> list[str]:
    """Return everything that stands in *value*, as text."""
    inner = [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [str(value), *(leaf for item in inner for leaf in _leaves(item))]


def _spoil(value: Any, data: st.DataObject) -> Any:
    """Replace or remove something, anywhere in *value*."""
    if isinstance(value, dict | list) and value and data.draw(st.integers(0, 5)):
        key = data.draw(st.sampled_from(sorted(value) if isinstance(value, dict) else list(range(len(value)))))
        if data.draw(st.integers(0, 4)) == 0:
            del value[key]
        else:
            value[key] = _spoil(value[key], data)
        return value
    return data.draw(JSON)
