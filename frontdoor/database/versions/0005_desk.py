"""Staff, their sessions, the desk."""

from alembic import op

revision = "0005"
down_revision = "0004"

SQL = """
CREATE SCHEMA desk;

CREATE TABLE desk.staff (
    id uuid PRIMARY KEY,
    name text NOT NULL,                  -- patients see it
    login text NOT NULL UNIQUE,          -- lower case
    role text NOT NULL CHECK (role IN ('staff', 'supervisor', 'admin', 'auditor')),
    queues text[] NOT NULL DEFAULT '{}', -- none named: every queue
    language text NOT NULL DEFAULT 'en', -- of the page
    speaks text[] NOT NULL DEFAULT '{}', -- languages in which they answer; none named: every one
    skills text[] NOT NULL DEFAULT '{}', -- what they can do beside that
    capacity smallint NOT NULL DEFAULT 0, -- conversations at once that are given to them; 0: none by itself
    password_hash text NOT NULL,
    totp_secret text,
    totp_step bigint NOT NULL DEFAULT 0, -- the last one used: a code counts once
    recovery_hashes bytea[] NOT NULL DEFAULT '{}',
    version int NOT NULL DEFAULT 1,      -- rises with every change of rights or password: sessions of before are over
    disabled_at timestamptz,
    created_at timestamptz NOT NULL
);

-- One-time links. The code itself is only in the link.
CREATE TABLE desk.invitation (
    code_sha256 bytea PRIMARY KEY,
    name text NOT NULL DEFAULT '',
    role text NOT NULL CHECK (role IN ('staff', 'supervisor', 'admin', 'auditor')),
    queues text[] NOT NULL DEFAULT '{}',
    first boolean NOT NULL DEFAULT false,   -- makes the first member of staff; worthless afterwards
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);

-- The token itself is only in the browser's cookie.
CREATE TABLE desk.session (
    id uuid PRIMARY KEY,
    token_sha256 bytea NOT NULL UNIQUE,
    csrf text NOT NULL,
    staff_id uuid NOT NULL REFERENCES desk.staff ON DELETE CASCADE,
    staff_version int NOT NULL,
    pending boolean NOT NULL DEFAULT false, -- the password was right, the second factor is awaited
    created_at timestamptz NOT NULL,
    idle_minutes smallint NOT NULL DEFAULT 15, -- without doing anything, then it is over
    active_at timestamptz NOT NULL,         -- when the person last did something; a stream or a poll is nothing
    streamed_at timestamptz,                -- when the page last had its stream open
    ended_at timestamptz,
    address text NOT NULL,
    device text NOT NULL
);
CREATE INDEX session_staff ON desk.session (staff_id) WHERE ended_at IS NULL;

-- Failed logins, by hash of who or where.
CREATE TABLE desk.attempt (key bytea NOT NULL, at timestamptz NOT NULL);
CREATE INDEX attempt_key ON desk.attempt (key, at);

-- Which conversations a session opened, each with its audit row: nothing is read without one.
CREATE TABLE desk.reading (
    session_id uuid NOT NULL REFERENCES desk.session ON DELETE CASCADE,
    conversation_id uuid NOT NULL REFERENCES conversations.conversation ON DELETE CASCADE,
    at timestamptz NOT NULL,
    PRIMARY KEY (session_id, conversation_id)
);

-- Who looks at a conversation now, and who writes.
CREATE TABLE desk.viewing (
    staff_id uuid PRIMARY KEY REFERENCES desk.staff ON DELETE CASCADE,
    conversation_id uuid NOT NULL REFERENCES conversations.conversation ON DELETE CASCADE,
    typing boolean NOT NULL,
    at timestamptz NOT NULL
);

-- Sentences that staff use often. {name} and {clinic} are filled in by the page.
CREATE TABLE desk.saved_reply (
    id uuid PRIMARY KEY,
    shortcut text NOT NULL,
    language text NOT NULL,
    text text NOT NULL,
    UNIQUE (language, shortcut)
);

-- How often a patient who waits was told that they are not forgotten.
CREATE TABLE desk.reassured (
    conversation_id uuid PRIMARY KEY REFERENCES conversations.conversation ON DELETE CASCADE,
    waiting_since timestamptz NOT NULL,
    told smallint NOT NULL
);

-- Emergencies that nobody had claimed in time.
CREATE TABLE desk.alerted (
    conversation_id uuid PRIMARY KEY REFERENCES conversations.conversation ON DELETE CASCADE,
    epoch int NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);

-- Patients whose silence was asked about, at which message of theirs.
CREATE TABLE desk.silence (
    conversation_id uuid PRIMARY KEY REFERENCES conversations.conversation ON DELETE CASCADE,
    patient_seq bigint NOT NULL,
    asked_at timestamptz NOT NULL
);

-- Who wants to be called back.
CREATE TABLE desk.callback (
    id uuid PRIMARY KEY,
    conversation_id uuid NOT NULL REFERENCES conversations.conversation ON DELETE CASCADE,
    how text NOT NULL CHECK (how IN ('phone', 'here')),
    phone text NOT NULL DEFAULT '',
    wanted text NOT NULL DEFAULT '',        -- when: morning, afternoon, any, or the patient's own words
    asked_at timestamptz NOT NULL,
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'done', 'cancelled')),
    tries smallint NOT NULL DEFAULT 0,      -- calls that reached nobody
    tried_at timestamptz,
    done_by uuid,
    done_at timestamptz
);
CREATE UNIQUE INDEX callback_open ON desk.callback (conversation_id) WHERE status = 'open';

-- What patients thought of it, asked after staff closed the conversation.
CREATE TABLE desk.feedback (
    id uuid PRIMARY KEY,
    conversation_id uuid NOT NULL REFERENCES conversations.conversation ON DELETE CASCADE,
    staff_id uuid NOT NULL,
    queue text NOT NULL,
    asked_at timestamptz NOT NULL,
    score smallint CHECK (score BETWEEN 1 AND 5),
    answered_at timestamptz,
    comment_seq bigint                      -- the message in which they said why
);
CREATE INDEX feedback_conversation ON desk.feedback (conversation_id, asked_at);
CREATE INDEX feedback_answered ON desk.feedback (answered_at) WHERE answered_at IS NOT NULL;

-- What staff search.
CREATE INDEX message_words ON conversations.message USING gin (to_tsvector('simple', text));
CREATE INDEX conversation_name ON conversations.conversation USING gin (to_tsvector('simple', display_name));
"""


def upgrade() -> None:
    op.execute(SQL)
