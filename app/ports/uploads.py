"""Port of recordings that people brought."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from app.domain.upload import Upload


class Uploads(Protocol):
    """Uploads, one for each interview that was made of one; erased with it."""

    async def save(self, upload: Upload) -> None:
        """Insert or replace the upload of this interview."""
        ...

    async def get(self, interview_id: UUID) -> Upload | None:
        """That of an interview, or None."""
        ...
