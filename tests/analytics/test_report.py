"""What patients needed, counted; nothing in it names anybody."""

import asyncio
import csv
import io
import uuid
from collections.abc import AsyncIterator
from datetime import datetime, timedelta, timezone

import pytest

from frontdoor.analytics.store_report import report
from frontdoor.cli import main
from frontdoor.database import pool
from frontdoor.database.pool import Pool


@pytest.fixture
async def rows(database_url: str) -> AsyncIterator[Pool]:
    connections = await pool.connect(database_url, most=2)
    yield connections
    await connections.close()


async def begun(
    rows: Pool, channel: str, campaign: str | None, slots: dict[str, str], *, wrote: bool = True
) -> uuid.UUID:
    """Put in a conversation of now."""
    id_ = uuid.uuid4()
    await rows.execute(
        "INSERT INTO conversations.conversation (id, channel, account, address, display_name, campaign, slots, "
        "last_patient_seq, last_patient_at) VALUES ($1, $2, 'bot', $3, 'Rosa Sentinel', $4, $5, $6, now())",
        id_, channel, f"address-{id_}", campaign, slots, int(wrote),
    )  # fmt: skip
    return id_


async def a_busy_day(rows: Pool) -> None:
    """Two conversations of a campaign, one of them at a person's; one elsewhere; an emergency; ratings; a gap."""
    first = await begun(rows, "telegram", "flu-2026", {"service_type": "dermatology", "patient_name": "Rosa Sentinel"})
    await begun(rows, "telegram", "flu-2026", {})
    await begun(rows, "web", None, {}, wrote=False)
    await rows.execute(
        "INSERT INTO conversations.consent (conversation_id, kind, source) VALUES ($1, 'telehealth', 'bot')", first
    )
    for event, origin, target, reason in (("asked", "bot", "waiting", "asked"), ("claimed", "waiting", "staff", None)):
        await rows.execute(
            "INSERT INTO conversations.transition (conversation_id, event, from_state, to_state, epoch, priority, "
            "actor, queue, reason) VALUES ($1, $2, $3, $4, 1, 2, 'patient', 'general', $5)",
            first, event, origin, target, reason,
        )  # fmt: skip
    for seq, level in enumerate(("emergency", "check", "none"), 1):
        await rows.execute(
            "INSERT INTO conversations.message (conversation_id, seq, id, author, epoch, text, status, level, "
            "category) VALUES ($1, $2, $3, 'patient', 1, 'sentinel chest', 'received', $4, 'cardiac')",
            first, seq, uuid.uuid4(), level,
        )  # fmt: skip
    today = datetime.now(timezone.utc).date()
    await rows.execute(
        "INSERT INTO education.feedback VALUES ($1, 'en', 'flu', 'home', true, 3), ($1, 'en', 'flu', 'home', false, 1)",
        today,
    )
    await rows.execute("INSERT INTO education.gap VALUES ($1, 'en', 'x', '=gout toe', 2)", today)
    await rows.execute(
        "INSERT INTO desk.feedback (id, conversation_id, staff_id, queue, asked_at, score, answered_at) "
        "VALUES ($1, $2, $1, 'general', now(), 5, now())", uuid.uuid4(), first,
    )  # fmt: skip


async def test_what_happened_is_counted(rows: Pool) -> None:
    """Each table has the figures of the day, and only of the time that was asked for."""
    await a_busy_day(rows)
    now = datetime.now(timezone.utc) + timedelta(minutes=1)
    tables = {table.title: table.rows for table in await report(rows, now, 1)}
    assert tables == {
        "Conversations begun, by channel": (("telegram", "en", 2, 2, 1), ("web", "en", 1, 0, 0)),
        "Campaigns": (("flu-2026", "telegram", 2, 2, 1),),
        "Kinds of visit asked for": (("dermatology", 1, 1),),
        "Why a person was wanted": (("asked", 1),),
        "What the emergency screen found": (("cardiac", 1, 1),),
        "Articles by how helpful they were": (("flu", "en", 3, 1),),
        "Asked, and no article answers": (("=gout toe", "en", 2),),
        "How it was, 1 to 5": ((5, 1),),
    }
    assert not [table.rows for table in await report(rows, now - timedelta(days=30), 1) if table.rows]


async def test_the_command(rows: Pool, database_url: str, monkeypatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Text for a person, CSV for a spreadsheet without formulas; no name and no word of a patient in either."""
    await a_busy_day(rows)
    monkeypatch.setenv("DATABASE_URL", database_url)
    assert await asyncio.to_thread(main, ["report", "--days", "7"]) == 0
    text = capsys.readouterr().out
    assert "  flu-2026  telegram  2" in text
    assert await asyncio.to_thread(main, ["report", "--csv"]) == 0
    sheet = capsys.readouterr().out
    found = list(csv.reader(io.StringIO(sheet)))
    assert ["Why a person was wanted", "reason", "asked", "times", "1"] in found
    assert ["Asked, and no article answers", "words", "'=gout toe", "language", "en", "times", "2"] in found
    assert "entinel" not in text + sheet
    assert await asyncio.to_thread(main, ["report", "--days", "0"]) == 2


async def test_a_quiet_clinic(database_url: str, monkeypatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing to count is said, not shown as empty tables."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    assert await asyncio.to_thread(main, ["report"]) == 0
    assert "Nothing to count: Conversations begun" in capsys.readouterr().out
