"""Words of patients in tests, recognisable wherever they should not turn up."""

SENTINEL = "zebra-7391"


def words(text: str = "hello") -> str:
    """Return something a patient writes."""
    return f"{text} {SENTINEL}"
