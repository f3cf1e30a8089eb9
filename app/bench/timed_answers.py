"""Answers that a bench speaks: recordings, with the true end of speech known from the file."""

from __future__ import annotations

import io
import math
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.adapters.speech.piper import PiperSpeech
from app.bench.errors import BenchRefused
from app.delivery.voiced import LEAST_FLOOR, QUIETEST_SHARE, voiced_end
from app.ports.errors import PortError
from app.ports.speech import SAMPLE_RATE, Pcm

FRAME_SECONDS = 0.01
SHORTEST_READ, LONGEST_READ = 6.0, 8.0
ENDINGS = (".wav", ".flac")
WARM_UP = "I have worked with computers for about seven years."
SAID: tuple[tuple[str, ...], ...] = (
    (
        "The release was two days late, because a test failed only on the last machine.",
        "I told the customer at once and agreed on a smaller first version.",
    ),
    (
        "First I measured where the time went.",
        "Most of it was one query that read the whole table for every request.",
        "An index made it forty times faster.",
    ),
    (
        "My colleague wanted to rewrite the service, and I wanted to repair it.",
        "We wrote down what each way would cost and chose the repair together.",
    ),
    (
        "I would start with the people who use it every day.",
        "I would watch two of them work, and write down where they hesitate.",
    ),
    (
        "The mistake was mine, I had deleted a folder that another team still needed.",
        "I restored it from the backup within an hour.",
        "After that we made such folders read only.",
    ),
    (
        "A cache helps when the same thing is read often and changes rarely.",
        "The hard part is to know when an entry has become wrong.",
    ),
)
ONE_BREATH: tuple[tuple[str, ...], ...] = (
    ("A cache trades memory for time, and it is only worth it when things are read often.",),
    ("I would first ask the users what they need, and then build the smallest thing.",),
    ("The index made the query fast because it no longer had to read every row.",),
    ("We split the work into small steps so that each of them could be tested alone.",),
    ("I would write a test that fails before I change anything.",),
    ("The queue keeps the messages until a worker is free to take them.",),
    ("A set is faster than a list when you only ask whether something is in it.",),
    ("I asked the person who wrote it and she showed me the missing case.",),
    ("The lock made sure that only one of them could write at a time.",),
    ("We measured the page before and after and it loaded in half the time.",),
    ("The generator yields one row after the other without keeping them all.",),
    ("I learned to say early that the plan was not going to work.",),
)
"""Answers that a system with short waits can hear whole, too."""
PAUSES_SECONDS = (0.45, 0.3, 0.6, 0.35, 0.5)


@dataclass(frozen=True)
class TimedAnswer:
    """One recording at 16 kHz: where its speech ends, and how loud its background is (RMS)."""

    name: str
    pcm: Pcm
    end_s: float
    floor: float

    @property
    def seconds(self) -> float:
        """How long the recording is."""
        return len(self.pcm) / SAMPLE_RATE

    def background(self, noise: np.random.Generator, samples: int) -> Pcm:
        """Silence as this recording has it."""
        return np.rint(noise.normal(0.0, self.floor, samples)).astype(np.int16)


def answer_of(name: str, pcm: Pcm) -> TimedAnswer:
    """The recording with its measures."""
    return TimedAnswer(name, pcm, true_end(pcm), noise_floor(pcm))


def noise_floor(pcm: Pcm) -> float:
    """The RMS of the quietest twentieth of 10 ms frames; never less than a quiet microphone's."""
    return max(LEAST_FLOOR, float(np.quantile(_loudness(pcm), QUIETEST_SHARE)))


def true_end(pcm: Pcm) -> float:
    """Seconds until the end of the last voiced frame; a click of less than 30 ms is no voice.

    Raises:
        ValueError: nothing in it stands out of the background.
    """
    end = voiced_end(pcm)
    if end is None:
        raise ValueError("expected speech, found nothing above the background")
    return float(round(end / SAMPLE_RATE, 3))


def read_answers(folder: Path) -> list[TimedAnswer]:
    """The wav and flac files of a folder, in the order of their names.

    Raises:
        BenchRefused: no folder, no such file in it, or one that holds no speech.
    """
    if not folder.is_dir():
        raise BenchRefused(f"--audio: expected a folder, found {folder}")
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in ENDINGS)
    if not files:
        raise BenchRefused(f"--audio: expected wav or flac files in {folder}, found none")
    return [_read(path) for path in files]


