"""Who asks how a visit works is told; who talks about a visit, a phone or a link of their own asks something else."""

import pytest

from frontdoor.assistant.plainly import plainly_meant
from frontdoor.booking.how import asks_how

ASKS = (
    "do yall do video or phone", "what app do i need", "does it work on android", "do i need to download anything",
    "is it on zoom", "is it by video", "how does a telehealth visit work", "can i use my ipad?",
    "que app necesito", "¿funciona en mi celular?", "es por videollamada o por teléfono", "tengo que bajar algo?",
    "¿cómo es la consulta?", "cómo funcionan las citas",
)  # fmt: skip
ASKS_NOT = (
    "book a video visit", "my phone number is 518 555 0123", "call my phone", "join my video visit",
    "i need a video visit tomorrow", "the link doesn't work on my phone", "how does ibuprofen work",
    "how do statins work", "what helps with apnea", "necesito una cita", "es por mi hijo", "mi celular es 518 555 0123",
)  # fmt: skip


@pytest.mark.parametrize(("text", "asks"), [*((one, True) for one in ASKS), *((one, False) for one in ASKS_NOT)])
def test_who_asks_how_it_works(text: str, asks: bool) -> None:
    """In both languages; outside of a form it needs no classifier."""
    assert asks_how(text) is asks
    assert (plainly_meant(text) is not None) is asks
