"""Read a short stretch of speech without encoding thirty seconds of it.

Whisper is trained on windows of 30 s, and encoding one costs more than all the rest. The encoder
takes shorter windows too, if what follows the speech looks like silence: the features' own minimum,
for 3 s, and if the window is not too short: below 8 s a short question is often read twice. On 70
readings of LibriSpeech test-other (1,308 words) this made no more errors than the full window, at
less than half of its time (docs/benchmarks.md). It can still loop or stop early, so the caller
checks, and reads such a stretch again in full.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.ports.speech import SAMPLE_RATE

Floats = NDArray[np.float32]

FRAMES_PER_SECOND = 100
SILENCE_SECONDS = 3
LEAST_SECONDS = 10
WINDOW_SECONDS = 30
TOKENS_PER_SECOND = 8
FEWEST_TOKENS = 16
PREPENDED = "\"'“¿([{-"
APPENDED = "\"'.。,，!！?？:：”)]}、"


@dataclass(frozen=True)
class Piece:
    """A recognised word as the recogniser spells it, with a leading space; times in seconds."""

    word: str
    start: float
    end: float
    probability: float


@dataclass(frozen=True)
class ShortReading:
    """What was read; `logprob` is the average for a token, `no_speech` the chance of silence."""

    pieces: tuple[Piece, ...]
    logprob: float
    no_speech: float
    language: str
    sureness: float
    english: float


def fits(wave: Floats) -> bool:
    """Whether a short window is shorter than the full one."""
    return len(wave) / SAMPLE_RATE + SILENCE_SECONDS < WINDOW_SECONDS


def read_short(model: Any, wave: Floats, hotwords: str | None) -> ShortReading:  # noqa: ANN401  # faster-whisper has no types
    """Read a wave of float samples at 16 kHz greedily, as English, with the times of its words."""
    from faster_whisper.tokenizer import Tokenizer  # heavy: only when speech is recognised

    window, frames = _window(model.feature_extractor(wave), len(wave))
    encoded = model.encode(window)
    language, sureness, english = _language(model, encoded)
    tokenizer = Tokenizer(
        model.hf_tokenizer, model.model.is_multilingual, task="transcribe", language="en"
    )
    prompt = model.get_prompt(tokenizer, [], without_timestamps=True, hotwords=hotwords)
    most = TOKENS_PER_SECOND * math.ceil(frames / FRAMES_PER_SECOND + SILENCE_SECONDS)
    result = model.model.generate(
        encoded,
        [prompt],
        beam_size=1,
        max_length=min(model.max_length, len(prompt) + most + FEWEST_TOKENS),
        return_no_speech_prob=True,
        return_scores=True,
    )[0]
    tokens = [token for token in result.sequences_ids[0] if token < tokenizer.eot]
    count = len(result.sequences_ids[0])
    return ShortReading(
        pieces=_placed(model, tokenizer, tokens, encoded, frames),
        logprob=float(result.scores[0]) * count / (count + 1),
        no_speech=float(result.no_speech_prob),
        language=language,
        sureness=sureness,
        english=english,
    )


def _window(features: Floats, samples: int) -> tuple[Floats, int]:
    """The real frames, then silence up to a whole second, 10 at least; with how many are real."""
    frames = min(features.shape[1], math.ceil(samples / SAMPLE_RATE * FRAMES_PER_SECOND))
    wanted = max(LEAST_SECONDS, math.ceil(frames / FRAMES_PER_SECOND + SILENCE_SECONDS))
    seconds = min(WINDOW_SECONDS, wanted)
    window = np.full(
        (features.shape[0], seconds * FRAMES_PER_SECOND), features.min(), dtype=np.float32
    )
    window[:, :frames] = features[:, :frames]
    return window, frames


def _language(model: Any, encoded: Any) -> tuple[str, float, float]:  # noqa: ANN401
    """The likeliest language with its probability, and that of English."""
    if not model.model.is_multilingual:
        return "en", 1.0, 1.0
    found = model.model.detect_language(encoded)[0]
    chances = {token.strip("<|>"): float(chance) for token, chance in found}
    best = max(chances, key=lambda name: chances[name])
    return best, chances[best], chances.get("en", 0.0)


def _placed(
    model: Any,  # noqa: ANN401
    tokenizer: Any,  # noqa: ANN401
    tokens: Sequence[int],
    encoded: Any,  # noqa: ANN401
    frames: int,
) -> tuple[Piece, ...]:
    from faster_whisper.transcribe import merge_punctuations

    if not tokens:
        return ()
    (words,) = model.find_alignment(tokenizer, [list(tokens)], encoded, frames)
    merge_punctuations(words, PREPENDED, APPENDED)
    return tuple(
        Piece(word["word"], float(word["start"]), float(word["end"]), float(word["probability"]))
        for word in words
        if word["word"]
    )
