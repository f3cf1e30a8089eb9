"""The ear of a live interview: microphone blocks in, speech events out, on the audio clock."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import numpy as np

from app.dialogue.events import Event, SpeechStarted, SpeechStopped, Tick
from app.ports.recordings import RecordingWriter
from app.ports.speech import SAMPLE_RATE, Pcm, VoiceActivity
from app.usecases.answer_audio import AnswerAudio

FRAME = 512
FRAME_SECONDS = FRAME / SAMPLE_RATE
SPEECH_ABOVE = 0.5
SILENCE_BELOW = 0.35
STARTS_AFTER_SECONDS = 0.096
STOPS_AFTER_SECONDS = 0.2
CHUNK_PAUSE_SECONDS = 0.5
PRE_ROLL_SECONDS = 1.0
STALL_SECONDS = 1.0
LOST_SECONDS = 5.0


class Ear:
    """Follows one microphone stream; keeps the samples of the answer that is being given."""

    def __init__(self, activity: VoiceActivity, new_answer: Callable[[], AnswerAudio]) -> None:
        self._activity = activity
        self._new_answer = new_answer
        self.answer = new_answer()
        self.previous: AnswerAudio | None = None
        self.writer: RecordingWriter | None = None
        self._left = np.zeros(0, dtype=np.int16)
        self._pre_roll: deque[tuple[float, Pcm]] = deque(
            maxlen=round(PRE_ROLL_SECONDS / FRAME_SECONDS)
        )
        self._at: float | None = None
        self._speaking = False
        self._keeping = False
        self._run = 0.0
        self._quiet = 0.0

    def restart(self) -> None:
        """A new stream begins, at a time that the first block tells."""
        self._activity.reset()
        self._left = np.zeros(0, dtype=np.int16)
        self._pre_roll.clear()
        self._at = None
        self._speaking = self._keeping = False
        self._run = self._quiet = 0.0

    def feed(self, block: bytes, now: float) -> list[Event]:
        """What one block of samples, arriving at `now` seconds of the clock, lets us hear.

        A stream that stalled is filled up with silence, so that the audio clock keeps to the
        interview's and the recording to both.
        """
        samples = np.frombuffer(block, dtype="<i2").astype(np.int16)
        if self._at is None:
            self._at = now - len(samples) / SAMPLE_RATE
        events: list[Event] = []
        behind = now - (self._at + (len(self._left) + len(samples)) / SAMPLE_RATE)
        if behind > LOST_SECONDS:
            events += self._skip(behind, now - len(samples) / SAMPLE_RATE)
        elif behind > STALL_SECONDS:
            missing = np.zeros(round(behind * SAMPLE_RATE), dtype=np.int16)
            samples = np.concatenate([missing, samples])
        if self.writer is not None:
            self.writer.append(samples.astype("<i2").tobytes())
        joined = np.concatenate([self._left, samples])
        for start in range(0, len(joined) - FRAME + 1, FRAME):
            events += self._frame(joined[start : start + FRAME])
        self._left = joined[len(joined) // FRAME * FRAME :]
        return [*events, Tick(self._at)]

    def forget(self) -> None:
        """What was heard since the question is no answer."""
        self.answer = self._new_answer()
        self._keeping = self._speaking

    def close_answer(self) -> None:
        """The turn ended; keep its samples for an undo."""
        self.previous, self.answer = self.answer, self._new_answer()
        self._keeping = self._speaking

    def reopen_answer(self) -> None:
        """The turn had not ended: both halves are one answer."""
        if self.previous is not None:
            self.previous.join(self.answer)
            self.answer, self.previous = self.previous, None

    def _skip(self, seconds: float, at: float) -> list[Event]:
        """Jump over a long hole in the stream, such as a pause; the recording keeps its length."""
        if self.writer is not None:
            second = bytes(2 * SAMPLE_RATE)
            for _ in range(int(seconds)):
                self.writer.append(second)
            self.writer.append(bytes(2 * round(seconds % 1 * SAMPLE_RATE)))
        speaking, ended = self._speaking, self._at or at
        self.restart()
        self._at = at
        return [SpeechStopped(at, ended=ended)] if speaking else []

    def _frame(self, frame: Pcm) -> list[Event]:
        at = self._at or 0.0
        self._at = at + FRAME_SECONDS
        probability = self._activity.probability(frame)
        if self._keeping:
            self.answer.add(at, frame)
        else:
            self._pre_roll.append((at, frame))
        if self._speaking:
            return self._while_speaking(at, probability)
        return self._while_silent(at, probability)

    def _while_silent(self, at: float, probability: float) -> list[Event]:
        self._run = self._run + FRAME_SECONDS if probability > SPEECH_ABOVE else 0.0
        before, self._quiet = self._quiet, self._quiet + FRAME_SECONDS
        if self._keeping and before < CHUNK_PAUSE_SECONDS <= self._quiet:
            self.answer.pause()
        if self._run < STARTS_AFTER_SECONDS - 1e-6:
            return []
        self._speaking, self._quiet = True, 0.0
        if not self._keeping:
            self._keeping = True
            while self._pre_roll:
                self.answer.add(*self._pre_roll.popleft())
        return [SpeechStarted(at + FRAME_SECONDS - self._run)]

    def _while_speaking(self, at: float, probability: float) -> list[Event]:
        if probability >= SILENCE_BELOW:
            self._quiet = 0.0
            return []
        self._quiet += FRAME_SECONDS
        if self._quiet < STOPS_AFTER_SECONDS:
            return []
        self._speaking, self._run = False, 0.0
        now = at + FRAME_SECONDS
        return [SpeechStopped(now, ended=now - self._quiet)]
