"""Conversations, their messages, what came in, and who may speak."""

from alembic import op

revision = "0001"
down_revision = None

SQL = """
CREATE SCHEMA conversations;

CREATE TABLE conversations.conversation (
    id uuid PRIMARY KEY,
    -- who writes: one row a sender, for as long as we know them
    channel text NOT NULL,
    account text NOT NULL,
    address text NOT NULL,
    display_name text NOT NULL DEFAULT '',
    campaign text,
    language text NOT NULL DEFAULT 'en',
    language_locked boolean NOT NULL DEFAULT false,  -- the patient chose it; else it follows what they write
    phi text NOT NULL DEFAULT 'link' CHECK (phi IN ('allow', 'link')),
    via text NOT NULL DEFAULT 'own' CHECK (via IN ('own', 'web')),  -- where the patient wrote last: a social
                                         -- conversation goes on in the web chat over a one-time link
    stopped_at timestamptz,              -- the patient said STOP, or blocked us
    stopped_by text,                     -- keyword, platform; or delivery: the platform said so, until they write again
    -- who may speak (states.py)
    state text NOT NULL DEFAULT 'bot' CHECK (state IN ('bot', 'waiting', 'staff', 'returning', 'closed')),
    epoch int NOT NULL DEFAULT 1,        -- rises with every change of who may speak
    owner_id uuid,
    owner_name text,
    priority smallint NOT NULL DEFAULT 3 CHECK (priority BETWEEN 0 AND 3),
    queue text NOT NULL DEFAULT 'general',
    skill text,                          -- that who is given it by itself must have
    bot_ok boolean NOT NULL DEFAULT false,    -- waiting, and the assistant may go on meanwhile
    deferred boolean NOT NULL DEFAULT false,  -- asked for a person out of hours
    reason text,                         -- why a person is wanted
    category text,                       -- of an emergency
    rule text,                           -- that found the emergency
    waiting_since timestamptz,
    claimed_at timestamptz,
    replied_at timestamptz,              -- first reply since the claim
    lease_expires_at timestamptz,
    returning_since timestamptz,
    closed_at timestamptz,
    disposition text,
    -- what was said (message.seq)
    last_seq bigint NOT NULL DEFAULT 0,
    last_patient_seq bigint NOT NULL DEFAULT 0,
    bot_cursor bigint NOT NULL DEFAULT 0,      -- last patient message given to the bot or covered by staff
    staff_seen_seq bigint NOT NULL DEFAULT 0,
    last_patient_at timestamptz,
    window_expires_at timestamptz,       -- free text may be sent until then; null: always
    check_seq bigint,                    -- a message we asked "is this happening now?" about
    check_turns smallint NOT NULL DEFAULT 0,
    awaits text CHECK (awaits IN ('callback_phone', 'callback_when', 'feedback')),  -- what their next line is
    awaits_at timestamptz,
    callback_at timestamptz,             -- they asked to be called back, and were not yet
    -- the bot's side
    session int NOT NULL DEFAULT 1,
    session_events int NOT NULL DEFAULT 0,
    active_form text,
    slots jsonb NOT NULL DEFAULT '{}',   -- what the desk shows
    carry jsonb NOT NULL DEFAULT '{}',   -- what a fresh session starts with
    summary text NOT NULL DEFAULT '',
    turn_seq bigint,                     -- the turn in flight
    turn_instance uuid,
    turn_started_at timestamptz,
    turn_tries smallint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    changed_xid xid8 NOT NULL DEFAULT pg_current_xact_id(),  -- what a live page asks: everything changed since
    UNIQUE (channel, account, address)
);
CREATE INDEX conversation_pending ON conversations.conversation (last_patient_at)
    WHERE last_patient_seq > bot_cursor AND state IN ('bot', 'waiting', 'closed');
CREATE INDEX conversation_turn ON conversations.conversation (turn_instance) WHERE turn_instance IS NOT NULL;
CREATE INDEX conversation_queue ON conversations.conversation (priority, waiting_since, id) WHERE state = 'waiting';
CREATE INDEX conversation_owner ON conversations.conversation (owner_id) WHERE state IN ('staff', 'returning');
CREATE INDEX conversation_closed ON conversations.conversation (closed_at) WHERE state = 'closed';
CREATE INDEX conversation_recent ON conversations.conversation (updated_at);
CREATE INDEX conversation_bot ON conversations.conversation (updated_at) WHERE state = 'bot';
CREATE INDEX conversation_changed ON conversations.conversation (changed_xid);

CREATE TABLE conversations.message (
    conversation_id uuid NOT NULL REFERENCES conversations.conversation ON DELETE CASCADE,
    seq bigint NOT NULL,
    id uuid NOT NULL UNIQUE,
    author text NOT NULL CHECK (author IN ('patient', 'bot', 'staff', 'system', 'note')),
    author_id uuid,
    author_name text,
    epoch int NOT NULL,
    via text NOT NULL DEFAULT 'own',        -- said there: own, or in the web chat that a link opened
    text text NOT NULL,
    language text,
    buttons jsonb NOT NULL DEFAULT '[]',    -- as offered: [{"title", "payload": opaque id}] or {"title", "url"}
    attachment jsonb,                       -- {"url", "filename", "mime"}
    template jsonb,                         -- an approved form of words: {"id", "name", "language", "values"}
    press jsonb,                            -- a patient's press: {"intent", "entities"}
    event_id text,                          -- the platform's, of what came in
    client_message_id text,                 -- the desk's, of what goes out
    answers bigint,                         -- the patient's seq that the bot answered
    part smallint NOT NULL DEFAULT 0,
    -- of a patient's message: received, or kept from the bot; of the others: on its way out, or suppressed
    status text NOT NULL CHECK (status IN ('received', 'queued', 'sending', 'sent', 'delivered', 'read', 'failed',
                                           'suppressed', 'unknown', 'expired', 'kept')),
    fail_reason text,
    reported text,                          -- by the platform, while it is still being sent
    platform_ids text[] NOT NULL DEFAULT '{}',  -- a long message is several there
    reply_token text,                       -- of a patient's message: good for one answer, and gone with it
    calls_done smallint NOT NULL DEFAULT 0,
    sender_instance uuid,
    tries smallint NOT NULL DEFAULT 0,
    due_at timestamptz,
    level text,                             -- what the screen said of a patient's text
    category text,
    rule text,
    created_at timestamptz NOT NULL DEFAULT now(),
    sent_at timestamptz,
    PRIMARY KEY (conversation_id, seq)
);
CREATE UNIQUE INDEX message_client ON conversations.message (conversation_id, client_message_id)
    WHERE client_message_id IS NOT NULL;
CREATE UNIQUE INDEX message_answer ON conversations.message (conversation_id, answers, part)
    WHERE author = 'bot' AND answers IS NOT NULL;
CREATE INDEX message_event ON conversations.message (conversation_id, event_id) WHERE event_id IS NOT NULL;
CREATE INDEX message_outbox ON conversations.message (conversation_id, seq) WHERE status IN ('queued', 'sending');
CREATE INDEX message_platform ON conversations.message USING gin (platform_ids) WHERE platform_ids <> '{}';

-- Every event of every platform, once.
CREATE TABLE conversations.received (
    channel text NOT NULL,
    account text NOT NULL,
    event_id text NOT NULL,
    kind text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (channel, account, event_id)
);
CREATE INDEX received_at ON conversations.received (at);

-- What an offered button means. The platform sees only its id.
CREATE TABLE conversations.button (
    conversation_id uuid NOT NULL REFERENCES conversations.conversation ON DELETE CASCADE,
    id text NOT NULL,
    seq bigint NOT NULL,
    title text NOT NULL,
    intent text NOT NULL,
    entities jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (conversation_id, id)
);

-- Every change of who may speak.
CREATE TABLE conversations.transition (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    conversation_id uuid NOT NULL REFERENCES conversations.conversation ON DELETE CASCADE,
    at timestamptz NOT NULL DEFAULT now(),
    event text NOT NULL,
    from_state text NOT NULL,
    to_state text NOT NULL,
    epoch int NOT NULL,
    priority smallint NOT NULL,
    actor text NOT NULL,                 -- patient, bot, system, or a staff id
    owner_id uuid,
    queue text NOT NULL,
    reason text,
    came_of text                         -- the disposition, of one that closed
);
CREATE INDEX transition_conversation ON conversations.transition (conversation_id, id);
CREATE INDEX transition_at ON conversations.transition (at);

-- The web chat's sessions. The token itself is with the patient only.
CREATE TABLE conversations.web_session (
    token_sha256 bytea PRIMARY KEY,
    conversation_id uuid NOT NULL REFERENCES conversations.conversation ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    from_seq bigint NOT NULL DEFAULT 0   -- opened by a link: what was said up to then is not shown
);
CREATE INDEX web_session_conversation ON conversations.web_session (conversation_id);

-- One-time links from a platform to the web chat.
CREATE TABLE conversations.link (
    token_sha256 bytea PRIMARY KEY,
    conversation_id uuid NOT NULL REFERENCES conversations.conversation ON DELETE CASCADE,
    purpose text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);

-- STOP, START, HELP and what else a patient agreed to or not, each with its time and source.
CREATE TABLE conversations.consent (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    conversation_id uuid NOT NULL REFERENCES conversations.conversation ON DELETE CASCADE,
    kind text NOT NULL,
    source text NOT NULL,                -- keyword, platform, staff, bot
    detail text NOT NULL DEFAULT '',
    at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX consent_conversation ON conversations.consent (conversation_id, id);

-- Whatever changes a conversation wakes who watches it.
CREATE FUNCTION conversations.touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := now();
    NEW.changed_xid := pg_current_xact_id();
    PERFORM pg_notify('frontdoor', 'conversation ' || NEW.id);
    RETURN NEW;
END $$;
CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON conversations.conversation
    FOR EACH ROW EXECUTE FUNCTION conversations.touch();

-- Store what one patient did, once, in the order of arrival; where the bot is free, take its turn in the same breath.
-- A function, so that one statement and one commit can store everything that arrives together (store.py, receive).
CREATE FUNCTION conversations.receive(e jsonb, instance uuid)
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
    INSERT INTO conversations.conversation AS c (id, channel, account, address, display_name, language, phi)
    VALUES ((e->>'id')::uuid, e->>'channel', e->>'account', e->>'address', coalesce(e->>'display_name', ''),
            coalesce(e->>'spoken', e->>'language'), e->>'phi')
    ON CONFLICT (channel, account, address) DO UPDATE SET
        last_seq = c.last_seq  -- takes the row's lock
    RETURNING * INTO thread;
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
