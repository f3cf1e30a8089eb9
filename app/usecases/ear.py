"""The ear of a live interview: microphone blocks in, speech events out, on the audio clock."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable

import numpy as np

from app.dialogue.events import Event, SpeechStarted, SpeechStopped, Tick
from app.ports.errors import PortError
from app.ports.recordings import RecordingWriter
from app.ports.speech import SAMPLE_RATE, Pcm, VoiceActivity
from app.usecases.answer_audio import AnswerAudio

log = logging.getLogger(__name__)

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
CATCH_UP_SECONDS = 1.0


class Ear:
    """Follows one microphone stream; keeps the samples of the answer that is being given."""

    def __init__(self, activity: VoiceActivity, new_answer: Callable[[], AnswerAudio]) -> None:
        self._activity = activity
        self._new_answer = new_answer
        self.answer = new_answer()
        self.previous: AnswerAudio | None = None
        self._writer: RecordingWriter | None = None
        self._kept_to: float | None = None
        self._left = np.zeros(0, dtype=np.int16)
        self._pre_roll: deque[tuple[float, Pcm]] = deque(
            maxlen=round(PRE_ROLL_SECONDS / FRAME_SECONDS)
        )
        self._at: float | None = None
        self._speaking = False
        self._keeping = False
        self._run = 0.0
        self._quiet = 0.0
        self._late_since: float | None = None

    @property
    def writer(self) -> RecordingWriter | None:
        """Keeps the stream, or None; a full disk ends it and not the hearing."""
        return self._writer

    @writer.setter
    def writer(self, writer: RecordingWriter | None) -> None:
        heard_to = None if self._at is None else self._at + len(self._left) / SAMPLE_RATE
        self._writer, self._kept_to = writer, heard_to

    def record(self, writer: RecordingWriter, since: float) -> None:
        """Keep the stream in a stretch that begins at `since` seconds of the clock."""
        self._writer, self._kept_to = writer, since

    def stop_recording(self) -> None:
        """Keep nothing more."""
        writer, self._writer = self._writer, None
        if writer is None:
            return
        try:
            writer.close()
        except PortError as error:
            log.warning("the end of a recording was not kept: %s", error)

    def stop(self, at: float) -> list[Event]:
        """The stream ends here, and with it the speech that was going on."""
        speaking, ended = self._speaking, self._at or at
        self.restart()
        return [SpeechStopped(at, ended=ended)] if speaking else []

    def restart(self) -> None:
        """A new stream begins, at a time that the first block tells."""
        self._activity.reset()
        self._left = np.zeros(0, dtype=np.int16)
        self._pre_roll.clear()
        self._at = None
        self._speaking = self._keeping = False
        self._run = self._quiet = 0.0
        self._late_since = None

    def feed(self, block: bytes, now: float) -> list[Event]:
        """What one block of samples, arriving at `now` seconds of the clock, lets us hear.

        Blocks that a slow network held up come in a burst and lose nothing, so lateness alone is
        no gap. A stream that stays behind lost blocks: it is filled up with silence, so that the
        audio clock keeps to the interview's.
        """
        samples = np.frombuffer(block, dtype="<i2").astype(np.int16)
        if self._at is None:
            self._at = now - len(samples) / SAMPLE_RATE
        events: list[Event] = []
        behind = now - (self._at + (len(self._left) + len(samples)) / SAMPLE_RATE)
        if behind > LOST_SECONDS:
            events += self.stop(now - len(samples) / SAMPLE_RATE)
            self._at = now - len(samples) / SAMPLE_RATE
        if not STALL_SECONDS < behind <= LOST_SECONDS:
            self._late_since = None
        elif self._late_since is None:
            self._late_since = now
        elif now - self._late_since > CATCH_UP_SECONDS:
            missing = np.zeros(round(behind * SAMPLE_RATE), dtype=np.int16)
            samples, self._late_since = np.concatenate([missing, samples]), None
        self._keep(samples, self._at + len(self._left) / SAMPLE_RATE)
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

    def _keep(self, samples: Pcm, begins: float) -> None:
        """Record samples at their place: what the stream left out is silence."""
        if self._writer is None:
            return
        kept_to = begins if self._kept_to is None else self._kept_to
        missing = max(0, round((begins - kept_to) * SAMPLE_RATE))
        self._kept_to = kept_to + (missing + len(samples)) / SAMPLE_RATE
        try:
            for start in range(0, missing, SAMPLE_RATE):
                self._writer.append(bytes(2 * min(SAMPLE_RATE, missing - start)))
            self._writer.append(samples.astype("<i2").tobytes())
        except PortError as error:
            log.warning("recording stopped: %s", error)
            self.stop_recording()

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
        self.answer.resumed()
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
