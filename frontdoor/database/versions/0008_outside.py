"""How the desk is guarded beyond passwords, and who else is told: OpenID, break-glass, tokens, webhooks, Chatwoot."""

from alembic import op

revision = "0008"
down_revision = "0007"

SQL = """
ALTER TABLE desk.staff
    ALTER COLUMN password_hash DROP NOT NULL,  -- who comes in through the clinic's OpenID provider has none
    ADD COLUMN oidc_issuer text,
    ADD COLUMN oidc_subject text,              -- the provider's own, which never changes
    ADD COLUMN disabled_by text,               -- admin; or oidc: no group of theirs gives a role any more
    ADD CONSTRAINT staff_subject UNIQUE (oidc_issuer, oidc_subject);
COMMENT ON COLUMN desk.staff.totp_secret IS 'sealed with FRONTDOOR_SECRET_KEY (frontdoor/sealing.py)';

ALTER TABLE desk.session
    ADD COLUMN method text NOT NULL DEFAULT 'password' CHECK (method IN ('password', 'oidc')),
    ADD COLUMN proved_at timestamptz NOT NULL DEFAULT now(); -- when the person last showed that it is them

-- Access to a conversation outside somebody's queues, for a while and with a reason.
CREATE TABLE desk.break_glass (
    id uuid PRIMARY KEY,
    staff_id uuid NOT NULL REFERENCES desk.staff ON DELETE CASCADE,
    conversation_id uuid NOT NULL REFERENCES conversations.conversation ON DELETE CASCADE,
    reason text NOT NULL,
    at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    reviewed_by uuid REFERENCES desk.staff ON DELETE SET NULL,
    reviewed_at timestamptz,
    finding text
);
CREATE INDEX break_glass_staff ON desk.break_glass (staff_id, conversation_id, expires_at);
CREATE INDEX break_glass_open ON desk.break_glass (at) WHERE reviewed_at IS NULL;

CREATE SCHEMA helpdesk;

-- Other programs that may call us. The token itself was shown once.
CREATE TABLE helpdesk.token (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    token_sha256 bytea NOT NULL UNIQUE,
    scopes text[] NOT NULL,
    queues text[] NOT NULL DEFAULT '{}',       -- none named: every queue
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    expires_at timestamptz,
    used_at timestamptz,
    revoked_at timestamptz
);

-- Whom we tell. A row of kind chatwoot is made when its settings are there.
CREATE TABLE helpdesk.webhook (
    id uuid PRIMARY KEY,
    kind text NOT NULL DEFAULT 'webhook' CHECK (kind IN ('webhook', 'chatwoot')),
    url text NOT NULL,
    secret text NOT NULL,                      -- signs what we send; sealed (frontdoor/sealing.py)
    events text[] NOT NULL,
    queues text[] NOT NULL DEFAULT '{}',
    with_text boolean NOT NULL DEFAULT false,  -- whether what was said goes out
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    ended_at timestamptz
);

-- What is to be told, once for each of them; the log of it at the same time. Its content is read when it is sent.
CREATE TABLE helpdesk.delivery (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    webhook_id uuid NOT NULL REFERENCES helpdesk.webhook ON DELETE CASCADE,
    event text NOT NULL,
    conversation_id uuid NOT NULL REFERENCES conversations.conversation ON DELETE CASCADE,
    seq bigint,                                -- of the message
    detail jsonb NOT NULL DEFAULT '{}',
    at timestamptz NOT NULL DEFAULT now(),
    due_at timestamptz NOT NULL DEFAULT now(),
    tries smallint NOT NULL DEFAULT 0,
    status text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'done', 'failed')),
    answer text NOT NULL DEFAULT '',           -- a status code, or the kind of error; never a body
    done_at timestamptz
);
CREATE INDEX delivery_waiting ON helpdesk.delivery (webhook_id, conversation_id, id) WHERE status = 'waiting';
CREATE INDEX delivery_due ON helpdesk.delivery (due_at) WHERE status = 'waiting';
CREATE INDEX delivery_log ON helpdesk.delivery (webhook_id, id);
CREATE INDEX delivery_at ON helpdesk.delivery (at);

-- A conversation of ours and its twin in Chatwoot.
CREATE TABLE helpdesk.twin (
    conversation_id uuid PRIMARY KEY REFERENCES conversations.conversation ON DELETE CASCADE,
    contact_id bigint NOT NULL,
    source_id text NOT NULL,
    chatwoot_id bigint NOT NULL UNIQUE,
    told_seq bigint NOT NULL DEFAULT 0,        -- the last message of ours that is there
    agent_id uuid,                             -- who answers there, as the owner of our conversation
    agent_name text,
    agent_at timestamptz                       -- when they last did something
);

CREATE FUNCTION helpdesk.tell(event text, conversation uuid, in_queue text, seq bigint, detail jsonb) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO helpdesk.delivery (webhook_id, event, conversation_id, seq, detail)
    SELECT w.id, tell.event, tell.conversation, tell.seq, tell.detail FROM helpdesk.webhook w
    WHERE w.ended_at IS NULL AND tell.event = ANY(w.events)
      AND (w.queues = '{}' OR tell.in_queue = ANY(w.queues));
$$;

-- Noted in the transaction of what happened: nothing is told that did not happen, and nothing is forgotten.
CREATE FUNCTION helpdesk.on_transition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.to_state = NEW.from_state AND NEW.to_state <> 'staff' THEN RETURN NULL; END IF;
    PERFORM helpdesk.tell(
        CASE WHEN NEW.to_state = 'waiting' THEN 'conversation.opened'
             WHEN NEW.to_state = 'closed' THEN 'conversation.closed'
             ELSE 'conversation.changed' END,
        NEW.conversation_id, NEW.queue, NULL,
        jsonb_build_object('from', NEW.from_state, 'to', NEW.to_state, 'by', NEW.actor, 'epoch', NEW.epoch));
    RETURN NULL;
END $$;
CREATE TRIGGER tell_outside AFTER INSERT ON conversations.transition
    FOR EACH ROW EXECUTE FUNCTION helpdesk.on_transition();

CREATE FUNCTION helpdesk.on_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM helpdesk.webhook WHERE ended_at IS NULL) THEN RETURN NULL; END IF;
    PERFORM helpdesk.tell('conversation.message', NEW.conversation_id,
        (SELECT queue FROM conversations.conversation WHERE id = NEW.conversation_id), NEW.seq, '{}');
    RETURN NULL;
END $$;
CREATE TRIGGER tell_outside AFTER INSERT ON conversations.message
    FOR EACH ROW WHEN (NEW.author <> 'note' AND NEW.status <> 'suppressed')
    EXECUTE FUNCTION helpdesk.on_message();

CREATE FUNCTION helpdesk.on_break_glass() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM helpdesk.tell('break_glass.used', NEW.conversation_id,
        (SELECT queue FROM conversations.conversation WHERE id = NEW.conversation_id), NULL,
        jsonb_build_object('use', NEW.id, 'staff', NEW.staff_id, 'until', NEW.expires_at));
    RETURN NULL;
END $$;
CREATE TRIGGER tell_outside AFTER INSERT ON desk.break_glass
    FOR EACH ROW EXECUTE FUNCTION helpdesk.on_break_glass();
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(SQL)
