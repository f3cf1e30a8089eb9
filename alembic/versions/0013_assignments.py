"""Assignments: interviews that educators prepare for others, invitations and attempts."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ASSIGNMENTS = """
CREATE TABLE assignments (
    id uuid PRIMARY KEY,
    title text NOT NULL,
    purpose text NOT NULL CONSTRAINT assignments_purpose_known
        CHECK (purpose IN ('practice', 'assessment')),
    track_id text NOT NULL,
    question_ids text[] NOT NULL,
    asks integer NOT NULL,
    minutes double precision NOT NULL,
    attempts integer NOT NULL CONSTRAINT assignments_attempts_bounded
        CHECK (attempts BETWEEN 1 AND 10),
    "order" text NOT NULL,
    language text NOT NULL,
    contact text NOT NULL,
    by text NOT NULL,
    owner uuid,
    created_at timestamptz NOT NULL,
    due_at timestamptz,
    closed_at timestamptz,
    CONSTRAINT assignments_asks_what_it_has
        CHECK (asks BETWEEN 1 AND cardinality(question_ids))
)
"""

INVITATIONS = """
CREATE TABLE assignment_invitations (
    id uuid PRIMARY KEY,
    assignment_id uuid NOT NULL REFERENCES assignments (id) ON DELETE CASCADE,
    name text NOT NULL,
    "group" text NOT NULL,
    token_digest text NOT NULL
        CONSTRAINT assignment_invitations_token_digest_key UNIQUE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used integer NOT NULL
        CONSTRAINT assignment_invitations_used_counts_from_0 CHECK (used >= 0),
    accommodations text[] NOT NULL
)
"""

ATTEMPTS = """
CREATE TABLE assignment_attempts (
    interview_id uuid PRIMARY KEY REFERENCES interviews (id) ON DELETE CASCADE,
    assignment_id uuid NOT NULL REFERENCES assignments (id) ON DELETE CASCADE,
    invitation_id uuid REFERENCES assignment_invitations (id) ON DELETE CASCADE,
    number integer NOT NULL,
    trial boolean NOT NULL,
    begun_at timestamptz NOT NULL,
    CONSTRAINT assignment_attempts_trial_has_no_invitation
        CHECK (trial = (invitation_id IS NULL))
)
"""


def upgrade() -> None:
    for table in (ASSIGNMENTS, INVITATIONS, ATTEMPTS):
        op.execute(table)
    op.execute(
        "CREATE UNIQUE INDEX assignment_invitations_one_a_name"
        " ON assignment_invitations (assignment_id, lower(btrim(name)))"
    )
    for name in ("assignment_id", "invitation_id"):
        op.execute(f"CREATE INDEX assignment_attempts_{name} ON assignment_attempts ({name})")


def downgrade() -> None:
    for name in ("assignment_attempts", "assignment_invitations", "assignments"):
        op.execute(f"DROP TABLE {name}")
