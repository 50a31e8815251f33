"""The trackers that are kept in memory: taken at the gateway's word, never against the database's."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted

from frontdoor.assistant import tracker_store
from frontdoor.assistant.store import Conflict, TrackerRows
from frontdoor.assistant.tracker_store import PostgresTrackerStore

SESSION = "c.1"


class Counted(TrackerRows):
    """The real rows; counts how often they are read."""

    reads = 0

    async def read(self, sender_id: str, seen: int) -> tuple[int, list[dict[str, object]]] | None:
        self.reads += 1
        return await super().read(sender_id, seen)


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[PostgresTrackerStore]:
    made = PostgresTrackerStore(Domain.empty())
    made._rows = await Counted.connect(database_url)
    yield made
    await made.close()


def reads(store: PostgresTrackerStore) -> int:
    assert isinstance(store._rows, Counted)
    return store._rows.reads


async def turn(store: PostgresTrackerStore, events: int | None) -> int:
    """Add one event to the session, as a turn does; return how many there are."""
    tracker = await store.retrieve(SESSION, events) or store.init_tracker(SESSION)
    tracker.update(ActionExecuted("action_listen"))
    await store.save(tracker)
    return len(tracker.events)


async def test_who_knows_the_number_has_nothing_read(store: PostgresTrackerStore) -> None:
    """The first turn looks for a session, those after it only write; who does not know reads every time."""
    known = None
    for _ in range(4):
        known = await turn(store, known)
    assert (known, reads(store)) == (4, 1)
    for _ in range(3):
        await turn(store, None)
    assert reads(store) == 4


@pytest.mark.parametrize("told", [0, 1, 3, 999])
async def test_another_number_is_looked_up(store: PostgresTrackerStore, told: int) -> None:
    """The gateway lost an answer, or knows of a turn that ran elsewhere: the database tells."""
    await turn(store, None)
    await turn(store, None)
    before = reads(store)
    assert await turn(store, told) == 3
    assert reads(store) == before + 1


async def test_where_both_are_wrong_nothing_is_kept(store: PostgresTrackerStore, database_url: str) -> None:
    """Another Rasa ran a turn whose answer the gateway never got: the conflict is found, the next try reads."""
    known = await turn(store, None)
    other = PostgresTrackerStore(Domain.empty())
    other._rows = await TrackerRows.connect(database_url)
    await turn(other, known)
    await other.close()
    with pytest.raises(Conflict):
        await turn(store, known)
    store.forget(SESSION)
    assert await turn(store, known) == known + 2


async def test_a_word_counts_for_a_while(store: PostgresTrackerStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies in memory for long may have been erased in the database meanwhile."""
    known = await turn(store, None)
    monkeypatch.setattr(tracker_store, "WORD_SECONDS", 0.0)
    before = reads(store)
    await turn(store, known)
    assert reads(store) == before + 1


async def test_what_was_taken_back_is_taken_out_of_memory(store: PostgresTrackerStore, database_url: str) -> None:
    """A patient unsends a message: its row changes, not their number; the gateway then knows of none."""
    await turn(store, None)
    connection = await asyncpg.connect(database_url)
    await connection.execute(
        'UPDATE rasa.event SET data = (data::jsonb || \'{"name": "action_restart"}\')::json WHERE sender_id = $1',
        SESSION,
    )
    await connection.close()
    tracker = await store.retrieve(SESSION, 0)
    assert tracker is not None
    assert [event.action_name for event in tracker.events] == ["action_restart"]
