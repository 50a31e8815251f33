"""A platform's conversation in the web chat: what is said there stays there, and the platform keeps its own rules."""

from frontdoor.settings import Settings
from tests.channels.linked import answer, enter, link_for, scene
from tests.channels.scene import Scene
from tests.gateway.serving import Bot, running

__all__ = ["scene"]


def test_the_same_conversation_goes_on_in_the_web_chat_only(scene: Scene) -> None:
    """What is typed in the web chat is answered there, in one conversation, and personal things may be asked."""
    person = scene.person()
    guest = enter(scene, link_for(scene, person))
    guest.wait_for("allow: book_visit")
    guest.write("my secret reason")
    guest.wait_for("allow: my secret reason")
    assert all("secret" not in text and "allow" not in text for text in scene.shown_to(person))
    assert len(scene.house.sql("SELECT FROM conversations.conversation")) == 1
    assert [turn["phi"] for turn in scene.house.bot.turns] == ["link", "allow", "allow"]


def test_back_on_the_platform_the_platforms_rules_hold(scene: Scene) -> None:
    """A message typed on the platform afterwards is answered there, without personal things."""
    person = scene.person()
    guest = enter(scene, link_for(scene, person))
    guest.write("in private")
    guest.wait_for("allow: in private")
    scene.says(person, "in public")
    scene.wait_shown(person, "link: in public")
    assert all("public" not in text for _, text in guest.texts())
    assert scene.conversation(person)["via"] == "own"


def test_a_booking_there_is_told_here_without_details(scene: Scene) -> None:
    """The platform learns that there is a visit, and nothing else."""
    person = scene.person()
    guest = enter(scene, link_for(scene, person))
    guest.write("book it")
    guest.wait_for("allow: book it")
    scene.wait_shown(person, "You are booked. The details are in the secure chat.")
    assert all("details" not in text for _, text in guest.texts())


def test_a_booking_on_the_platform_itself_is_not_told_twice(scene: Scene) -> None:
    """Where personal things may be said on the platform, the bot's own words are enough."""
    person = scene.person()
    scene.says(person, "book it")
    scene.wait_shown(person, "link: book it")
    scene.says(person, "hello")
    scene.wait_shown(person, "link: hello")
    assert all("details" not in text for text in scene.shown_to(person))


def test_consent_is_kept_with_its_version_and_source(scene: Scene) -> None:
    """What the patient agreed to stands in the database with its time."""
    person = scene.person()
    guest = enter(scene, link_for(scene, person))
    guest.write("agree")
    guest.wait_for("allow: agree")
    (consent,) = scene.house.sql("SELECT kind, source, detail FROM conversations.consent")
    assert tuple(consent) == ("telehealth", "bot", "version 2026-01, given")


def test_enough_said_to_the_bot_stops_the_platform(scene: Scene) -> None:
    """It is confirmed once, by the product, kept, and START takes it back."""
    person = scene.person()
    scene.says(person, "enough")
    scene.wait_shown(person, "You will get no more messages")
    assert scene.conversation(person)["stopped_at"]
    assert not [m for m in scene.messages(person) if m["author"] == "bot"]
    scene.says(person, "START")
    scene.wait_shown(person, "You will get messages")
    assert scene.conversation(person)["stopped_at"] is None
    kinds = scene.house.sql("SELECT kind, source FROM conversations.consent ORDER BY id")
    assert [tuple(row) for row in kinds] == [("stop", "bot"), ("start", "keyword")]


def test_who_stopped_the_platform_is_still_answered_in_the_web_chat(scene: Scene) -> None:
    """STOP is about messages that come by themselves, and the web chat sends none."""
    person = scene.person()
    guest = enter(scene, link_for(scene, person))
    guest.wait_for("allow: book_visit")
    scene.says(person, "STOP")
    scene.wait_shown(person, "You will get no more messages")
    assert all("no more messages" not in text for _, text in guest.texts())
    guest.write("still there?")
    guest.wait_for("allow: still there?")


def test_enough_in_the_web_chat_itself_leaves_it_open(settings: Settings) -> None:
    """There is nothing to stop there: who writes wants an answer."""
    with running(settings, Bot(answer)) as house:
        patient = house.patient()
        patient.write("enough")
        patient.wait_for("allow: enough")
        patient.write("hello")
        patient.wait_for("allow: hello")
        assert [row["kind"] for row in house.sql("SELECT kind FROM conversations.consent")] == ["stop"]


def test_the_window_of_the_platform_is_not_moved_from_the_web_chat(scene: Scene) -> None:
    """Only what a person writes on a platform opens its window."""
    person = scene.person()
    guest = enter(scene, link_for(scene, person))
    scene.house.sql("UPDATE conversations.conversation SET window_expires_at = '2020-01-01T00:00:00Z'")
    guest.write("hello")
    guest.wait_for("allow: hello")
    assert scene.conversation(person)["window_expires_at"].year == 2020


def test_an_emergency_in_the_web_chat_is_answered_there_at_once(scene: Scene) -> None:
    """The emergency reply goes to where the person is."""
    person = scene.person()
    guest = enter(scene, link_for(scene, person))
    guest.write("I can't breathe and my chest hurts badly")
    guest.wait_for("911")
    assert scene.conversation(person)["priority"] == 0
