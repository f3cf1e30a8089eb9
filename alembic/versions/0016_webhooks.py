"""Webhooks, and the messages to them; those about an interview go with it."""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

WEBHOOKS = """
CREATE TABLE webhooks (
    id uuid PRIMARY KEY,
    url text NOT NULL,
    events text[] NOT NULL,
    secret text NOT NULL,
    owner uuid,
    by text NOT NULL,
    created_at timestamptz NOT NULL,
    disabled_at timestamptz,
    disabled_because text NOT NULL
)
"""

DELIVERIES = """
CREATE TABLE webhook_deliveries (
    id uuid PRIMARY KEY,
    webhook_id uuid NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    kind text NOT NULL,
    key text NOT NULL,
    body text NOT NULL,
    interview_id uuid REFERENCES interviews (id) ON DELETE CASCADE,
    state text NOT NULL CONSTRAINT webhook_deliveries_state_known
        CHECK (state IN ('waiting', 'delivered', 'failed')),
    attempts integer NOT NULL,
    status integer,
    error text NOT NULL,
    created_at timestamptz NOT NULL,
    next_at timestamptz NOT NULL,
    tried_at timestamptz,
    CONSTRAINT webhook_deliveries_once UNIQUE (webhook_id, key)
)
"""


def upgrade() -> None:
    for table in (WEBHOOKS, DELIVERIES):
        op.execute(table)
    op.execute("CREATE INDEX webhook_deliveries_interview_id ON webhook_deliveries (interview_id)")
    op.execute(
        "CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (next_at)"
        " WHERE state = 'waiting'"
    )


def downgrade() -> None:
    op.execute("DROP TABLE webhook_deliveries")
    op.execute("DROP TABLE webhooks")
