"""Give and withdraw consent: one modality at a time, with the version of the words shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from uuid import UUID

from app.domain.consent import Consent, Modality, require_allowed, withdrawn_with
from app.domain.interview import Interview
from app.domain.notice import EDITION, Notice
from app.domain.retention import Erasure, Reason
from app.ports.recordings import Recordings
from app.ports.store import Store, UnitOfWork
from app.usecases.forget import forget

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
    shown: Iterable[Notice] = (),
) -> Interview | None:
    """Keep consent to exactly these modalities; those left out are withdrawn, as by `withdraw`.

    `shown` are the notices that were read; their words are kept. A recording needs the microphone.

    Raises:
        PurposeForbids: one of them is never analysed for this purpose; then nothing is kept.
    """
    wanted = frozenset(modalities)
    if Modality.AUDIO not in wanted:
        wanted -= withdrawn_with(Modality.AUDIO)
    notices = {notice.modality: notice for notice in shown}
    lost: list[Modality] = []
    async with store.begin() as work:
        interview = await work.interviews.get(interview_id)
        if interview is None:
            return None
        for modality in wanted:
            require_allowed(interview.purpose, modality)
        for modality in Modality:
            if modality in wanted:
                await _give(work, interview, modality, notices.get(modality), now)
            elif interview.agreed(modality):
                await work.interviews.withdraw(interview_id, modality, now)
                lost.append(modality)
        agreed = await work.interviews.get(interview_id)
    await heed(interview_id)
    await forget(store, recordings, interview_id, lost, reason=Reason.WITHDRAWN, now=now)
    return agreed


async def withdraw(
    store: Store,
    recordings: Recordings,
    interview_id: UUID,
    modality: Modality,
    *,
    heed: Heed,
    now: datetime,
) -> tuple[Erasure, ...]:
    """Take one consent back, with what needs it, and erase what was kept by it; the receipts."""
    async with store.begin() as work:
        interview = await work.interviews.get(interview_id)
        if interview is None:
            return ()
        lost = [m for m in Modality if m in withdrawn_with(modality) and interview.agreed(m)]
        for each in lost:
            await work.interviews.withdraw(interview_id, each, now)
    # First the writers stop, then the data goes: the other way round, more would be written.
    await heed(interview_id)
    return await forget(store, recordings, interview_id, lost, reason=Reason.WITHDRAWN, now=now)


async def _give(
    work: UnitOfWork,
    interview: Interview,
    modality: Modality,
    notice: Notice | None,
    now: datetime,
) -> None:
    """Keep the consent; one to other words takes the place of an earlier one."""
    version = EDITION if notice is None else notice.version
    standing = [c for c in interview.consents if c.modality is modality and c.active]
    if any(consent.text_version == version for consent in standing):
        return
    if notice is not None:
        await work.receipts.shown(notice)
    if standing:
        await work.interviews.withdraw(interview.id, modality, now)
    await work.interviews.agree(interview.id, Consent(modality, version, given_at=now))
