"""Take a recording that somebody brings: check it, seal it, queue its analysis."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO
from uuid import UUID, uuid4

from app.domain.consent import Consent, Modality, Purpose
from app.domain.errors import BadContent
from app.domain.interview import Interview, InterviewStatus, Mode
from app.domain.notice import EDITION, Notice
from app.domain.upload import TRACK, Upload
from app.ports.errors import MediaUnreadable
from app.ports.media import MediaReader
from app.ports.recordings import Recordings
from app.ports.store import Store

_PIECE = 1_000_000
_NAME = 120


@dataclass(frozen=True)
class UploadLimits:
    """The largest file, and the longest that is analysed."""

    megabytes: int = 200
    minutes: int = 60

    @property
    def bytes(self) -> int:
        """The largest file in bytes."""
        return self.megabytes * 1_000_000


@dataclass(frozen=True)
class Brought:
    """What somebody brought, and what was agreed to."""

    file: BinaryIO
    name: str
    modalities: frozenset[Modality]
    question_id: str | None = None
    shown: tuple[Notice, ...] = ()
    owner_id: UUID | None = None


async def take_upload(
    store: Store,
    recordings: Recordings,
    media: MediaReader,
    brought: Brought,
    *,
    limits: UploadLimits,
    mode: Mode,
    models: Mapping[str, str],
    now: datetime,
) -> Interview:
    """Keep the file until it is analysed, in an interview of its own.

    Raises:
        BadContent: too long, without what was agreed to, or an unknown question.
        MediaUnreadable: it is no film and no sound.
        StoreUnavailable: nothing could be kept.
    """
    seconds = await asyncio.to_thread(_checked, media, brought, limits)
    async with store.begin() as work:
        named = [brought.question_id] if brought.question_id else []
        known = await work.library.questions(named)
        if len(known) < len(named):
            raise BadContent(f"expected a question of the bank, found {brought.question_id!r}")
        interview = _interview(brought, named, seconds, mode, models, now)
        await work.interviews.add(interview)
        for notice in brought.shown:
            if notice.modality in brought.modalities:
                await work.receipts.shown(notice)
    try:
        file, size = await asyncio.to_thread(_sealed, recordings, interview.id, brought.file)
        async with store.begin() as work:
            await work.uploads.save(Upload(interview.id, file, brought.name[:_NAME], size))
            await work.jobs.analyse(interview.id)
    except BaseException:
        await asyncio.to_thread(recordings.erase, interview.id)
        raise
    return interview


def _checked(media: MediaReader, brought: Brought, limits: UploadLimits) -> float:
    """The file's length as it tells it, 0 where it does not; refuses what can't be analysed."""
    facts = media.facts(brought.file)
    if facts.seconds is not None and facts.seconds > 60 * limits.minutes:
        lasts, most = round(facts.seconds / 60), limits.minutes
        raise BadContent(f"This recording lasts {lasts} minutes. At most {most} are analysed")
    if not _wanted(facts.sound, facts.picture, brought.modalities):
        held = "sound" if facts.sound else "pictures"
        raise BadContent(f"This file holds only {held}, and that was not agreed to")
    return facts.seconds or 0.0


def _wanted(sound: bool, picture: bool, modalities: Iterable[Modality]) -> bool:
    agreed = set(modalities)
    return (sound and Modality.AUDIO in agreed) or (picture and Modality.VIDEO in agreed)


def _interview(
    brought: Brought,
    questions: list[str],
    seconds: float,
    mode: Mode,
    models: Mapping[str, str],
    now: datetime,
) -> Interview:
    versions = {notice.modality: notice.version for notice in brought.shown}
    return Interview(
        id=uuid4(),
        purpose=Purpose.PRACTICE,
        track_id=TRACK,
        title=f"Recording {brought.name[:_NAME]}",
        status=InterviewStatus.GRADING,
        mode=mode,
        created_at=now,
        token=secrets.token_urlsafe(24),
        asks=1,
        question_ids=tuple(questions),
        clock_s=seconds,
        models=dict(models),
        consents=tuple(
            Consent(modality, versions.get(modality, EDITION), now)
            for modality in Modality
            if modality in brought.modalities
        ),
        started_at=now,
        owner_id=brought.owner_id,
    )


def _sealed(recordings: Recordings, interview_id: UUID, file: BinaryIO) -> tuple[str, int]:
    """Seal the file like a recording; its name there, and its bytes."""
    writer = recordings.open(interview_id)
    size = 0
    file.seek(0)
    try:
        while piece := file.read(_PIECE):
            size += len(piece)
            writer.append(piece)
        if size % 2:
            writer.append(b"\0")  # recordings are read in whole samples
    finally:
        writer.close()
    if size == 0:
        raise MediaUnreadable("This file is empty.")
    return writer.file, size
