"""Staff who type are seen typing on the patient's platform."""

import uuid

from tests.channels.scene import Scene
from tests.channels.telegram.case import TelegramCase
from tests.gateway.serving import until


class TestTyping:
    """On a platform that has such a mark."""

    case = TelegramCase()

    def test_only_the_owner_s_typing_is_shown(self, scene: Scene) -> None:
        """Somebody who only looks, or types without having the conversation, shows nothing."""
        person = scene.person()
        scene.says(person, "hello")
        scene.wait_shown(person, "hello")
        conversation = scene.conversation(person)["id"]
        owner, other = uuid.uuid4(), uuid.uuid4()
        for staff in (owner, other):
            scene.house.sql(
                "INSERT INTO desk.staff (id, name, login, role, password_hash, created_at) "
                "VALUES ($1, 'Ana', $2, 'staff', '', now())", staff, str(staff),
            )  # fmt: skip
        scene.house.sql(
            "UPDATE conversations.conversation SET state = 'staff', owner_id = $2, owner_name = 'Ana' WHERE id = $1",
            conversation, owner,
        )  # fmt: skip
        before = len(scene.platform.calls("sendChatAction"))
        for staff, typing in ((other, True), (owner, False), (owner, True)):
            scene.house.sql(
                "WITH typed AS (INSERT INTO desk.viewing VALUES ($1, $2::uuid, $3, now()) ON CONFLICT (staff_id) "
                "DO UPDATE SET typing = $3, at = now()) SELECT pg_notify('frontdoor_out', 'viewing ' || $2::text)",
                staff, conversation, typing,
            )  # fmt: skip
        until(lambda: len(scene.platform.calls("sendChatAction")) > before)
        assert scene.platform.calls("sendChatAction")[-1].body["chat_id"] == person
        assert len(scene.platform.calls("sendChatAction")) == before + 1
