"""A notice says which change it tells of; a message changes its conversation's row once, not twice."""

from alembic import op

revision = "0012"
down_revision = "0011"

SQL = """
-- The notice names the change, so that whoever read it already need not look again.
CREATE OR REPLACE FUNCTION conversations.touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := now();
    NEW.changed_xid := pg_current_xact_id();
    PERFORM pg_notify('frontdoor', 'conversation ' || NEW.id || ' ' || NEW.changed_xid);
    RETURN NEW;
END $$;

-- As in 0001, but a conversation that is there is locked, not written. "known": it must be there (P0002 where not).
CREATE OR REPLACE FUNCTION conversations.receive(e jsonb, instance uuid)
RETURNS TABLE (fresh boolean, took_turn boolean, seq bigint, thread conversations.conversation) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    held boolean := coalesce((e->>'held')::boolean, false);  -- not for the bot
BEGIN
    INSERT INTO conversations.received (channel, account, event_id, kind)
    VALUES (e->>'channel', e->>'account', e->>'event_id', e->>'kind') ON CONFLICT DO NOTHING;
    fresh := FOUND;
    took_turn := false;
    IF NOT fresh THEN
        SELECT * INTO thread FROM conversations.conversation c
        WHERE c.channel = e->>'channel' AND c.account = e->>'account' AND c.address = e->>'address';
        SELECT m.seq INTO seq FROM conversations.message m
        WHERE m.conversation_id = thread.id AND m.event_id = e->>'event_id';
        RETURN NEXT;
        RETURN;
    END IF;
    SELECT * INTO thread FROM conversations.conversation c
    WHERE c.channel = e->>'channel' AND c.account = e->>'account' AND c.address = e->>'address' FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        IF (e->>'known')::boolean THEN
            RAISE EXCEPTION 'the conversation is gone' USING ERRCODE = 'no_data_found';
        END IF;
        INSERT INTO conversations.conversation AS c (id, channel, account, address, display_name, language, phi)
        VALUES ((e->>'id')::uuid, e->>'channel', e->>'account', e->>'address', coalesce(e->>'display_name', ''),
                coalesce(e->>'spoken', e->>'language'), e->>'phi')
        ON CONFLICT (channel, account, address) DO UPDATE SET
            last_seq = c.last_seq  -- takes the row's lock
        RETURNING * INTO thread;
    END IF;
    IF thread.stopped_by = 'delivery' AND coalesce(e->>'via', 'own') = 'own' THEN  -- who writes again is reached again
        UPDATE conversations.conversation c SET stopped_at = NULL, stopped_by = NULL
        WHERE c.id = thread.id RETURNING * INTO thread;
    END IF;
    took_turn := NOT held AND thread.turn_instance IS NULL AND thread.check_seq IS NULL AND thread.awaits IS NULL
                 AND (thread.stopped_at IS NULL OR e->>'via' = 'web')  -- who stopped a platform still writes on the web
                 AND thread.last_patient_seq <= thread.bot_cursor
                 AND (thread.state = 'bot' OR (thread.state = 'waiting' AND thread.bot_ok));
    UPDATE conversations.conversation c SET
        last_seq = c.last_seq + 1,
        last_patient_seq = c.last_seq + 1,
        last_patient_at = now(),
        display_name = coalesce(nullif(e->>'display_name', ''), c.display_name),
        language = CASE WHEN c.language_locked THEN c.language ELSE coalesce(e->>'spoken', c.language) END,
        via = coalesce(e->>'via', 'own'),
        phi = e->>'phi',
        window_expires_at = CASE WHEN e->>'via' = 'web' THEN c.window_expires_at
                                 ELSE now() + make_interval(hours => (e->>'window_hours')::int) END,
        bot_cursor = CASE WHEN held AND c.last_patient_seq <= c.bot_cursor THEN c.last_seq + 1
                          ELSE c.bot_cursor END,
        turn_instance = CASE WHEN took_turn THEN instance ELSE c.turn_instance END,
        turn_seq = CASE WHEN took_turn THEN c.last_seq + 1 ELSE c.turn_seq END,
        turn_started_at = CASE WHEN took_turn THEN now() ELSE c.turn_started_at END
    WHERE c.id = thread.id RETURNING * INTO thread;
    seq := thread.last_seq;
    INSERT INTO conversations.message (conversation_id, seq, id, author, epoch, via, text, language, attachment,
                                       press, event_id, platform_ids, reply_token, status, level, category, rule)
    VALUES (thread.id, thread.last_seq, (e->>'message_id')::uuid, 'patient', thread.epoch, thread.via, e->>'text',
            coalesce(e->>'spoken', thread.language), nullif(e->'attachment', 'null'), nullif(e->'press', 'null'),
            e->>'event_id',
            array_remove(ARRAY[nullif(e->>'platform_id', '')], NULL), nullif(e->>'reply_token', ''),
            CASE WHEN held THEN 'kept' ELSE 'received' END, e->>'level', e->>'category', e->>'rule');
    RETURN NEXT;
END $$;
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(SQL)  # as it is: no :name or %s in it means anything
