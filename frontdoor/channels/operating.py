"""What operators ask of channels: how each stands, whether its platform knows us, webhooks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp

from frontdoor.channels import entry, send
from frontdoor.channels.abilities import Stepwise
from frontdoor.channels.contract import Call, Channel, Failed, Reply
from frontdoor.channels.registry import CHANNELS, make, required
from frontdoor.channels.tokens import is_renewed
from frontdoor.settings import Settings

CALLS_MOST = 10  # to register one webhook
Rows = Iterable[Mapping[str, Any]]  # of channels.standing


class CannotOperate(ValueError):
    """There is no such channel, or it is off; the message says why."""


@dataclass(frozen=True)
class Report:
    """How a channel stands: *state* in a word or two, and what else there is to know, a line each."""

    name: str
    state: str
    details: tuple[str, ...] = ()


def webhook_url(settings: Settings, name: str) -> str:
    """Return where the platform sends to."""
    return f"{settings.public_url}/webhooks/{name}"


def missing(settings: Settings, name: str) -> list[str]:
    """Return the settings that a channel lacks to be on."""
    return [setting for setting in required(name) if not settings.text(setting)]


def channel(settings: Settings, name: str) -> Channel:
    """Return the channel *name*, which is on.

    Raises:
        CannotOperate: It is not.
    """
    if name not in CHANNELS:
        raise CannotOperate(f"There is no channel {name!r}. There are: {', '.join(CHANNELS)}.")
    if lacking := missing(settings, name):
        raise CannotOperate(f"{name} is off: set {', '.join(lacking)}.")
    return make(name, settings)


def reports(settings: Settings, rows: Rows, tokens: Rows = ()) -> list[Report]:
    """Return how every channel stands, those that are on first. *tokens*: of channels.token."""
    known = {(row["channel"], row["account"]): row for row in rows}
    renewed = {(row["channel"], row["account"]): row for row in tokens}
    found = [_report(settings, name, known, renewed) for name in CHANNELS]
    return sorted(found, key=lambda report: report.state.startswith("off"))


async def make_all(session: aiohttp.ClientSession, wanted: Channel, calls: Sequence[Call], url: str = "") -> str:
    """Make *calls* in order until one is refused, to register *url* also what follows from the answers.

    Return how it was refused, or nothing.
    """
    left = list(calls)
    for _ in range(CALLS_MOST):
        if not left:
            break
        call = left.pop(0)
        answer = await send.make(session, call)
        outcome = answer if isinstance(answer, Failed) else _judged(wanted, call, answer)
        if isinstance(outcome, Failed):
            return EXPLAINED[outcome.error].format(code=outcome.code)
        if url and isinstance(wanted, Stepwise) and isinstance(answer, Reply):
            left = [*wanted.register_next(call, answer, url), *left]
    return ""


EXPLAINED = {
    "token": "the platform refuses our token (code {code}).",
    "config": "the platform says that something is set up wrongly there (code {code}).",
    "retry": "the platform cannot be reached or is busy (code {code}); try again.",
    "unknown": "the platform did not answer in time (code {code}); try again.",
    "content": "the platform refuses the call (code {code}).",
    "window": "the platform refuses the call (code {code}).",
    "stopped": "the platform refuses the call (code {code}).",
}


def _judged(wanted: Channel, call: Call, answer: Reply) -> object:
    """Read an answer; what a platform says to other calls than messages may carry no message's id."""
    outcome = wanted.judge(call, answer)
    taken = 200 <= answer.status < 300 and isinstance(outcome, Failed) and outcome.error == "unknown"
    return None if taken else outcome


Known = Mapping[tuple[str, str], Mapping[str, Any]]  # rows by channel and account


def _report(settings: Settings, name: str, known: Known, renewed: Known) -> Report:
    if lacking := missing(settings, name):
        return Report(name, "off", (f"set {', '.join(lacking)}",))
    wanted = make(name, settings)
    row = known.get((name, wanted.account), {})
    paused = row.get("paused_at")
    details = [
        f"webhook   {webhook_url(settings, name)}",
        f"events    last in {_moment(row.get('last_in_at'))}, last out {_moment(row.get('last_out_at'))}",
        f"token     {_token(wanted, row, renewed.get((name, wanted.account)))}",
        f"personal  {'said there' if settings.phi_of(name) == 'allow' else 'over a one-time link to the web chat'}",
    ]
    if row.get("error_at"):
        details.append(f"trouble   {row['error_class']} (code {row['error_code']}) at {_moment(row['error_at'])}")
    if paused:
        details.append(f"paused    since {_moment(paused)}: renew the token, then `frontdoor channels resume {name}`")
    if need := entry.missing(settings, name):
        details.append(f"entry     no link of its own: set {need}")
    return Report(name, "on, paused" if paused else "on", tuple(details))


def _token(wanted: Channel, row: Mapping[str, Any], kept: Mapping[str, Any] | None) -> str:
    """Say whether the token is good, as far as we know, and until when."""
    if row.get("paused_at"):
        return f"refused (code {row['error_code']})"
    if not is_renewed(wanted):
        return "good when a message last went out" if row.get("last_out_at") else "not used yet"
    if kept is None:
        return "renewed by itself; not yet"
    if kept["error_class"]:
        until = f"; ends {_moment(kept['expires_at'])}" if kept["expires_at"] else ""
        return f"could not be renewed: {kept['error_class']} (code {kept['error_code']}){until}"
    ends = f", ends {_moment(kept['expires_at'])}" if kept["expires_at"] else ""
    return f"renewed by itself; this one since {_moment(kept['since'])}{ends}"


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "never"
