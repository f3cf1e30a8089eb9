"""Metrics of each turn's hand-over, for the operator; erased with their interview."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TURN_METRICS = """
CREATE TABLE turn_metrics (
    interview_id uuid NOT NULL REFERENCES interviews (id) ON DELETE CASCADE,
    turn integer NOT NULL CONSTRAINT turn_metrics_turn_counts_from_0 CHECK (turn >= 0),
    policy_wait_s double precision,
    end_wait_s double precision,
    response_s double precision,
    probability double precision,
    second_probability double precision,
    judge_s double precision,
    recognise_s double precision,
    plan_s double precision,
    speak_s double precision,
    discarded integer NOT NULL,
    undone integer NOT NULL,
    cut integer NOT NULL,
    barged_in boolean NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (interview_id, turn)
)
"""


def upgrade() -> None:
    op.execute(TURN_METRICS)
    op.execute("CREATE INDEX turn_metrics_recorded_at ON turn_metrics (recorded_at)")


def downgrade() -> None:
    op.execute("DROP TABLE turn_metrics")
