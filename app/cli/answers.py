"""The answers of a rehearsal: a folder of recordings, one for each question and follow-up.

`1.wav`, `2.wav` answer questions 1, 2; `1b.wav`, `1c.wav` the follow-ups to question 1. A `.txt` in
place of a recording is a typed answer. A missing number is five seconds of silence and a skip.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.ports.speech import SAMPLE_RATE, Pcm

_NAME = re.compile(r"^(\d{1,3})([b-z]?)\.(wav|flac|txt)$")


class BadAnswers(Exception):
    """The folder can't be used; the message says what was expected."""


@dataclass(frozen=True)
class Answer:
    """One answer: samples at 16 kHz, or typed text, or neither (silence, then a skip)."""

    pcm: Pcm | None = None
    text: str | None = None


@dataclass(frozen=True)
class Answers:
    """All answers by question number (from 1) and place (0: the question, 1: first follow-up)."""

    given: dict[tuple[int, int], Answer]

    @property
    def highest(self) -> int:
        """The number of the last question that is answered."""
        return max(number for number, _ in self.given)

    def of(self, number: int, place: int) -> Answer:
        """The answer, or silence."""
        return self.given.get((number, place), Answer())


def read_answers(folder: Path) -> Answers:
    """Read a folder of answers.

    Raises:
        BadAnswers: no folder, no answer in it, or a file that can't be read.
    """
    if not folder.is_dir():
        raise BadAnswers(f"{folder} is no folder")
    given: dict[tuple[int, int], Answer] = {}
    for path in sorted(folder.iterdir()):
        match = _NAME.match(path.name)
        if match is None:
            continue
        number, letter = int(match[1]), match[2]
        key = (number, ord(letter) - ord("a") if letter else 0)
        if key in given:
            raise BadAnswers(f"{path}: a second answer to {match[1]}{letter}")
        given[key] = _read(path)
    if not given:
        raise BadAnswers(f"{folder}: expected 1.wav, 1b.wav, 2.wav or 1.txt, found none of these")
    if min(number for number, _ in given) < 1:
        raise BadAnswers(f"{folder}: questions are numbered from 1")
    return Answers(given)


def _read(path: Path) -> Answer:
    if path.suffix == ".txt":
        try:
            text = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise BadAnswers(f"{path}: {error}") from error
        if not text:
            raise BadAnswers(f"{path}: expected a typed answer, found an empty file")
        return Answer(text=text)
    return Answer(pcm=read_sound(path))


def read_sound(path: Path) -> Pcm:
    """A recording of any rate and number of channels as 16 kHz mono.

    Raises:
        BadAnswers: the file can't be read or holds nothing.
    """
    from faster_whisper.audio import decode_audio

    try:
        samples = decode_audio(str(path), sampling_rate=SAMPLE_RATE)
    except (OSError, ValueError, IndexError) as error:
        raise BadAnswers(f"{path}: no readable sound ({error})") from error
    if not len(samples):
        raise BadAnswers(f"{path}: expected speech, found an empty recording")
    pcm: Pcm = (np.clip(samples, -1.0, 1.0) * 32767).astype(np.int16)
    return pcm
