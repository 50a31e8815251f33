"""Ways in: addresses for every platform, short links, codes, and the campaign that stays with the conversation."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from frontdoor.channels import entry
from frontdoor.settings import Settings, load
from tests.channels.platform import Platform, standing
from tests.channels.scene import Scene
from tests.channels.telegram.case import TelegramCase
from tests.gateway.serving import Bot, echo, running

ALL = {
    "FRONTDOOR_PUBLIC_URL": "https://chat.example", "FRONTDOOR_INTERNAL_TOKEN": "x" * 32,
    "MESSENGER_PAGE_ID": "1234567890", "INSTAGRAM_USERNAME": "@clinic.example", "WHATSAPP_NUMBER": "+1 (555) 010-0199",
    "TELEGRAM_BOT_NAME": "ClinicBot", "TWILIO_FROM": "+15550100200", "LINE_BASIC_ID": "@123abcde",
    "VIBER_URI": "clinicbot", "X_USER_ID": "99887766",
}  # fmt: skip
ON = dict.fromkeys(entry.ENTRIES)
EXPECTED = [
    ("whatsapp", "https://wa.me/15550100199?text=Hello%20%5Bspring-poster%5D"),
    ("messenger", "https://m.me/1234567890?ref=spring-poster"),
    ("instagram", "https://ig.me/m/clinic.example?ref=spring-poster"),
    ("telegram", "https://t.me/ClinicBot?start=spring-poster"),
    ("twilio", "sms:+15550100200?&body=Hello%20%5Bspring-poster%5D"),
    ("line", "https://line.me/R/oaMessage/%40123abcde/?Hello%20%5Bspring-poster%5D"),
    ("viber", "viber://pa?chatURI=clinicbot&context=spring-poster"),
    ("x", "https://x.com/messages/compose?recipient_id=99887766&text=Hello%20%5Bspring-poster%5D"),
    ("web", "https://chat.example/?ref=spring-poster"),
]
PHONE = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148"}
DESKTOP = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"}


def links_of(changes: dict[str, str] | None = None, on: dict[str, None] = ON) -> dict[str, str]:
    """Return the links with some settings changed."""
    return entry.links(load({**ALL, **(changes or {})}, dotenv=None), on, "spring-poster", "Hello")


@pytest.mark.parametrize(("channel", "address"), EXPECTED)
def test_every_platform_has_its_own_address(channel: str, address: str) -> None:
    """The campaign is in the ref, or in the first words where the platform hands none back."""
    assert links_of()[channel] == address


def test_the_best_comes_first_and_the_web_chat_last() -> None:
    """The order is that of the page."""
    assert list(links_of()) == [channel for channel, _ in EXPECTED]


@pytest.mark.parametrize(
    ("name", "changes", "channel", "address"),
    [
        ("a page's name before its id", {"MESSENGER_PAGE_NAME": "clinic"}, "messenger", "https://m.me/clinic?ref=spring-poster"),
        ("a WhatsApp number at Twilio", {"TWILIO_FROM": "whatsapp:+15550100200"}, "twilio",
         "https://wa.me/15550100200?text=Hello%20%5Bspring-poster%5D"),
        ("no bot name", {"TELEGRAM_BOT_NAME": ""}, "telegram", None),
        ("a name that is none", {"TELEGRAM_BOT_NAME": "evil.example/x?y"}, "telegram", None),
        ("a number that is none", {"WHATSAPP_NUMBER": "call us"}, "whatsapp", None),
        ("a messaging service", {"TWILIO_FROM": "MG0123456789"}, "twilio", None),
    ],
)  # fmt: skip
def test_settings_decide(name: str, changes: dict[str, str], channel: str, address: str | None) -> None:
    """What is missing or no such name has no link, and nothing else suffers."""
    found = links_of(changes)
    assert found.get(channel) == address
    assert len(found) == len(EXPECTED) - (address is None)


def test_only_channels_that_are_on_have_links() -> None:
    """A number in the settings of a channel that is off leads nowhere."""
    assert list(links_of(on={"line": None})) == ["line", "web"]


@pytest.mark.parametrize("name", ["a", "spring-poster", "2026_11", "X" * 48])
def test_campaign_names(name: str) -> None:
    """Letters, digits, - and _."""
    assert entry.is_campaign(name)


@pytest.mark.parametrize("name", ["", "a b", "a.b", "ä", "a/b", "X" * 49, "a\n", "<b>", "a]", "%41"])
def test_what_is_no_campaign(name: str) -> None:
    """Nothing that a platform's ref, an address or a page could choke on."""
    assert not entry.is_campaign(name)


@given(st.from_regex(r"[A-Za-z0-9_-]{1,48}", fullmatch=True))
def test_first_words_give_the_campaign_back(campaign: str) -> None:
    """Whatever the campaign, it comes back out of the first words."""
    assert entry.first_words(f"Hello [{campaign}]") == ("Hello", campaign)