def made_answers(voice: Path, threads: int) -> list[TimedAnswer]:
    """Interview answers in Piper's voice: one to three sentences, pauses of 0.3 to 0.6 s.

    Raises:
        PortError: the voice is missing.
    """
    piper = PiperSpeech(voice, threads, varied=False)
    pauses = [PAUSES_SECONDS[n % len(PAUSES_SECONDS)] for n in range(sum(map(len, SAID)))]
    made = []
    for number, sentences in enumerate((*SAID, *ONE_BREATH), 1):
        parts: list[Pcm] = []
        for sentence in sentences:
            if parts:
                parts.append(np.zeros(round(pauses.pop() * SAMPLE_RATE), dtype=np.int16))
            parts.append(_trimmed(_spoken(piper, sentence)))
        made.append(answer_of(f"made-{number}", np.concatenate(parts)))
    return made


def warm_up(voice: Path, threads: int) -> TimedAnswer:
    """One short answer that is not measured: every system has run once before.

    Raises:
        PortError: the voice is missing.
    """
    return answer_of("warm-up", _spoken(PiperSpeech(voice, threads, varied=False), WARM_UP))


def longer_readings(folder: Path, most: int) -> list[TimedAnswer]:
    """From each speaker of LibriSpeech the first reading of 6 to 8 s; as many speakers as asked."""
    chosen: dict[str, TimedAnswer] = {}
    for path in sorted(folder.glob("*.flac")):
        speaker = path.name.split("-")[0]
        if speaker in chosen:
            continue
        answer = _read(path)
        if SHORTEST_READ <= answer.seconds <= LONGEST_READ:
            chosen[speaker] = answer
    return list(chosen.values())[:most]


def default_answers(voice: Path, threads: int, data: Path | None, most: int) -> list[TimedAnswer]:
    """Made answers, and readings when there is labelled data; at most so many readings.

    Raises:
        BenchRefused: the voice is missing.
    """
    try:
        made = made_answers(voice, threads)
    except PortError as error:
        raise BenchRefused(f"without --audio the bench speaks by itself, but {error}") from error
    folder = data / "speech" / "librispeech" if data else None
    read = longer_readings(folder, most) if folder is not None and folder.is_dir() else []
    return _mixed(made, read)


def _mixed(made: Sequence[TimedAnswer], read: Sequence[TimedAnswer]) -> list[TimedAnswer]:
    """In turn, so that neither kind gets the warmer half of the run."""
    mixed = [answer for pair in zip(made, read, strict=False) for answer in pair]
    both = min(len(made), len(read))
    return [*mixed, *made[both:], *read[both:]]


def _loudness(pcm: Pcm) -> NDArray[np.float64]:
    """The RMS of each 10 ms frame."""
    frame = round(FRAME_SECONDS * SAMPLE_RATE)
    whole = pcm[: len(pcm) // frame * frame].astype(np.float64).reshape(-1, frame)
    if not len(whole):
        raise ValueError("expected speech, found an empty recording")
    loud: NDArray[np.float64] = np.sqrt((whole**2).mean(axis=1))
    return loud


def _trimmed(pcm: Pcm) -> Pcm:
    """Without the silence at both ends, so that a pause is as long as it is said to be."""
    begin = max(0.0, len(pcm) / SAMPLE_RATE - true_end(pcm[::-1].copy()) - FRAME_SECONDS)
    end = math.ceil((true_end(pcm) + FRAME_SECONDS) * SAMPLE_RATE)
    return pcm[round(begin * SAMPLE_RATE) : end]


def _spoken(piper: PiperSpeech, text: str) -> Pcm:
    sounds = list(piper.speak(text))
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(sounds[0].rate)
        out.writeframes(b"".join(sound.pcm for sound in sounds))
    file.seek(0)
    return _decoded(file)


def _read(path: Path) -> TimedAnswer:
    try:
        return answer_of(path.name, _decoded(str(path)))
    except (OSError, ValueError, IndexError) as error:
        raise BenchRefused(f"{path}: {error}") from error


def _decoded(file: str | io.BytesIO) -> Pcm:
    from faster_whisper.audio import decode_audio  # heavy: only when something is read

    samples = decode_audio(file, sampling_rate=SAMPLE_RATE)
    pcm: Pcm = (np.clip(samples, -1.0, 1.0) * 32767).astype(np.int16)
    return pcm
