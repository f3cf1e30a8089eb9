"""Labelled clips of voices as rows of features: found, sounded out, augmented and kept.

Two layouts: a folder of sound files named as in RAVDESS (`03-01-06-01-02-01-12.flac`: the third
number is the emotion, the last the actor), or a CSV with the columns `file`, `label` (an emotion or
low, medium, high) and `speaker`, its files relative to it.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from app.adapters.voice.sound_file import blocks_of
from app.delivery.voice_features import FEATURES
from app.delivery.voice_track import piece_of
from app.ports.errors import VoiceUnavailable
from app.ports.voice import VoiceAnalyser
from app.usecases.track_voice import pieces_of

Floats = NDArray[np.float64]
Whole = NDArray[np.int_]

SOUNDS = frozenset({".flac", ".wav", ".mp3", ".ogg", ".opus", ".m4a"})
RAVDESS = ("neutral", "calm", "happy", "sad", "angry", "fear", "disgust", "surprise")
LEVEL_OF = {
    **dict.fromkeys(("low", "neutral", "calm", "happy"), 0),
    **dict.fromkeys(("medium", "surprise", "disgust"), 1),
    **dict.fromkeys(("high", "angry", "fear", "sad"), 2),
}
ROWS_VERSION = "1"
GAIN_DB = 4.0
NOISE_DB = (15.0, 35.0)


class BadVoiceData(Exception):
    """The data can't be used; the message says what was expected."""


