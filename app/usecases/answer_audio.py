"""The audio of one answer, and its words: recognised in chunks that close at pauses.

Recognition costs a fixed amount per call, and long windows loop; so chunks close at a pause of half
a second once they are 8 s long, and at 25 s at the latest. Closed chunks are recognised once, while
the person goes on speaking; only the open rest is recognised again at each pause.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.dialogue.events import Heard
from app.domain.interview import Word
from app.ports.speech import SAMPLE_RATE, Pcm, Transcript
from app.usecases.engines import Due, Engines

CLOSE_AFTER_SECONDS = 8.0
LONGEST_CHUNK_SECONDS = 25.0
QUIETEST_WITHIN_SECONDS = 4.0
LONGEST_GAP_SECONDS = 2.0
CHUNK_TAIL_SECONDS = 0.6
TAIL_SECONDS = 8.0


@dataclass(frozen=True)
class _Rest:
    """A recognition of the open rest that is under way or done, and how much of it that covers."""

    samples: int
    words: asyncio.Task[Transcript]


@dataclass
class _Chunk:
    """A closed piece; its samples are kept until its words are known."""

    start_s: float
    pcm: Pcm
    words: asyncio.Task[Transcript]


class AnswerAudio:
    """Samples of one answer, with their places on the interview's clock."""

    def __init__(
        self, engines: Engines, hotwords: Sequence[str] = (), due: Due | None = None
    ) -> None:
        self._engines = engines
        self._due = due
        self.hotwords = tuple(hotwords)
        self._closed: list[_Chunk] = []
        self._tail: Pcm = np.zeros(0, dtype=np.int16)
        self._open: list[Pcm] = []
        self._open_from = 0.0
        self._open_samples = 0
        self._rest: _Rest | None = None
        self._silent = False

    @property
    def empty(self) -> bool:
        """Whether nothing was added yet."""
        return not self._open and not self._closed

    def add(self, at: float, samples: Pcm) -> None:
        """Add samples that begin at `at` seconds; a gap is silence, a long one ends the chunk."""
        gap = round((at - self._open_from) * SAMPLE_RATE) - self._open_samples
        if self._open and gap > LONGEST_GAP_SECONDS * SAMPLE_RATE:
            self._close(self._open_samples)
            self._tail = self._tail[:0]
        if not self._open:
            self._open_from = at
        elif gap > SAMPLE_RATE // 10:
            self._append(np.zeros(gap, dtype=np.int16))
        self._append(samples)
        if self._open_samples >= LONGEST_CHUNK_SECONDS * SAMPLE_RATE:
            self._close_at_quietest()

    def pause(self) -> None:
        """A pause of at least half a second: close the chunk when it is long enough."""
        if self._open_samples >= CLOSE_AFTER_SECONDS * SAMPLE_RATE:
            self._close(self._open_samples, silent=CHUNK_TAIL_SECONDS)
            self._silent = True

    def resumed(self) -> None:
        """Speech went on after a pause: what is open holds words again."""
        self._silent = False

    def join(self, later: AnswerAudio) -> None:
        """Append what was heard after this answer seemed over."""
        if later.empty:
            return
        if self._open:
            self._close(self._open_samples)
        self._closed += later._closed
        self._keep_tail(later._tail)
        self._open, self._open_from = later._open, later._open_from
        self._silent = later._silent
        self._open_samples = later._open_samples

    def last(self, seconds: float) -> Pcm:
        """The newest samples, at most this many of the last 8 s; a closed chunk's count too."""
        return np.concatenate([self._tail, *self._open])[-round(seconds * SAMPLE_RATE) :]

    async def recognise(self) -> Heard:
        """All words so far, with times on the interview's clock; raises SpeechUnavailable."""
        parts = [(chunk.start_s, await self._words(chunk)) for chunk in self._closed]
        if self._open and not self._silent:
            start = self._open_from
            parts.append((start, await self._recognise_rest()))
        words = tuple(word for start, part in parts for word in _placed(part.words, start))
        spoken = [part for _, part in parts if part.words]
        return Heard(
            words=words,
            unreliable=any(part.unreliable for part in spoken),
            language=spoken[-1].language if spoken else "en",
        )

    async def _words(self, chunk: _Chunk) -> Transcript:
        """The words of a closed chunk; one that failed before is recognised once more."""
        if _failed(chunk.words):
            chunk.words = self._recognition(chunk.pcm)
        words = await asyncio.shield(chunk.words)
        chunk.pcm = np.zeros(0, dtype=np.int16)
        return words

    async def _recognise_rest(self) -> Transcript:
        """Recognise the open rest; a chunk that closes meanwhile takes the result over."""
        pcm = np.concatenate(self._open)
        words = self._recognition(pcm)
        self._rest = _Rest(len(pcm), words)
        try:
            return await asyncio.shield(words)
        except asyncio.CancelledError:
            if not any(chunk.words is words for chunk in self._closed):
                words.cancel()
                self._rest = None
            raise

    def _recognition(self, pcm: Pcm) -> asyncio.Task[Transcript]:
        words = asyncio.ensure_future(
            self._engines.transcribe(pcm, hotwords=self.hotwords, due=self._due)
        )
        words.add_done_callback(_failed)  # a failure nobody waits for is no warning
        return words

    def _append(self, samples: Pcm) -> None:
        self._open.append(samples)
        self._open_samples += len(samples)

    def _close_at_quietest(self) -> None:
        """Cut a long run of speech where it is quietest, so that no word is split."""
        pcm = np.concatenate(self._open)
        tail = pcm[-round(QUIETEST_WITHIN_SECONDS * SAMPLE_RATE) :].astype(np.float32)
        window = SAMPLE_RATE // 10
        energy = np.convolve(tail**2, np.ones(window, dtype=np.float32), mode="valid")
        cut = len(pcm) - len(tail) + int(np.argmin(energy)) + window // 2
        self._close(cut)

    def _close(self, samples: int, *, silent: float = 0.0) -> None:
        """Close a chunk of so many samples, of which the last `silent` seconds hold no word."""
        pcm = np.concatenate(self._open)
        words = self._taken_over(samples, silent) or self._recognition(pcm[:samples])
        self._rest = None
        self._closed.append(_Chunk(self._open_from, pcm[:samples], words))
        self._keep_tail(pcm[:samples])
        rest = pcm[samples:]
        self._open = [rest] if len(rest) else []
        self._open_from += samples / SAMPLE_RATE
        self._open_samples = len(rest)

    def _keep_tail(self, samples: Pcm) -> None:
        """The turn detector hears what led to a pause, though its chunk is closed by then."""
        self._tail = np.concatenate([self._tail, samples])[-round(TAIL_SECONDS * SAMPLE_RATE) :]

    def _taken_over(self, samples: int, silent: float) -> asyncio.Task[Transcript] | None:
        """The recognition that covers this chunk but for its silent end, if there is one."""
        rest = self._rest
        if rest is None or _failed(rest.words):
            return None
        return rest.words if 0 <= samples - rest.samples <= silent * SAMPLE_RATE else None


def _failed(words: asyncio.Task[Transcript]) -> bool:
    return words.done() and (words.cancelled() or words.exception() is not None)


def _placed(words: Sequence[Word], start: float) -> tuple[Word, ...]:
    return tuple(
        replace(word, start_s=round(word.start_s + start, 3), end_s=round(word.end_s + start, 3))
        for word in words
    )