@given(st.text(max_size=200))
def test_other_words_are_left_alone(text: str) -> None:
    """No text makes it fail, and none without brackets at its end is read as a campaign."""
    found = entry.first_words(text)
    assert found is None or text.rstrip().endswith("]")


@pytest.fixture
def scene(settings: Settings) -> Iterator[Scene]:
    """Telegram, and every way in that the settings name."""
    case = TelegramCase()
    with standing(Platform(case.usual)) as platform:
        own = load({**settings.values, **ALL, **case.values(platform.url), "VIBER_URI": "clinicbot"}, dotenv=None)
        with running(own, Bot(echo)) as house:
            yield Scene(case, house, platform)


def go(scene: Scene, rest: str, headers: dict[str, str]) -> requests.Response:
    """Follow a short link, without its redirect."""
    return requests.get(f"{scene.house.url}/go/{rest}", headers=headers, timeout=10, allow_redirects=False)


def test_a_phone_goes_straight_to_the_app(scene: Scene) -> None:
    """A link for a platform opens it where the app is."""
    found = go(scene, "poster?via=telegram", PHONE)
    assert (found.status_code, found.headers["Location"]) == (302, "https://t.me/ClinicBot?start=poster")


def test_a_computer_is_offered_the_choices(scene: Scene) -> None:
    """The named platform first, the web chat, and a code to scan with a phone."""
    page = go(scene, "poster?via=telegram", DESKTOP)
    assert page.status_code == 200
    offered = re.findall(r'class="button" href="([^"]+)"', page.text)
    assert offered == ["https://t.me/ClinicBot?start=poster", "https://chat.example.test/?ref=poster"]
    assert '/go/poster.svg?via=telegram"' in page.text
    assert "911" in page.text


@pytest.mark.parametrize(
    "via",
    ["", "linkedin", "viber", "https://evil.example", "//evil.example", "javascript:alert(1)", "web/../x", "\x00"],
)
@pytest.mark.parametrize("browser", [PHONE, DESKTOP])
def test_no_unknown_via_redirects(scene: Scene, via: str, browser: dict[str, str]) -> None:
    """What is no channel of ours, or is off, gives the page: never a way to somewhere else."""
    page = requests.get(
        f"{scene.house.url}/go/poster", params={"via": via}, headers=browser, timeout=10, allow_redirects=False
    )
    assert page.status_code == 200
    assert "Location" not in page.headers
    assert "evil" not in page.text
    assert "alert(1)" not in page.text


@pytest.mark.parametrize("rest", ["a%20b", "a.b", "x.svg.png", "%3Cscript%3E", "A" * 60, "a.exe", ".svg"])
def test_no_unknown_campaign(scene: Scene, rest: str) -> None:
    """A page that says so, with a way to the chat; nothing of the address in it."""
    page = go(scene, rest, PHONE)
    assert page.status_code == 404
    assert "There is nothing under this address" in page.text
    assert "<script" not in page.text.lower()


def test_codes_are_pictures_of_the_short_link(scene: Scene) -> None:
    """SVG and PNG, as printers want them."""
    svg, png = go(scene, "poster.svg", DESKTOP), go(scene, "poster.png?via=telegram", DESKTOP)
    assert svg.headers["Content-Type"] == "image/svg+xml"
    assert b"<svg" in svg.content
    assert png.headers["Content-Type"] == "image/png"
    assert png.content.startswith(b"\x89PNG")
    assert svg.content != go(scene, "other.svg", DESKTOP).content


def test_the_campaign_stays_with_a_conversation_on_a_platform(scene: Scene) -> None:
    """By the platform's ref, and by the first words; the first time counts, and the bot hears only the words."""
    one, other = scene.person(), scene.person()
    scene.says(one, "/start poster")
    scene.says(other, "Hello [spring-poster]")
    scene.says(other, "Hello [later]")
    scene.wait_shown(other, "echo: Hello")
    scene.wait_shown(one, "echo")
    assert scene.conversation(one)["campaign"] == "poster"
    assert scene.conversation(other)["campaign"] == "spring-poster"
    assert set(scene.turns(other)) == {"Hello"}


def test_brackets_of_a_patient_are_words(scene: Scene) -> None:
    """Only our own first words carry a campaign."""
    person = scene.person()
    scene.says(person, "my question [one]")
    scene.says(person, "and another [two]")
    scene.wait_shown(person, "echo: and another [two]")
    assert scene.conversation(person)["campaign"] is None


def test_the_campaign_stays_with_a_web_chat(scene: Scene) -> None:
    """The page hands on what its address says."""
    links = entry.links(scene.house.settings, {}, "poster", "Hello")
    (ref,) = parse_qs(urlsplit(unquote(links["web"])).query)["ref"]
    patient = scene.house.patient(campaign=ref)
    (row,) = scene.house.sql(
        "SELECT campaign FROM conversations.conversation WHERE id = $1::text::uuid", patient.conversation
    )
    assert row["campaign"] == "poster"
