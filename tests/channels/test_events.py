"""Events survive the time in the inbox as they were."""

from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdoor.channels import events
from frontdoor.channels.contract import Event, Media

TEXT = st.text(alphabet=st.characters(blacklist_categories=()), max_size=40)  # halves of characters too
MEDIA = st.builds(Media, TEXT, TEXT, TEXT, TEXT, TEXT)
AT = st.none() | st.datetimes(timezones=st.just(timezone.utc))


@given(
    st.builds(
        Event, st.sampled_from(["message", "press", "edit"]), TEXT, TEXT, TEXT, TEXT, TEXT, TEXT,
        st.tuples(MEDIA), AT, TEXT, also=st.tuples(TEXT, TEXT),
    )
)  # fmt: skip
def test_event_comes_back_as_it_was(event: Event) -> None:
    """Whatever a platform sends is the same event after the inbox."""
    assert events.load(events.dump(event)) == event


@pytest.mark.parametrize("text", ["\x00", "\ud83d", "ñ", "🙂"])
def test_written_event_can_be_stored(text: str) -> None:
    """What is written is text that PostgreSQL keeps: no null character, no half of a character."""
    written = events.dump(Event("message", text=text, at=datetime(2026, 11, 27, tzinfo=timezone.utc)))
    assert "\x00" not in written
    written.encode("utf-8")
