"""`sounding measure voice`: a folder of sounds into a table, one line a file."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.adapters.voice.sound_file import blocks_of
from app.domain.figures import StressReading
from app.ports.errors import PortError, VoiceUnavailable
from app.ports.voice import StressModel
from app.usecases.measure_voices import MeasureVoices, VoiceReading, overall, read_stress

Floats = NDArray[np.float64]

SOUNDS = frozenset({".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a", ".webm", ".mp4"})
COLUMNS = (
    "file",
    "seconds",
    "speech_seconds",
    "pauses",
    "pitch_hz_median",
    "pitch_range_st",
    "loudness_db",
    "rate_wpm",
    "stress",
    "p_low",
    "p_medium",
    "p_high",
    "confidence",
    "coverage",
    "error",
)
LEAST_OWN_ROWS = 5


class BadVoiceFiles(Exception):
    """The folder or the baseline can't be used; the message says what was expected."""


@dataclass(frozen=True)
class VoiceFiles:
    """What to measure, against what, with which engines."""

    paths: tuple[Path, ...]
    root: Path
    baseline: tuple[Path, ...]
    plain: MeasureVoices
    full: MeasureVoices
    model: StressModel | None


def find_sounds(place: Path, what: str) -> tuple[Path, ...]:
    """The sound files at a place, by name.

    Raises:
        BadVoiceFiles: nothing there that could be one.
    """
    if place.is_file():
        return (place,)
    if not place.is_dir():
        raise BadVoiceFiles(f"{what}: expected a folder or a sound file, found nothing at {place}")
    found = tuple(sorted(path for path in place.rglob("*") if path.suffix.lower() in SOUNDS))
    if not found:
        raise BadVoiceFiles(f"{what}: expected wav or flac files in {place}, found none")
    return found


def write_table(files: VoiceFiles, out: Path, note: Callable[[str], None]) -> int:
    """Measure every file and write the table; how many files could not be read.

    Raises:
        BadVoiceFiles: the baseline holds no voice.
        PortError: an engine failed, rather than a file.
    """
    own = _baseline(files, note) if files.baseline else None
    measured = [_measured(files.full, path, note, n) for n, path in enumerate(files.paths, 1)]
    if own is None and files.model is None:
        own = _folder_rows([each for each in measured if isinstance(each, VoiceReading)], note)
    with out.open("w", encoding="utf-8", newline="") as table:
        writer = csv.DictWriter(table, COLUMNS)
        writer.writeheader()
        for path, reading in zip(files.paths, measured, strict=True):
            name = path.relative_to(files.root).as_posix()
            writer.writerow({"file": name, **_cells(reading, own, files.model)})
    return sum(isinstance(each, str) for each in measured)


def _measured(
    measure: MeasureVoices, path: Path, note: Callable[[str], None], number: int
) -> VoiceReading | str:
    note(f"{number}: {path.name}")
    try:
        return measure(blocks_of(path))
    except VoiceUnavailable as error:
        return str(error)


def _baseline(files: VoiceFiles, note: Callable[[str], None]) -> Floats:
    """The rows of the speaker's other speech."""
    found = []
    for path in files.baseline:
        try:
            found.append(files.plain(blocks_of(path)).track.rows)
        except VoiceUnavailable as error:
            raise BadVoiceFiles(f"--baseline: {error}") from None
    rows = np.concatenate(found)
    if not len(rows):
        raise BadVoiceFiles("--baseline: expected speech that can be measured, found none")
    note(f"baseline: {len(rows)} stretches of {len(files.baseline)} files")
    return rows


def _folder_rows(measured: Sequence[VoiceReading], note: Callable[[str], None]) -> Floats | None:
    """All the speech there is, where nothing else can stand for the speaker's usual voice."""
    rows = np.concatenate([reading.track.rows for reading in measured] or [np.zeros((0, 1))])
    if len(rows) < LEAST_OWN_ROWS:
        note("no --baseline and too little speech to stand in for one: stress stays empty")
        return None
    note("no --baseline: each file is compared with all files of the folder, as one speaker's")
    return rows


def _cells(
    reading: VoiceReading | str, own: Floats | None, model: StressModel | None
) -> dict[str, str]:
    if isinstance(reading, str):
        return {"coverage": "0", "confidence": "0", "error": reading}
    track, summary = reading.track, reading.summary
    try:
        stress = overall(track, read_stress(track, own=own, model=model))
    except PortError as error:
        return {"coverage": "0", "confidence": "0", "error": str(error)}
    return {
        "seconds": f"{track.seconds:.2f}",
        "speech_seconds": f"{track.speech_seconds:.2f}",
        "pauses": str(len(track.pauses)),
        "pitch_hz_median": _cell(summary.pitch_hz_median, 1),
        "pitch_range_st": _cell(summary.pitch_range_st, 2),
        "loudness_db": _cell(summary.loudness_db, 1),
        "rate_wpm": _cell(reading.rate_wpm, 0),
        **_stress_cells(stress),
        "error": reading.problem,
    }


def _stress_cells(stress: StressReading) -> dict[str, str]:
    shares = stress.shares or (None, None, None)
    return {
        "stress": stress.level or "",
        **{
            f"p_{name}": _cell(share, 3)
            for name, share in zip(("low", "medium", "high"), shares, strict=True)
        },
        "confidence": _cell(stress.confidence, 3),
        "coverage": _cell(stress.coverage, 3),
    }


def _cell(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"