class RowStore(Protocol):
    """Where rows are kept between runs."""

    def known(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """The rows under these keys."""
        ...

    def keep(self, rows: Mapping[bytes, bytes]) -> None:
        """Keep rows."""
        ...


@dataclass(frozen=True)
class LabelledClip:
    """One file with its level (0 low, 1 medium, 2 high) and who speaks."""

    file: Path
    level: int
    speaker: str
    neutral: bool


@dataclass(frozen=True)
class Clips:
    """Rows of features with their labels; `copy` is 0 for the sound itself, else a changed one."""

    rows: Floats
    level: Whole
    speaker: Whole
    neutral: NDArray[np.bool_]
    copy: Whole
    clip: Whole
    seconds: float

    def of(self, chosen: NDArray[np.bool_]) -> Clips:
        """Only the chosen rows."""
        return Clips(
            self.rows[chosen],
            self.level[chosen],
            self.speaker[chosen],
            self.neutral[chosen],
            self.copy[chosen],
            self.clip[chosen],
            self.seconds,
        )


def find_clips(data: Path) -> tuple[LabelledClip, ...]:
    """The labelled clips of a folder or a CSV, by name.

    Raises:
        BadVoiceData: nothing there, fewer than two speakers, or a level without clips.
    """
    if data.is_file():
        found = tuple(_listed(data))
    elif data.is_dir():
        paths = (p for p in data.rglob("*") if p.suffix.lower() in SOUNDS)
        named = (_named(path) for path in sorted(paths))
        found = tuple(clip for clip in named if clip is not None)
    else:
        raise BadVoiceData(f"expected a folder or a CSV, found nothing at {data}")
    if len({clip.speaker for clip in found}) < 2 or {c.level for c in found} != {0, 1, 2}:
        raise BadVoiceData(
            f"expected clips of three levels by two speakers or more in {data}, found {len(found)} "
            f"clips by {len({clip.speaker for clip in found})}"
        )
    return found


def load_clips(
    clips: Sequence[LabelledClip],
    *,
    voice: VoiceAnalyser,
    store: RowStore,
    copies: int,
    note: Callable[[str], None],
    force: bool = False,
) -> Clips:
    """Rows of all clips and of their augmented copies; what is kept already is not made again.

    Raises:
        BadVoiceData: a file can't be read.
    """
    names = sorted({clip.speaker for clip in clips})
    rows: list[Floats] = []
    labels: list[tuple[int, int, bool, int, int]] = []
    seconds = 0.0
    for number, clip in enumerate(clips):
        if number and number % 200 == 0:
            note(f"{number} of {len(clips)} clips")
        speaker = names.index(clip.speaker)
        data = clip.file.read_bytes()
        for copy in range(copies + 1):
            found, length = _rows(data, clip, speaker, copy, voice, store, force)
            seconds += length if copy == 0 else 0.0
            rows += list(found)
            labels += [(clip.level, speaker, clip.neutral, copy, number)] * len(found)
    if not rows:
        raise BadVoiceData("expected speech in the clips, found none")
    level, who, neutral, copied, origin = np.array(labels, dtype=np.int_).T
    made = Clips(np.array(rows), level, who, neutral.astype(np.bool_), copied, origin, seconds)
    return made.of(np.isfinite(made.rows[:, 0]))


def _rows(
    data: bytes,
    clip: LabelledClip,
    speaker: int,
    copy: int,
    voice: VoiceAnalyser,
    store: RowStore,
    force: bool,
) -> tuple[Floats, float]:
    made = f"{ROWS_VERSION} {','.join(FEATURES)} {speaker if copy else ''} {copy}"
    key = hashlib.sha256(data + made.encode()).digest()[:16]
    kept = {} if force else store.known([key])
    if key not in kept:
        try:
            rows, seconds = _measured(clip.file, speaker, copy, voice)
        except VoiceUnavailable as error:
            raise BadVoiceData(str(error)) from None
        kept = {key: np.concatenate([[seconds], rows.ravel()]).astype(np.float32).tobytes()}
        store.keep(kept)
    flat = np.frombuffer(kept[key], np.float32).astype(np.float64)
    return flat[1:].reshape(-1, len(FEATURES)), float(flat[0])


def _measured(file: Path, speaker: int, copy: int, voice: VoiceAnalyser) -> tuple[Floats, float]:
    rows, seconds = [], 0.0
    for wave in pieces_of(_changed(blocks_of(file), speaker, copy)):
        rows.append(piece_of(wave, seconds, voice.phonation(wave)).row)
        seconds += len(wave) / 16_000
    return np.array(rows).reshape(-1, len(FEATURES)), seconds


def _changed(blocks: Iterable[Floats], speaker: int, copy: int) -> Iterator[Floats]:
    """The sound as another microphone in another room gives it: one gain and noise per speaker."""
    if copy == 0:
        yield from blocks
        return
    chance = np.random.default_rng([speaker, copy])
    gain = 10 ** (chance.uniform(-GAIN_DB, GAIN_DB) / 20)
    below = 10 ** (-chance.uniform(*NOISE_DB) / 20)
    for block in blocks:
        level = float(np.sqrt((block**2).mean())) if len(block) else 0.0
        noise = chance.standard_normal(len(block)) * below * level
        yield ((block + noise) * gain).clip(-1, 1)


def _named(path: Path) -> LabelledClip | None:
    parts = path.stem.split("-")
    if len(parts) != 7 or not all(part.isdigit() for part in parts):
        return None
    number = int(parts[2])
    if not 1 <= number <= len(RAVDESS):
        return None
    emotion = RAVDESS[number - 1]
    return LabelledClip(path, LEVEL_OF[emotion], parts[6], emotion == "neutral")


def _listed(table: Path) -> Iterator[LabelledClip]:
    with table.open(encoding="utf-8", newline="") as lines:
        for number, line in enumerate(csv.DictReader(lines), 2):
            label = (line.get("label") or "").strip().lower()
            file, speaker = line.get("file"), line.get("speaker")
            if not file or not speaker or label not in LEVEL_OF:
                raise BadVoiceData(
                    f"{table.name}, line {number}: expected file, speaker and a label of "
                    f"{', '.join(LEVEL_OF)}"
                )
            yield LabelledClip(table.parent / file, LEVEL_OF[label], speaker, label == "neutral")
