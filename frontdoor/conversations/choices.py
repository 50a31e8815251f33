"""What the product itself offers to patients as buttons, and what these mean. Pure."""

from frontdoor.conversations.model import Button
from frontdoor.conversations.wording import wording

YES, NO, SAFE, KEEP, CANCEL, HUMAN = (
    "safety_yes", "safety_no", "safety_safe_now", "keep_assistant", "cancel_waiting", "human",
)  # fmt: skip
CALLBACK, CALLBACK_WHEN, RATE, COMMENT = "callback", "callback_when", "rate", "rate_comment"
OURS = frozenset({YES, NO, SAFE, KEEP, CANCEL, CALLBACK, CALLBACK_WHEN, RATE, COMMENT})  # not the bot's to answer
TIMES = ("morning", "afternoon", "any")  # when to call back
SCORES = (1, 2, 3, 4, 5)
KEEP_FROM = 2  # the assistant is offered to who waits at this priority or a less urgent one


def waiting_buttons(language: str, priority: int, *, closed: bool) -> tuple[Button, ...]:
    """Return what a waiting patient may choose."""
    buttons = [Button(wording("callback_button", language), CALLBACK)] if closed else []
    if closed or priority >= KEEP_FROM:
        buttons.append(Button(wording("keep_button", language), KEEP))
    return (*buttons, Button(wording("cancel_button", language), CANCEL))


def time_buttons(language: str) -> tuple[Button, ...]:
    """Return the times at which a patient may be called back."""
    return tuple(Button(wording(f"callback_{one}", language), CALLBACK_WHEN, {"when": one}) for one in TIMES)


def score_buttons(asked: str) -> tuple[Button, ...]:
    """Return 1 to 5, for the question *asked*."""
    return tuple(Button(str(score), RATE, {"score": score, "asked": asked}) for score in SCORES)


def comment_button(language: str, asked: str) -> tuple[Button, ...]:
    """Return the offer to say why, for the question *asked*."""
    return (Button(wording("csat_comment_button", language), COMMENT, {"asked": asked}),)
