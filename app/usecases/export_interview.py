"""Everything about an interview in one zip file: the report, all rows as JSON, the kept sound."""

from __future__ import annotations

import asyncio
import json
import tempfile
import wave
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import UUID

from app.domain.consent import Purpose
from app.domain.interview import Recording
from app.ports.recordings import Recordings
from app.ports.speech import SAMPLE_RATE
from app.ports.store import Store
from app.usecases.build_report import build_report
from app.usecases.report_document import report_document

_PIECE_SECONDS = 60.0

README = """Everything that Sounding keeps of this interview.

report.json       the report, as its page shows it
interview.json    the interview with its consents and settings
turns.json        questions, answers, words with times
scorecards.json   grades with their evidence
readings.json     one reading of the face a second (empty without consent)
metrics.json      how turns were taken
contests.json     what you contested, and the answers
marks.json        what people marked, once it is released
notices.json      the words that were agreed to
receipts.json     what was erased so far
sound/            the kept sound, one file a stretch; its name tells the second it begins at
"""


async def export_interview(store: Store, recordings: Recordings, interview_id: UUID) -> Path | None:
    """A new zip file that the caller removes; None when there is no such interview.

    Raises:
        StoreUnavailable: the store can't be reached, or a recording can't be read.
    """
    report = await build_report(store, interview_id)
    if report is None:
        return None
    async with store.begin() as work:
        interview = await work.interviews.get(interview_id)
        if interview is None:
            return None
        cards = await work.scorecards.of(interview_id)
        parts: dict[str, object] = {
            "interview": interview,
            "turns": await work.turns.of(interview_id),
            "scorecards": cards,
            "readings": await work.observations.readings(interview_id),
            "metrics": await work.metrics.of(interview_id),
            "contests": await work.review.contests.of(interview_id),
            "receipts": await work.receipts.of(interview_id),
        }
        if report.released or interview.purpose is Purpose.PRACTICE:
            parts["marks"] = await work.review.marks.of(interview_id)
        versions = [consent.text_version for consent in interview.consents]
        parts["notices"] = await work.receipts.texts(versions)
        stretches = await work.observations.recordings(interview_id)
    parts["report"] = report_document(report)
    return await asyncio.to_thread(_write, parts, stretches, recordings)


def _write(
    parts: Mapping[str, object], stretches: Sequence[Recording], recordings: Recordings
) -> Path:
    with tempfile.NamedTemporaryFile(prefix="sounding-", suffix=".zip", delete=False) as made:
        path = Path(made.name)
        try:
            with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("README.txt", README)
                for name, value in parts.items():
                    text = json.dumps(plain(value), indent=1, ensure_ascii=False)
                    archive.writestr(f"{name}.json", text)
                for stretch in stretches:
                    _add_sound(archive, stretch, recordings)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    return path


def _add_sound(archive: zipfile.ZipFile, stretch: Recording, recordings: Recordings) -> None:
    name = f"sound/{stretch.start_s:09.1f}-{stretch.file.partition('.')[0]}.wav"
    seconds = recordings.seconds(stretch.interview_id, stretch.file)
    with archive.open(name, "w") as entry, wave.open(entry, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(SAMPLE_RATE)
        sound.setnframes(round(seconds * SAMPLE_RATE))
        at = 0.0
        while at < seconds:
            end = min(at + _PIECE_SECONDS, seconds)
            pcm = recordings.read(stretch.interview_id, stretch.file, at, end)
            sound.writeframesraw(pcm)
            at = end


def plain(value: object) -> Any:  # noqa: ANN401  # JSON values
    """Only JSON types."""
    if is_dataclass(value) and not isinstance(value, type):
        return {name: plain(each) for name, each in asdict(value).items()}
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
