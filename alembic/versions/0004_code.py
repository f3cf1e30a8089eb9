"""Versions of code with their times, runs of them, and what was noticed beside them."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

CODE_SNAPSHOTS = """
CREATE TABLE code_snapshots (
    interview_id uuid NOT NULL REFERENCES interviews (id) ON DELETE CASCADE,
    number integer NOT NULL CONSTRAINT code_snapshots_number_counts_from_1 CHECK (number >= 1),
    question_id text NOT NULL,
    language text NOT NULL,
    code text NOT NULL,
    cause text NOT NULL CONSTRAINT code_snapshots_cause_known
        CHECK (cause IN ('start', 'edit', 'run', 'reset', 'file')),
    at_s double precision NOT NULL,
    PRIMARY KEY (interview_id, number)
)
"""

CODE_RUNS = """
CREATE TABLE code_runs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    interview_id uuid NOT NULL REFERENCES interviews (id) ON DELETE CASCADE,
    snapshot integer NOT NULL,
    question_id text NOT NULL,
    language text NOT NULL,
    kind text NOT NULL CONSTRAINT code_runs_kind_known CHECK (kind IN ('tests', 'program')),
    outcome text NOT NULL,
    at_s double precision NOT NULL,
    result jsonb NOT NULL
)
"""

CODE_EVENTS = """
CREATE TABLE code_events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    interview_id uuid NOT NULL REFERENCES interviews (id) ON DELETE CASCADE,
    kind text NOT NULL CONSTRAINT code_events_kind_known
        CHECK (kind IN ('paste', 'left', 'returned', 'file', 'hint')),
    at_s double precision NOT NULL,
    characters integer,
    name text NOT NULL
)
"""


def upgrade() -> None:
    for table in (CODE_SNAPSHOTS, CODE_RUNS, CODE_EVENTS):
        op.execute(table)
    for name in ("code_runs", "code_events"):
        op.execute(f"CREATE INDEX {name}_interview_id ON {name} (interview_id)")


def downgrade() -> None:
    for name in ("code_events", "code_runs", "code_snapshots"):
        op.execute(f"DROP TABLE {name}")
