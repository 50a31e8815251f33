"""Signatures that are nearly right: what each platform's is, spelled otherwise, is wrong."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.channels.case import Case
from tests.channels.instagram.case import InstagramCase
from tests.channels.line.case import LineCase
from tests.channels.messenger.case import MessengerCase
from tests.channels.telegram.case import TelegramCase
from tests.channels.viber.case import ViberCase
from tests.channels.whatsapp.case import WhatsAppCase
from tests.channels.x.case import XCase

META: list[Case] = [MessengerCase(), InstagramCase(), WhatsAppCase()]
HEX: list[Case] = [*META, ViberCase()]
BASE64: list[Case] = [LineCase(), XCase()]
ALL: list[Case] = [*HEX, *BASE64, TelegramCase()]
BODY = b'{"object":"page"}'


def _holds(case: Case, change: Callable[[str], str]) -> bool:
    """Tell whether *case*'s channel takes its signature after *change*."""
    request = case.request(BODY)
    own = {name.lower() for name in case.sign(BODY, case.url)}
    headers = {name: change(value) if name in own else value for name, value in request.headers.items()}
    return case.channel().is_authentic(replace(request, headers=headers))


def _upper(value: str) -> str:
    prefix, _, digest = value.rpartition("=")
    return f"{prefix}={digest.upper()}" if prefix else digest.upper()


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_as_it_is(case: Case) -> None:
    """Unchanged it is right, or the rest of this file would prove nothing."""
    assert _holds(case, lambda value: value)


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
@pytest.mark.parametrize(
    "change",
    [
        lambda value: "", lambda value: " ", lambda value: f" {value}", lambda value: f"{value} ",
        lambda value: f"{value}, {value}", lambda value: f"{value}\n", lambda value: value[:-1] + "é",
        lambda value: value + "\udce9", lambda value: value.translate({ord("a"): "а"}) + "а", lambda value: "null",
    ],
    ids=["empty", "blank", "before", "after", "twice", "line end", "accent", "half byte", "cyrillic", "null"],
)  # fmt: skip
def test_spelled_otherwise(case: Case, change: Callable[[str], str]) -> None:
    """Nothing is trimmed, mended or read generously."""
    assert not _holds(case, change)


@pytest.mark.parametrize("case", HEX, ids=lambda case: case.name)
def test_upper_case_digits(case: Case) -> None:
    """The platforms write small letters; what is written otherwise is not theirs."""
    assert not _holds(case, _upper)


@pytest.mark.parametrize("case", [*META, XCase()], ids=lambda case: case.name)
@pytest.mark.parametrize("prefix", ["", "sha1=", "SHA256=", "sha512=", "md5=", "=", "sha256==", "none="])
def test_another_algorithm(case: Case, prefix: str) -> None:
    """The algorithm is ours to know, never the sender's to choose."""
    assert not _holds(case, lambda value: prefix + value.partition("=")[2])


@pytest.mark.parametrize("case", META, ids=lambda case: case.name)
def test_the_old_header_proves_nothing(case: Case) -> None:
    """X-Hub-Signature with SHA-1, right as it may be, is not looked at."""
    secret = next(value for name, value in case.settings.items() if name.endswith("APP_SECRET"))
    digest = hmac.new(secret.encode(), BODY, hashlib.sha1).hexdigest()
    request = case.request(BODY)
    headers = {"content-type": "application/json", "x-hub-signature": f"sha1={digest}"}
    assert not case.channel().is_authentic(replace(request, headers=headers))


@pytest.mark.parametrize("case", BASE64, ids=lambda case: case.name)
def test_base64_in_other_letters(case: Case) -> None:
    """Neither the alphabet of URLs nor a missing sign at the end, nor hexadecimal digits."""
    assert not _holds(case, lambda value: value.rstrip("="))
    assert not _holds(case, lambda value: value + "=")

    def to_hex(value: str) -> str:
        prefix, _, digest = value.partition("=") if value.startswith("sha256=") else ("", "", value)
        return f"{prefix}=" * bool(prefix) + base64.b64decode(digest).hex()

    assert not _holds(case, to_hex)


@pytest.mark.parametrize("case", META, ids=lambda case: case.name)
def test_the_body_as_it_came_is_signed(case: Case) -> None:
    r"""Meta escapes: \u00e9 and \/ stay as they are, and the same text written otherwise is another body."""
    escaped, plain = rb'{"a":"caf\u00e9 https:\/\/x"}', '{"a":"café https://x"}'.encode()
    request = case.request(escaped)
    assert case.channel().is_authentic(request)
    assert not case.channel().is_authentic(replace(request, body=plain))
