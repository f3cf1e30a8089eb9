"""Ports of what people were told, and of what was erased and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.domain.consent import Modality
from app.domain.notice import Notice
from app.domain.retention import Erasure


class Receipts(Protocol):
    """Notices by version, receipts of erasures, and the rows of each modality.

    Receipts outlive the interview that they are of.
    """

    async def shown(self, notice: Notice) -> None:
        """Keep the words of a notice, once for each version."""
        ...

    async def texts(self, versions: Sequence[str]) -> dict[str, Notice]:
        """The notices of these versions, as far as they were kept."""
        ...

    async def add(self, erasure: Erasure) -> None:
        """Keep a receipt."""
        ...

    async def get(self, erasure_id: UUID) -> Erasure | None:
        """One receipt, or None."""
        ...

    async def of(self, interview_id: UUID) -> tuple[Erasure, ...]:
        """The receipts of an interview, also of one that is gone, the oldest first."""
        ...

    async def forget(self, interview_id: UUID, modality: Modality) -> int:
        """Erase the rows of a modality; how many. Waits for whoever adds to them just now."""
        ...

    async def rows(self, interview_id: UUID) -> dict[str, tuple[Mapping[str, object], ...]]:
        """Every row that belongs to an interview, by table, for its export.

        Left out: the keys of its recordings, and the groups that its speaker told of.
        """
        ...

    async def holding(
        self, modality: Modality, *, before: datetime | None = None
    ) -> tuple[UUID, ...]:
        """Interviews with rows of a modality whose clock began before then.

        Without `before`: those that have such rows and no standing consent to them.
        """
        ...

    async def older(self, before: datetime) -> tuple[UUID, ...]:
        """Interviews whose clock began before then."""
        ...
