"""Run migrations on the connection that `app.adapters.store.migrate` hands over."""

from __future__ import annotations

from alembic import context
from app.adapters.store.code_schema import metadata  # with the tables of code


def include(name: str | None, kind: str, _parents: object) -> bool:
    """Leave the job queue's own tables alone."""
    return not (kind == "table" and name is not None and name.startswith("procrastinate_"))


connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, include_name=include)
with context.begin_transaction():
    context.run_migrations()
