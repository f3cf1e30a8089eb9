"""Speech to text by Whisper on faster-whisper (CTranslate2, int8).

A call costs mostly its encoding, so a first reading encodes only what was said and a little silence
(`short_window`). When that looks wrong, or leaves speech unread, the full window of 30 s is read;
its encoding is kept for a moment, so that a retry and the reading for fillers don't pay again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.adapters.speech.loops import is_looped, once, trimmed
from app.adapters.speech.short_window import ShortReading, fits, read_short
from app.adapters.speech.unread import unread
from app.adapters.speech.words import joined, speech_spans
from app.domain.interview import Word
from app.ports.errors import SpeechUnavailable
from app.ports.speech import SAMPLE_RATE, Pcm, Transcript

Floats = NDArray[np.float32]

WINDOW_SECONDS = 30
FILLER_PROMPT = (
    "Uh, so, um, let me, uh, see. Well, er, um, you know, I, I think, uh, hmm, yeah, um, okay."
)
LOWEST_LOGPROB = -1.0
DOUBTFUL_LOGPROB = -0.7
NO_SPEECH = 0.6
SURE_OF_LANGUAGE = 0.5
HOTWORD_CHARACTERS = 400
MOST_TOKENS = 224
KEPT_ENCODINGS = 2
NEAR_SPEECH_SECONDS = 0.7
AROUND_SECONDS = 0.3
MOST_UNREAD_SECONDS = 2.0


class WhisperSpeech:
    """SpeechToText; calls from several threads take turns."""

    def __init__(self, folder: Path, threads: int) -> None:
        """Remember where the model is; it is loaded at the first use.

        Args:
            folder: Holds `model.bin`, `config.json`, `tokenizer.json` and `vocabulary.txt`.
            threads: How many threads one call may use.
        """
        self._folder = folder
        self._threads = threads
        self._model: Any = None
        self._lock = Lock()

    def load(self) -> None:
        """Load the model now, so that the first answer does not wait for it."""
        with self._lock:
            self._loaded()

    def transcribe(self, pcm: Pcm, *, hotwords: Sequence[str] = ()) -> Transcript:
        """Recognise up to 30 s of speech, with fillers and false starts smoothed away.

        Args:
            pcm: 16 kHz samples; what lies beyond 30 s is refused.
            hotwords: Terms to listen for; the first 400 characters of them count.

        Returns:
            The words; none, and `unreliable`, when nobody speaks. `language` differs from "en"
            only when Whisper is sure of it; the words are then still its English reading.

        Raises:
            SpeechUnavailable: The model is missing or failed.
            ValueError: More than 30 s of samples.
        """
        return self._recognise(pcm, hotwords=_hint(hotwords), initial_prompt=None)

    def fillers(self, pcm: Pcm) -> Transcript:
        """Recognise as `transcribe`, keeping "um" and "uh"; for delivery only."""
        return self._recognise(pcm, hotwords=None, initial_prompt=FILLER_PROMPT)

    def _recognise(
        self, pcm: Pcm, *, hotwords: str | None, initial_prompt: str | None
    ) -> Transcript:
        if len(pcm) > WINDOW_SECONDS * SAMPLE_RATE:
            raise ValueError(f"expected at most {WINDOW_SECONDS} s, found {len(pcm) / SAMPLE_RATE}")
        wave = pcm.astype(np.float32) / 32768.0
        with self._lock:
            model = self._loaded()
            try:
                spans = speech_spans(wave)
                if not spans:
                    return Transcript(words=(), unreliable=True)
                call = _Call(model, wave, spans, hotwords, initial_prompt)
                short = call.short() if initial_prompt is None and fits(wave) else None
                if short is not None:
                    language, sureness = _sure(short.language, short.sureness, short.english)
                    words, unreliable = call.words_of(short), False
                else:
                    language, sureness = _language(model, wave)
                    words, unreliable = call.words()
            except Exception as error:  # CTranslate2 and ONNX Runtime raise plain RuntimeErrors
                raise SpeechUnavailable(f"recognition failed: {type(error).__name__}") from error
        return Transcript(words, language, sureness, unreliable or not words)

    def _loaded(self) -> Any:  # noqa: ANN401  # faster-whisper has no types
        if self._model is None:
            if not (self._folder / "model.bin").is_file():
                raise SpeechUnavailable(
                    f"expected a Whisper model in {self._folder.name}; run `sounding models fetch`"
                )
            from faster_whisper import WhisperModel  # heavy: only when speech is recognised

            try:
                self._model = WhisperModel(
                    str(self._folder),
                    device="cpu",
                    compute_type="int8",
                    cpu_threads=self._threads,
                    local_files_only=True,
                )
            except (RuntimeError, ValueError, OSError) as error:
                raise SpeechUnavailable(f"the Whisper model did not load: {error}") from error
            self._model.encode = _remembering(self._model.encode)
        return self._model


@dataclass(frozen=True)
class _Reading:
    words: tuple[Word, ...]
    logprob: float
    looped: bool

    @property
    def good(self) -> bool:
        return not self.looped and self.logprob > LOWEST_LOGPROB


@dataclass(frozen=True)
class _Call:
    """One recognition: a greedy reading and, when that fails, one guarded retry."""

    model: Any
    wave: Floats
    spans: tuple[tuple[float, float], ...]
    hotwords: str | None
    initial_prompt: str | None

    def short(self) -> ShortReading | None:
        """A reading of the short window; None when it looks wrong or leaves speech unread."""
        read = read_short(self.model, self.wave, self.hotwords)
        if read.no_speech > NO_SPEECH and read.logprob < DOUBTFUL_LOGPROB:
            return None
        words = self.words_of(read)
        reading = _Reading(words, read.logprob, is_looped(words, self._speech_seconds))
        return read if words and reading.good and not unread(words, self.spans) else None

    def words_of(self, read: ShortReading) -> tuple[Word, ...]:
        """The words of a short reading."""
        return once(joined(read.pieces, len(self.wave) / SAMPLE_RATE))

    def words(self) -> tuple[tuple[Word, ...], bool]:
        """The words, and whether they must not be trusted."""
        words, unreliable = self._best()
        if unreliable or not words:
            return words, unreliable
        for start, end in unread(words, self.spans):
            words = tuple(sorted((*words, *self._alone(start, end)), key=lambda w: w.start_s))
        left = sum(end - start for start, end in unread(words, self.spans))
        return words, left > MOST_UNREAD_SECONDS

    def _best(self) -> tuple[tuple[Word, ...], bool]:
        """The better one of two readings, and whether it must not be trusted."""
        first = self._read(self.hotwords, beam_size=1)
        if not first.words or (first.good and not unread(first.words, self.spans)):
            return first.words, False
        hint = None if first.looped else self.hotwords  # a hint can be what is looped
        second = self._read(hint, beam_size=5, repetition_penalty=1.1, no_repeat_ngram_size=6)
        if first.good:  # but it leaves speech out: less left out is better
            better = second.good and second.words and self._left(second) < self._left(first)
            return (second if better else first).words, False
        if not second.looped and second.words:
            best = second if first.looped or second.logprob >= first.logprob else first
            return best.words, not best.good
        if not first.looped:
            return first.words, True
        return trimmed(first.words, self._speech_seconds), True

    def _left(self, reading: _Reading) -> float:
        return sum(end - start for start, end in unread(reading.words, self.spans))

    def _alone(self, start: float, end: float) -> tuple[Word, ...]:
        """What is said in a stretch that was left out, read by itself; nothing when in doubt."""
        begin = max(0.0, start - AROUND_SECONDS)
        piece = self.wave[round(begin * SAMPLE_RATE) : round((end + AROUND_SECONDS) * SAMPLE_RATE)]
        if not fits(piece):
            return ()
        read = read_short(self.model, piece, None)
        words = once(joined(read.pieces, len(piece) / SAMPLE_RATE))
        reading = _Reading(words, read.logprob, is_looped(words, end - start))
        if not reading.good or read.no_speech > NO_SPEECH:
            return ()
        placed = (replace(w, start_s=w.start_s + begin, end_s=w.end_s + begin) for w in words)
        return tuple(word for word in placed if start - AROUND_SECONDS <= word.start_s < end)

    def _read(self, hotwords: str | None, **decoding: float) -> _Reading:
        seconds = len(self.wave) / SAMPLE_RATE
        segments, _ = self.model.transcribe(
            self.wave,
            language="en",
            hotwords=hotwords,
            initial_prompt=self.initial_prompt,
            temperature=0.0,
            condition_on_previous_text=False,
            word_timestamps=True,
            vad_filter=False,
            no_speech_threshold=NO_SPEECH,
            log_prob_threshold=LOWEST_LOGPROB,
            compression_ratio_threshold=None,
            max_new_tokens=min(MOST_TOKENS, 24 + int(10 * seconds)),
            **decoding,
        )
        found = [part for part in segments if self._spoken(part)]
        words = once(joined([word for part in found for word in part.words or ()], seconds))
        logprob = float(np.mean([part.avg_logprob for part in found])) if found else 0.0
        return _Reading(words, logprob, is_looped(words, self._speech_seconds))

    def _spoken(self, part: Any) -> bool:  # noqa: ANN401  # faster-whisper has no types
        """Whether somebody speaks where the segment is; Whisper thanks the audience in silence."""
        if part.no_speech_prob > NO_SPEECH and part.avg_logprob < DOUBTFUL_LOGPROB:
            return False
        return any(
            start - NEAR_SPEECH_SECONDS < part.end and part.start < end + NEAR_SPEECH_SECONDS
            for start, end in self.spans
        )

    @property
    def _speech_seconds(self) -> float:
        return sum(end - start for start, end in self.spans)


def _hint(hotwords: Sequence[str]) -> str | None:
    hint = ""
    for term in dict.fromkeys(word.strip() for word in hotwords):
        longer = f"{hint}, {term}" if hint else term
        if len(longer) > HOTWORD_CHARACTERS:
            break
        hint = longer
    return hint or None


def _language(model: Any, wave: Floats) -> tuple[str, float]:  # noqa: ANN401  # faster-whisper has no types
    """A sure guess at another language, else "en", with its probability."""
    if not model.model.is_multilingual:
        return "en", 1.0
    # Whisper reads all frames but the last; the same ones here, so that they are encoded once.
    features = model.feature_extractor(wave)[..., :-1]
    best, sureness, every = model.detect_language(features=features)
    return _sure(str(best), float(sureness), float(dict(every).get("en", 0.0)))


def _sure(language: str, sureness: float, english: float) -> tuple[str, float]:
    if language == "en" or sureness >= SURE_OF_LANGUAGE:
        return language, sureness
    return "en", english


def _remembering(encode: Callable[[Floats], Any]) -> Callable[[Floats], Any]:
    """The encoder, with its last few results kept; guarded by the caller's lock."""
    kept: list[tuple[Floats, Any]] = []

    def remembered(features: Floats) -> Any:  # noqa: ANN401  # faster-whisper has no types
        for known, output in kept:
            if known.shape == features.shape and np.array_equal(known, features):
                return output
        output = encode(features)
        kept.insert(0, (features.copy(), output))
        del kept[KEPT_ENCODINGS:]
        return output

    return remembered
