"""What went wrong in the turn that is running: noted where it happens, asked for where the turn would be saved."""

from contextvars import ContextVar

_failures: ContextVar[list[str] | None] = ContextVar("turn_failures", default=None)


class HelperFailed(RuntimeError):
    """A helper of this turn (the action server) failed: the turn is not kept, so that it can be repeated."""


def begin() -> None:
    """Begin a turn in this task."""
    _failures.set([])


def note(what: str) -> None:
    """Note that something which this turn needed failed; Rasa itself would go on in silence."""
    noted = _failures.get()
    if noted is not None:
        noted.append(what)


def check() -> None:
    """Pass if nothing was noted.

    Raises:
        HelperFailed: Something was.
    """
    if noted := _failures.get():
        raise HelperFailed(noted[0])
