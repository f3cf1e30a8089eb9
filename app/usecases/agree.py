"""Give and withdraw consent: one modality at a time, with the version of the words shown."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from uuid import UUID

from app.domain.consent import Consent, Modality, require_allowed
from app.domain.interview import Interview
from app.ports.recordings import Recordings
from app.ports.store import Store

TEXT_VERSION = "2026-11"

Heed = Callable[[UUID], Awaitable[None]]
"""Makes a live interview heed its consents: once it returns, nothing more is recorded."""


async def agree(
    store: Store,
    recordings: Recordings,
    interview_id: UUID,
    modalities: Iterable[Modality],
    *,
    heed: Heed,
    now: datetime,
) -> Interview | None:
    """Keep consent to exactly these modalities; those left out are withdrawn, as by `withdraw`.

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
        agreed = await work.interviews.get(interview_id)
    await _follow(recordings, interview_id, heed, silent=Modality.AUDIO not in wanted)
    return agreed


async def withdraw(
    store: Store,
    recordings: Recordings,
    interview_id: UUID,
    modality: Modality,
    *,
    heed: Heed,
    now: datetime,
) -> None:
    """Take one consent back; without consent to audio the kept sound is erased as well."""
    async with store.begin() as work:
        await work.interviews.withdraw(interview_id, modality, now)
    await _follow(recordings, interview_id, heed, silent=modality is Modality.AUDIO)


async def _follow(recordings: Recordings, interview_id: UUID, heed: Heed, *, silent: bool) -> None:
    """First the writers stop, then the sound goes: the other way round, more would be written."""
    await heed(interview_id)
    if silent:
        await asyncio.to_thread(recordings.erase, interview_id)
