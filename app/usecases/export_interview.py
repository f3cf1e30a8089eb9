"""Everything about an interview in one zip file: the report, all rows as JSON, the kept sound."""

from __future__ import annotations

import asyncio
import json
import tempfile
import wave
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass, replace
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import UUID

from app.delivery.fusion import FittedBlend
from app.domain.consent import Purpose
from app.domain.interview import Recording
from app.ports.groups import SelfReports
from app.ports.recordings import Recordings
from app.ports.speech import SAMPLE_RATE
from app.ports.store import Store
from app.usecases.build_report import build_report
from app.usecases.report_document import report_document

_PIECE_SECONDS = 60.0

_OF_REVIEWERS = frozenset({"marks", "reviews", "audit_entries"})

README = """Everything that Sounding keeps of this interview.

report.json       the report, as its page shows it
interview.json    the interview with its consents and settings
notices.json      the words that were agreed to
receipts.json     what was erased so far
groups.json       the groups that you told of, or null
rows/             every row of the database, one file a table: answers, grades, readings, code
sound/            the kept sound, one file a stretch; its name tells the second it begins at

Of an assessment the reviewers' own rows are there once it is released.
"""


async def export_interview(
    store: Store,
    recordings: Recordings,
    interview_id: UUID,
    *,
    groups: SelfReports | None = None,
    fitted: FittedBlend | None = None,
) -> Path | None:
    """A new zip file that the caller removes; None when there is no such interview.

    Raises:
        StoreUnavailable: the store can't be reached, or a recording can't be read.
    """
    report = await build_report(store, interview_id, fitted=fitted)
    if report is None:
        return None
    async with store.begin() as work:
        interview = await work.interviews.get(interview_id)
        if interview is None:
            return None
        versions = [consent.text_version for consent in interview.consents]
        parts: dict[str, object] = {
            "interview": replace(interview, token=""),
            "notices": await work.receipts.texts(versions),
            "receipts": await work.receipts.of(interview_id),
        }
        shown = report.released or interview.purpose is Purpose.PRACTICE
        for table, rows in (await work.receipts.rows(interview_id)).items():
            if shown or table not in _OF_REVIEWERS:
                parts[f"rows/{table}"] = rows
        stretches = await work.observations.recordings(interview_id)
    parts["report"] = report_document(report)
    parts["groups"] = await groups.of(interview_id) if groups is not None else None
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
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if hasattr(value, "to_list"):  # a vector
        return value.to_list()
    return str(value)
