"""The embedded scheduling service."""

from alembic import op

revision = "0003"
down_revision = "0002"

SQL = """
CREATE SCHEMA IF NOT EXISTS scheduling;

-- Practitioner, PractitionerRole, HealthcareService, Location and Schedule as FHIR resources: small and read often.
CREATE TABLE scheduling.directory (
    kind text NOT NULL,
    id text NOT NULL,
    resource jsonb NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (kind, id)
);

CREATE TABLE scheduling.license (
    practitioner_id text NOT NULL,
    state text NOT NULL,
    expires_on date NOT NULL,
    PRIMARY KEY (practitioner_id, state)
);

CREATE TABLE scheduling.schedule (
    id text PRIMARY KEY,
    practitioner_id text NOT NULL,
    service_code text NOT NULL,
    time_zone text NOT NULL,
    rules jsonb NOT NULL,               -- {"monday": ["09:00-12:00", ...]} on the clock of time_zone
    closed jsonb NOT NULL,              -- local dates without openings
    minutes int NOT NULL CHECK (minutes > 0),
    step_minutes int NOT NULL CHECK (step_minutes > 0),
    lead_minutes int NOT NULL CHECK (lead_minutes >= 0),
    horizon_days int NOT NULL CHECK (horizon_days > 0),
    least_age int NOT NULL DEFAULT 0,
    most_age int NOT NULL DEFAULT 150,
    active boolean NOT NULL DEFAULT true
);

CREATE TABLE scheduling.slot (
    id text PRIMARY KEY,
    schedule_id text NOT NULL REFERENCES scheduling.schedule,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL CHECK (ends_at > starts_at),
    status text NOT NULL DEFAULT 'free' CHECK (status IN ('free', 'busy', 'busy-tentative', 'busy-unavailable')),
    version bigint NOT NULL DEFAULT 1,
    hold_hash text,                     -- of the holder's key; null: a holder that named none
    held_since timestamptz,
    hold_expires_at timestamptz,
    comment text,
    updated_at timestamptz NOT NULL,
    UNIQUE (schedule_id, starts_at)
);
CREATE INDEX slot_by_start ON scheduling.slot (starts_at, id);

CREATE TABLE scheduling.patient (
    id text PRIMARY KEY,
    resource jsonb NOT NULL,
    birth_date date,
    names text[] NOT NULL,              -- folded words of every name, for search
    version bigint NOT NULL DEFAULT 1,
    updated_at timestamptz NOT NULL
);
CREATE INDEX patient_by_birth_date ON scheduling.patient (birth_date);

CREATE TABLE scheduling.appointment (
    id text PRIMARY KEY,
    status text NOT NULL,
    resource jsonb NOT NULL,            -- as the client wrote it; columns win over it
    slot_id text REFERENCES scheduling.slot,
    patient_id text REFERENCES scheduling.patient,
    practitioner_id text,
    service_code text,
    starts_at timestamptz,
    ends_at timestamptz,
    hold_expires_at timestamptz,        -- a pending one made by $hold: after this instant it reads as cancelled
    replaces_id text REFERENCES scheduling.appointment,
    uid text NOT NULL,                  -- of the calendar event: the same through every reschedule
    sequence int NOT NULL DEFAULT 0,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((starts_at IS NULL) = (ends_at IS NULL))
);
CREATE INDEX appointment_by_patient ON scheduling.appointment (patient_id, starts_at);
CREATE INDEX appointment_by_start ON scheduling.appointment (starts_at, id);
CREATE UNIQUE INDEX appointment_one_per_slot ON scheduling.appointment (slot_id)
    WHERE slot_id IS NOT NULL AND hold_expires_at IS NULL
        AND status IN ('pending', 'booked', 'arrived', 'checked-in', 'fulfilled', 'noshow');

-- Identifiers of patients and appointments: conditional creates and searches look here.
CREATE TABLE scheduling.identifier (
    kind text NOT NULL,
    system text NOT NULL,
    value text NOT NULL,
    id text NOT NULL,
    PRIMARY KEY (kind, system, value, id)
);
CREATE INDEX identifier_by_value ON scheduling.identifier (kind, value);

-- Five-minute cells of a person's time. The primary key is what makes an overlap impossible.
CREATE TABLE scheduling.busy_cell (
    actor text NOT NULL,                -- Practitioner/<id> or Patient/<id>
    cell timestamptz NOT NULL,
    slot_id text NOT NULL REFERENCES scheduling.slot ON DELETE CASCADE,
    expires_at timestamptz,             -- a hold's; null: an appointment's
    PRIMARY KEY (actor, cell)
);
CREATE INDEX busy_cell_by_slot ON scheduling.busy_cell (slot_id);

CREATE TABLE scheduling.appointment_event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    appointment_id text NOT NULL REFERENCES scheduling.appointment,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    from_status text,
    to_status text NOT NULL,
    detail text NOT NULL DEFAULT ''     -- a code, never words of a patient
);
CREATE INDEX appointment_event_by_appointment ON scheduling.appointment_event (appointment_id, id);

CREATE TABLE scheduling.appointment_response (
    id text PRIMARY KEY,
    appointment_id text NOT NULL REFERENCES scheduling.appointment,
    resource jsonb NOT NULL,
    updated_at timestamptz NOT NULL
);

-- What a patient's links open. Of the links themselves only hashes are here. Also for appointments on other servers.
CREATE TABLE scheduling.visit (
    appointment_id text NOT NULL,
    participant text NOT NULL,
    join_hash bytea NOT NULL UNIQUE,
    calendar_hash bytea NOT NULL UNIQUE,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    birth_date date NOT NULL,
    time_zone text NOT NULL,
    language text NOT NULL,
    uid text NOT NULL,
    sequence int NOT NULL,
    failures int NOT NULL DEFAULT 0,
    ended text,                         -- 'cancelled' or 'replaced'
    created_at timestamptz NOT NULL,
    PRIMARY KEY (appointment_id, participant)
);
"""


def upgrade() -> None:
    op.execute(SQL)
