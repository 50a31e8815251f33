"""A desk's database of any size: open conversations first, then closed ones and those of the bot, a year of them."""

import asyncpg

OWNERS = 200  # staff among whom the open conversations are shared out
RARE_QUEUE, RARE_WORD, COMMON_WORD = "rare", "psoriasis", "hello"  # one in 1,000; one in 5,000; every one

_CONVERSATIONS = """
    INSERT INTO conversations.conversation (
        id, channel, account, address, display_name, state, priority, queue, owner_id, owner_name, epoch,
        waiting_since, claimed_at, replied_at, lease_expires_at, closed_at, disposition, last_seq, last_patient_seq,
        bot_cursor, last_patient_at, created_at, updated_at)
    SELECT gen_random_uuid(), 'web', 'web', 'bench-' || n, 'Patient ' || n, state, 1 + n % 3,
           CASE WHEN n % 1000 = 1 OR (open AND n % 200 = 2) THEN 'rare'
                ELSE (ARRAY['general', 'billing', 'care'])[1 + n % 3] END,
           CASE WHEN state = 'staff' THEN ('00000000-0000-0000-0000-' || lpad((n % $3)::text, 12, '0'))::uuid END,
           CASE WHEN state = 'staff' THEN 'Nurse' END, 3,
           CASE WHEN open THEN now() - n % 7200 * interval '1 second' END,
           CASE WHEN state IN ('staff', 'closed') THEN at END, CASE WHEN state IN ('staff', 'closed') THEN at END,
           CASE WHEN state = 'staff' THEN now() + interval '1 day' END,
           CASE WHEN state = 'closed' THEN at END, CASE WHEN state = 'closed' THEN 'answered' END, 1, 1, 1, at, at, at
    FROM (
        SELECT n, n <= $2 AS open, CASE WHEN n > $2 THEN CASE WHEN n % 10 = 0 THEN 'bot' ELSE 'closed' END
                                        WHEN n % 5 < 2 THEN 'staff' ELSE 'waiting' END AS state,
               now() - n * interval '31.536 seconds' AS at
        FROM generate_series($1::bigint, $4::bigint) n) made
"""
_MESSAGES = """
    INSERT INTO conversations.message (conversation_id, seq, id, author, epoch, text, status, created_at)
    SELECT id, 1, gen_random_uuid(), 'patient', 1,
           'hello, my number is ' || substr(address, 7)
               || CASE WHEN substr(address, 7)::bigint % 5000 = 3 THEN ' psoriasis' ELSE '' END, 'received', created_at
    FROM conversations.conversation WHERE substr(address, 7)::bigint >= $1
"""
_TRANSITIONS = """
    INSERT INTO conversations.transition (
        conversation_id, at, event, from_state, to_state, epoch, priority, actor, owner_id, queue)
    SELECT id, created_at, 'Claimed', 'waiting', 'staff', 2, priority, 'system', owner_id, queue
    FROM conversations.conversation WHERE substr(address, 7)::bigint >= $1
"""


async def fill(url: str, total: int, most_open: int) -> None:
    """Let *total* conversations be stored, up to *most_open* of them open; only ever more."""
    connection = await asyncpg.connect(url, timeout=60)
    try:
        await connection.execute("SET session_replication_role = replica")  # no trigger, no notice
        have = await connection.fetchval("SELECT count(*) FROM conversations.conversation")
        await connection.execute(_CONVERSATIONS, have + 1, most_open, OWNERS, total, timeout=600)
        await connection.execute(_MESSAGES, have + 1, timeout=600)
        await connection.execute(_TRANSITIONS, have + 1, timeout=600)
        await connection.execute("SET session_replication_role = DEFAULT")
        await connection.execute("VACUUM ANALYZE", timeout=600)
    finally:
        await connection.close()
