"""What the coach keeps: places of what was said, notes, exchanges, drills and goals."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE coach_indexed (
    interview_id uuid PRIMARY KEY REFERENCES interviews (id) ON DELETE CASCADE,
    digest text NOT NULL
);
CREATE TABLE coach_places (
    interview_id uuid NOT NULL REFERENCES interviews (id) ON DELETE CASCADE,
    place integer NOT NULL,
    turn integer NOT NULL,
    first integer NOT NULL,
    last integer NOT NULL,
    embedding halfvec(384) NOT NULL,
    PRIMARY KEY (interview_id, place),
    CONSTRAINT coach_places_in_order CHECK (turn >= 0 AND first >= 0 AND last > first)
);
CREATE INDEX coach_places_embedding ON coach_places
    USING hnsw (embedding halfvec_cosine_ops) WITH (m = 16, ef_construction = 64);
CREATE TABLE coach_notes (
    id text NOT NULL,
    version integer NOT NULL CONSTRAINT coach_notes_version_counts_from_1 CHECK (version >= 1),
    title text NOT NULL,
    text text NOT NULL,
    sources text[] NOT NULL,
    asks text[] NOT NULL,
    author text NOT NULL,
    at timestamptz NOT NULL,
    embedding halfvec(384) NOT NULL,
    PRIMARY KEY (id, version)
);
CREATE TABLE coach_exchanges (
    id uuid PRIMARY KEY,
    person text NOT NULL,
    asked_at timestamptz NOT NULL,
    question text NOT NULL,
    outcome text NOT NULL CONSTRAINT coach_exchanges_outcome_known
        CHECK (outcome IN ('asked', 'answered', 'unknown', 'refused', 'referred')),
    answer jsonb NOT NULL,
    interviews uuid[] NOT NULL,
    helpful boolean,
    handed_off boolean NOT NULL,
    resolved_by text
);
CREATE INDEX coach_exchanges_person ON coach_exchanges (person, asked_at);
CREATE INDEX coach_exchanges_interviews ON coach_exchanges USING gin (interviews);
CREATE TABLE coach_drills (
    id uuid PRIMARY KEY,
    person text NOT NULL,
    question_id text NOT NULL,
    before uuid NOT NULL REFERENCES interviews (id) ON DELETE CASCADE,
    after uuid NOT NULL REFERENCES interviews (id) ON DELETE CASCADE,
    made_at timestamptz NOT NULL,
    rated jsonb
);
CREATE INDEX coach_drills_person ON coach_drills (person);
CREATE INDEX coach_drills_before ON coach_drills (before);
CREATE INDEX coach_drills_after ON coach_drills (after);
CREATE TABLE growth_goals (
    person text PRIMARY KEY,
    sessions integer NOT NULL
        CONSTRAINT growth_goals_sessions_a_week CHECK (sessions BETWEEN 1 AND 14),
    focus text NOT NULL,
    set_at timestamptz NOT NULL
);
"""

# An answer quotes the interviews that it cites, so it goes when one of them is erased.
_ERASE = """
CREATE FUNCTION forget_coach_exchanges() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM coach_exchanges WHERE interviews @> ARRAY[OLD.id];
    RETURN OLD;
END
$$;
CREATE TRIGGER interviews_forget_coach_exchanges AFTER DELETE ON interviews
    FOR EACH ROW EXECUTE FUNCTION forget_coach_exchanges();
"""


def upgrade() -> None:
    op.execute(_TABLES)
    op.execute(_ERASE)


def downgrade() -> None:
    op.execute("DROP TRIGGER interviews_forget_coach_exchanges ON interviews")
    op.execute("DROP FUNCTION forget_coach_exchanges()")
    for table in ("goals", "drills", "exchanges", "notes", "places", "indexed"):
        name = "growth_goals" if table == "goals" else f"coach_{table}"
        op.execute(f"DROP TABLE {name}")
