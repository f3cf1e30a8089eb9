"""Search by meaning through a denser graph: more neighbours a node, more candidates when built."""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_TABLES = ("passages", "coach_places")


def upgrade() -> None:
    _rebuild(24, 128)


def downgrade() -> None:
    _rebuild(16, 64)


def _rebuild(neighbours: int, candidates: int) -> None:
    for table in _TABLES:
        op.execute(f"DROP INDEX {table}_embedding")
        op.execute(
            f"CREATE INDEX {table}_embedding ON {table} USING hnsw (embedding halfvec_cosine_ops)"
            f" WITH (m = {neighbours}, ef_construction = {candidates})"
        )
