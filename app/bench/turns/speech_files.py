"""Speech files with their words: what a bench of turn-taking listens to.

The words lie beside a sound as NAME.txt, or with their times as NAME.TextGrid, there or in a folder
`textgrid` next to the sound's folder.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.bench.errors import BenchRefused
from app.bench.turns.textgrid import BadTextGrid, read_textgrid
from app.ports.speech import SAMPLE_RATE, Pcm

SOUNDS = frozenset({".wav", ".flac"})
SHORTEST_SECONDS = 3.0
LONGEST_SECONDS = 29.0  # the recogniser takes 30 s at once


@dataclass(frozen=True)
class SpokenWord:
    """One word that was said; its times are None where nobody wrote them down."""

    text: str
    start_s: float | None = None
    end_s: float | None = None


@dataclass(frozen=True)
class SpeechFile:
    """One person's speech and words."""

    name: str
    speaker: str
    pcm: Pcm
    words: tuple[SpokenWord, ...]

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.pcm) / SAMPLE_RATE


@dataclass(frozen=True)
class Skipped:
    """A file that is not measured, and why."""

    file: str
    why: str


class _Unusable(Exception):
    """Why this file is skipped."""


def read_speech(folder: Path) -> tuple[tuple[SpeechFile, ...], tuple[Skipped, ...]]:
    """All speech files of a folder and the folders in it, by name; and those left out.

    Raises:
        BenchRefused: no such folder, or no file in it that can be measured.
    """
    if not folder.is_dir():
        raise BenchRefused(f"expected a folder of speech files, found no folder at {folder}")
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SOUNDS)
    if not paths:
        raise BenchRefused(f"expected wav or flac files in {folder}, found none")
    files: list[SpeechFile] = []
    skipped: list[Skipped] = []
    for path in paths:
        try:
            files.append(_read(path))
        except _Unusable as why:
            skipped.append(Skipped(path.name, str(why)))
    if not files:
        first = skipped[0]
        raise BenchRefused(
            f"none of the {len(skipped)} speech files in {folder} can be measured; "
            f"{first.file}: {first.why}"
        )
    return tuple(files), tuple(skipped)


def speaker_of(path: Path) -> str:
    """The speaker by LibriSpeech's names (SPEAKER-CHAPTER-UTTERANCE), else the file's own name."""
    libri = re.fullmatch(r"(\d+)-\d+-\d+", path.stem)
    return libri[1] if libri else path.stem


def _read(path: Path) -> SpeechFile:
    words = _words(path)
    pcm = _sound(path)
    seconds = len(pcm) / SAMPLE_RATE
    if seconds < SHORTEST_SECONDS:
        raise _Unusable(f"{seconds:.1f} s long, expected at least {SHORTEST_SECONDS:.0f} s")
    if seconds > LONGEST_SECONDS:
        raise _Unusable(f"{seconds:.1f} s long, expected at most {LONGEST_SECONDS:.0f} s")
    return SpeechFile(path.stem, speaker_of(path), pcm, words)


def _sound(path: Path) -> Pcm:
    from faster_whisper.audio import decode_audio  # heavy: only when a bench listens

    try:
        samples = decode_audio(str(path), sampling_rate=SAMPLE_RATE)
    except (OSError, ValueError, IndexError) as error:  # PyAV's errors are OSErrors and ValueErrors
        raise _Unusable("no readable sound") from error
    pcm: Pcm = (np.clip(samples, -1.0, 1.0) * 32767).astype(np.int16)
    if not len(pcm) or not np.any(pcm):
        raise _Unusable("no readable sound")
    return pcm


def _words(path: Path) -> tuple[SpokenWord, ...]:
    text = path.with_suffix(".txt")
    grids = (
        path.with_suffix(".TextGrid"),
        path.parent.parent / "textgrid" / f"{path.stem}.TextGrid",
    )
    try:
        if text.is_file():
            words = tuple(SpokenWord(word) for word in text.read_text(encoding="utf-8").split())
        else:
            grid = next((place for place in grids if place.is_file()), None)
            if grid is None:
                raise _Unusable("no .txt with its words beside it")
            words = tuple(
                SpokenWord(span.text, span.start_s, span.end_s)
                for span in read_textgrid(grid.read_text(encoding="utf-8"))
            )
    except (OSError, UnicodeDecodeError, BadTextGrid) as error:
        raise _Unusable(f"its words can't be read ({type(error).__name__})") from error
    if not words:
        raise _Unusable("the file of its words is empty")
    return words
