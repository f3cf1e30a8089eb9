"""The keys of recordings: one for each stretch, gone with its row.

Recordings are written and read off the event loop, so this speaks to the database by itself, in
short transactions of its own. A key is never remembered here: erased is erased.
"""

from __future__ import annotations

import secrets
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from app.adapters.store.consent_schema import recording_keys
from app.adapters.store.errors import translated

KEY_BYTES = 32


class PostgresKeys:
    """Keys by interview and file."""

    def __init__(self, url: str) -> None:
        self._engine = sa.create_engine(
            url,
            pool_size=2,
            max_overflow=6,
            pool_timeout=10,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"connect_timeout": 5},
        )

    def make(self, interview_id: UUID, file: str) -> bytes:
        """A new key for this file, in place of any that it had.

        Raises:
            StoreUnavailable: the database can't be reached.
        """
        key = secrets.token_bytes(KEY_BYTES)
        new = insert(recording_keys).values(interview_id=interview_id, file=file, key=key)
        again = new.on_conflict_do_update(
            index_elements=["interview_id", "file"], set_={"key": key}
        )
        with translated(), self._engine.begin() as connection:
            connection.execute(again)
        return key

    def of(self, interview_id: UUID, file: str) -> bytes | None:
        """The key of this file, or None where it has none or was erased."""
        table = recording_keys
        same = (table.c.interview_id == interview_id, table.c.file == file)
        with translated(), self._engine.begin() as connection:
            found = connection.execute(sa.select(table.c.key).where(*same)).scalar()
        return None if found is None else bytes(found)

    def erase(self, interview_id: UUID, file: str | None = None) -> int:
        """Erase all keys of an interview, or the one of a file; how many there were."""
        table = recording_keys
        gone = sa.delete(table).where(table.c.interview_id == interview_id)
        if file is not None:
            gone = gone.where(table.c.file == file)
        with translated(), self._engine.begin() as connection:
            return connection.execute(gone).rowcount

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()
