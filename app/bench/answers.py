"""Spoken answers for simulated candidates: real speech where there is some, else synthesised.

All samples are made before anything is measured. The pauses inside an answer are known, so that a
connection can be dropped between two words and never within one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.adapters.files.bank import load_bank
from app.adapters.files.models import ModelStore
from app.adapters.speech.piper import PiperSpeech
from app.bench.errors import BenchRefused
from app.ports.speech import SAMPLE_RATE, Pcm

ROOT = Path(__file__).resolve().parent.parent.parent
SHORTEST_SECONDS, LONGEST_SECONDS = 10.0, 25.0
WANTED_SECONDS = (10.0, 22.0)
PAUSE_SECONDS = (0.4, 1.2)
FLOOR = 12


@dataclass(frozen=True)
class SpokenAnswer:
    """One answer: its samples, its words as they were read, and where its pauses begin."""

    name: str
    pcm: Pcm
    words: tuple[str, ...]
    pauses: tuple[int, ...]

    @property
    def seconds(self) -> float:
        """How long it takes to say."""
        return len(self.pcm) / SAMPLE_RATE


@dataclass(frozen=True)
class Piece:
    """Something that one speaker said, without a pause of ours in it."""

    name: str
    speaker: str
    pcm: Pcm
    text: str


def spoken_answers(data: Path | None, *, seed: int, most: int = 40) -> tuple[SpokenAnswer, ...]:
    """Answers of 10 to 25 s, each by one speaker; LibriSpeech out of `data`, else by Piper.

    Raises:
        BenchRefused: `data` holds no speech.
    """
    pieces = _recorded(data) if data is not None else _synthesised(most)
    rng = np.random.default_rng(seed)
    answers = tuple(joined(pieces, rng))[:most]
    if not answers:
        raise BenchRefused(f"expected speech below {data}, found none")
    return answers


def joined(pieces: Iterable[Piece], rng: np.random.Generator) -> Iterator[SpokenAnswer]:
    """Pieces of one speaker with pauses between them, until each answer has a length of chance."""
    held: list[Piece] = []
    wanted = rng.uniform(*WANTED_SECONDS)
    for piece in pieces:
        if len(piece.pcm) > LONGEST_SECONDS * SAMPLE_RATE:
            continue
        if held and (piece.speaker != held[0].speaker or _too_long([*held, piece])):
            if _seconds(held) >= SHORTEST_SECONDS:
                yield _answer(held, rng)
            held = []
        held.append(piece)
        if _seconds(held) >= wanted:
            yield _answer(held, rng)
            held, wanted = [], rng.uniform(*WANTED_SECONDS)


def noise(samples: int, rng: np.random.Generator) -> Pcm:
    """The sound of a quiet room."""
    return rng.integers(-FLOOR, FLOOR + 1, samples).astype(np.int16)


def _too_long(pieces: Sequence[Piece]) -> bool:
    return _seconds(pieces) + PAUSE_SECONDS[1] * (len(pieces) - 1) > LONGEST_SECONDS


def _seconds(pieces: Sequence[Piece]) -> float:
    return sum(len(piece.pcm) for piece in pieces) / SAMPLE_RATE


def _answer(pieces: Sequence[Piece], rng: np.random.Generator) -> SpokenAnswer:
    parts: list[Pcm] = []
    pauses: list[int] = []
    for piece in pieces:
        if parts:
            pauses.append(sum(len(part) for part in parts))
            parts.append(noise(round(rng.uniform(*PAUSE_SECONDS) * SAMPLE_RATE), rng))
        parts.append(piece.pcm)
    words = " ".join(piece.text for piece in pieces).lower().split()
    return SpokenAnswer(pieces[0].name, np.concatenate(parts), tuple(words), tuple(pauses))


def _recorded(data: Path) -> Iterator[Piece]:
    from faster_whisper.audio import decode_audio  # heavy: only when answers are read

    for path in sorted((data / "speech" / "librispeech").glob("*.flac")):
        text = path.with_suffix(".txt")
        if text.is_file():
            wave = np.asarray(decode_audio(str(path)), dtype=np.float32)
            pcm = np.asarray(np.clip(wave * 32767, -32768, 32767), dtype=np.int16)
            yield Piece(
                path.stem, path.stem.split("-")[0], pcm, text.read_text(encoding="utf-8").strip()
            )


def _synthesised(most: int) -> Iterator[Piece]:
    """The reference points of the bank's questions, spoken."""
    voice = PiperSpeech(ModelStore().model_folder("piper-joe"), 2, varied=False)
    bank = load_bank(ROOT / "rubrics", ROOT / "question_bank")
    for number, question in enumerate(bank.questions):
        if number >= most:
            return
        for point in question.points:
            parts = [
                _at_microphone_rate(sound.pcm, sound.rate) for sound in voice.speak(point.text)
            ]
            name = f"{question.id}/{point.id}"
            yield Piece(name, question.id, np.concatenate(parts), point.text)


def _at_microphone_rate(pcm: bytes, rate: int) -> Pcm:
    wave = np.frombuffer(pcm, "<i2").astype(np.float64)
    times = np.arange(int(len(wave) * SAMPLE_RATE / rate)) * rate / SAMPLE_RATE
    return np.interp(times, np.arange(len(wave)), wave).astype(np.int16)
