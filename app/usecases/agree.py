"""Give and withdraw consent: one modality at a time, with the version of the words shown."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from app.domain.consent import Consent, Modality, require_allowed
from app.domain.interview import Interview
from app.ports.recordings import Recordings
from app.ports.store import Store

TEXT_VERSION = "2026-11"


async def agree(
    store: Store, interview_id: UUID, modalities: Iterable[Modality], *, now: datetime
) -> Interview | None:
    """Keep consent to exactly these modalities; those left out are withdrawn.

    Raises:
        PurposeForbids: one of them is never analysed for this purpose; then nothing is kept.
    """
    wanted = frozenset(modalities)
    async with store.begin() as work:
        interview = await work.interviews.get(interview_id)
        if interview is None:
            return None
        for modality in wanted:
            require_allowed(interview.purpose, modality)
        for modality in Modality:
            if modality in wanted and not interview.agreed(modality):
                consent = Consent(modality, TEXT_VERSION, given_at=now)
                await work.interviews.agree(interview_id, consent)
            elif modality not in wanted and interview.agreed(modality):
                await work.interviews.withdraw(interview_id, modality, now)
        return await work.interviews.get(interview_id)


async def withdraw(
    store: Store, recordings: Recordings, interview_id: UUID, modality: Modality, *, now: datetime
) -> None:
    """Take one consent back; without consent to audio the kept sound is erased as well."""
    async with store.begin() as work:
        await work.interviews.withdraw(interview_id, modality, now)
    if modality is Modality.AUDIO:
        await asyncio.to_thread(recordings.erase, interview_id)
