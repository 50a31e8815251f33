"""What readers say of articles, and what no article answered."""

from alembic import op

revision = "0006"
down_revision = "0005"

SQL = """
CREATE SCHEMA education;

-- Counters by day. Nothing here says who read or asked: no conversation, no hour, no free text.
CREATE TABLE education.feedback (
    day date NOT NULL,
    language text NOT NULL,
    topic text NOT NULL,
    section text NOT NULL,
    helpful boolean NOT NULL,
    times int NOT NULL,
    PRIMARY KEY (day, language, topic, section, helpful)
);

CREATE TABLE education.reason (
    day date NOT NULL,
    language text NOT NULL,
    topic text NOT NULL,
    section text NOT NULL,
    reason text NOT NULL CHECK (reason IN ('other_question', 'hard', 'too_little')),
    times int NOT NULL,
    PRIMARY KEY (day, language, topic, section, reason)
);

-- Questions that no article answered: only words of the library's own vocabulary are kept, so no name and no number.
CREATE TABLE education.gap (
    day date NOT NULL,
    language text NOT NULL,
    question bytea NOT NULL,   -- hash of the telling words, the same for the same question in another order
    text text NOT NULL,        -- those words as asked, for the editors
    times int NOT NULL,
    PRIMARY KEY (day, language, question)
);
"""


def upgrade() -> None:
    op.execute(SQL)
