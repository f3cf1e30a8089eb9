"""Analyse a recording that somebody brought: its words, its pauses, what the face shows.

It runs in the background behind all live work, can be taken up anew after a crash, and ends in the
same kind of report. The file is removed at the end; of its pictures one reading a second stays.
"""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import BinaryIO
from uuid import UUID, uuid5

import numpy as np

from app.domain.consent import Modality
from app.domain.interview import Interview, InterviewStatus, Recording, Turn, Word
from app.domain.question import Question
from app.domain.upload import UNASKED, UNNAMED, Upload, UploadState
from app.ports.errors import MediaUnreadable
from app.ports.media import MediaReader
from app.ports.recordings import Recordings
from app.ports.store import Store
from app.usecases.engines import Engines, some_time
from app.usecases.hear_along import Listening
from app.usecases.measure_delivery import pieces
from app.usecases.watch_film import EVERY_S, WatchFilm

log = logging.getLogger(__name__)

BEGUN, LISTENED, HEARD, WATCHED = 0.05, 0.2, 0.6, 0.95
_MARGIN_S = 0.2
_AT_ONCE_S = 60.0

Measuring = Callable[[UUID], Awaitable[object]]


class TooLong(MediaUnreadable):
    """It goes on for longer than it said, and than is analysed."""


class AnalyseUpload:
    """Handles the job of one upload; safe to run twice."""

    def __init__(
        self,
        *,
        store: Store,
        recordings: Recordings,
        media: MediaReader,
        engines: Engines,
        longest_s: float,
        measures: Sequence[Measuring] = (),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._recordings = recordings
        self._media = media
        self._engines = engines
        self._longest_s = longest_s
        self._measures = measures
        self._clock = clock

    async def __call__(self, interview_id: UUID) -> None:
        """Analyse it, unless that is done; a bad file ends with a reason that its page shows."""
        async with self._store.begin() as work:
            upload = await work.uploads.get(interview_id)
            interview = await work.interviews.get(interview_id)
            asked = await work.library.questions(interview.question_ids if interview else ())
        if upload is None or upload.over or interview is None:
            return
        try:
            await self._analyse(interview, upload, _turn(interview, asked))
        except MediaUnreadable as error:
            await self._fail(upload, str(error))

    async def give_up(self, interview_id: UUID) -> None:
        """Say that it failed on our side."""
        async with self._store.begin() as work:
            upload = await work.uploads.get(interview_id)
        if upload is not None and not upload.over:
            await self._fail(upload, "The analysis failed on our side. Send the file once more.")

    async def _analyse(self, interview: Interview, upload: Upload, turn: Turn) -> None:
        data = await asyncio.to_thread(self._recordings.read, interview.id, upload.file)
        file = io.BytesIO(data[: upload.size])
        facts = await asyncio.to_thread(self._media.facts, file)
        seconds = facts.seconds or 0.0
        if facts.sound and interview.agreed(Modality.AUDIO):
            turn, seconds = await self._listen(interview, upload, file, turn, facts.seconds)
        if facts.picture and interview.agreed(Modality.VIDEO):
            seconds = max(seconds, await self._watch(interview, upload, file, facts.seconds))
        await self._keep(interview, turn, seconds)
        await self._tell(upload, "Measuring how it sounds", WATCHED)
        for measure in self._measures:
            await _measured(measure, interview.id)
        await asyncio.to_thread(self._recordings.remove, interview.id, upload.file)
        await self._end(interview, upload)

    async def _listen(
        self,
        interview: Interview,
        upload: Upload,
        file: BinaryIO,
        turn: Turn,
        told: float | None,
    ) -> tuple[Turn, float]:
        kept, speech, seconds = await self._unpacked(interview.id, upload, file, told)
        words: list[Word] = []
        parts = pieces(speech)
        for count, (start, end) in enumerate(parts):
            share = LISTENED + (HEARD - LISTENED) * count / len(parts)
            await self._tell(upload, "Writing down what is said", share)
            words += await self._heard(interview.id, kept, start, end)
        if interview.agreed(Modality.RECORDING):
            async with self._store.begin() as work:
                await work.observations.add_recording(Recording(interview.id, kept, 0.0, seconds))
        else:
            await asyncio.to_thread(self._recordings.remove, interview.id, kept)
        heard = replace(
            turn,
            answer=" ".join(word.text for word in words),
            words=tuple(words),
            speech=speech,
            answered_from_s=speech[0][0] if speech else None,
            answered_to_s=speech[-1][1] if speech else None,
        )
        return heard, seconds

    async def _unpacked(
        self, interview_id: UUID, upload: Upload, file: BinaryIO, told: float | None
    ) -> tuple[str, tuple[tuple[float, float], ...], float]:
        """Keep the sound as a recording; its name, where somebody speaks, and its length."""
        writer = self._recordings.open(interview_id)
        listening = Listening(self._engines.new_activity(), writer)
        blocks, seconds = self._media.sound(file), 0.0
        try:
            while True:
                share = min(1.0, seconds / told) if told else 0.5
                begun = BEGUN + (LISTENED - BEGUN) * share
                await self._tell(upload, "Listening for speech", begun)
                came = await asyncio.to_thread(listening.take, blocks, _AT_ONCE_S)
                seconds += came
                if seconds > self._longest_s:
                    raise TooLong(f"At most {self._longest_s / 60:.0f} minutes are analysed.")
                if came < _AT_ONCE_S:
                    break
        except BaseException:
            writer.close()
            self._recordings.remove(interview_id, writer.file)
            raise
        writer.close()
        return writer.file, listening.speech, seconds

    async def _heard(
        self, interview_id: UUID, kept: str, start: float, end: float
    ) -> tuple[Word, ...]:
        begins = max(0.0, start - _MARGIN_S)
        pcm = await asyncio.to_thread(
            self._recordings.read, interview_id, kept, begins, end + _MARGIN_S
        )
        sound = np.frombuffer(pcm, dtype="<i2").astype(np.int16)
        transcript = await self._engines.transcribe(sound, due=some_time)
        return tuple(
            replace(word, start_s=word.start_s + begins, end_s=word.end_s + begins)
            for word in transcript.words
        )

    async def _watch(
        self, interview: Interview, upload: Upload, file: BinaryIO, seconds: float | None
    ) -> float:
        """Read the face second by second; how long the film is."""

        async def tell(at: float) -> None:
            share = min(1.0, at / seconds) if seconds else 0.5
            await self._tell(upload, "Watching", HEARD + (WATCHED - HEARD) * share)

        watch = WatchFilm(self._store, self._engines, interview, tell)
        length = await watch(self._media.stills(file, EVERY_S), self._longest_s)
        if length is None:
            raise TooLong(f"At most {self._longest_s / 60:.0f} minutes are analysed.")
        return length

    async def _keep(self, interview: Interview, turn: Turn, seconds: float) -> None:
        async with self._store.begin() as work:
            if await work.interviews.get(interview.id) is None:
                raise MediaUnreadable("The recording was deleted.")
            known = {each.id for each in await work.turns.of(interview.id)}
            await (work.turns.save(turn) if turn.id in known else work.turns.add(turn))
            await work.interviews.progress(replace(interview, clock_s=seconds))

    async def _end(self, interview: Interview, upload: Upload) -> None:
        done = replace(upload, state=UploadState.DONE, stage="Done", share=1.0)
        async with self._store.begin() as work:
            await work.uploads.save(done)
            if interview.question_ids:
                await work.jobs.grade(interview.id, interview.question_ids[0])
                await work.jobs.finish(interview.id)
            else:
                done_at = self._clock()
                await work.interviews.finish(interview.id, InterviewStatus.COMPLETED, done_at)

    async def _tell(self, upload: Upload, stage: str, share: float) -> None:
        async with self._store.begin() as work:
            if await work.interviews.get(upload.interview_id) is None:
                raise MediaUnreadable("The recording was deleted.")
            told = replace(upload, state=UploadState.RUNNING, stage=stage, share=share)
            await work.uploads.save(told)

    async def _fail(self, upload: Upload, error: str) -> None:
        await asyncio.to_thread(self._recordings.erase, upload.interview_id)
        async with self._store.begin() as work:
            if await work.interviews.get(upload.interview_id) is None:
                return
            await work.uploads.save(replace(upload, state=UploadState.FAILED, error=error))
            at = self._clock()
            await work.interviews.finish(upload.interview_id, InterviewStatus.FAILED, at)


def _turn(interview: Interview, asked: Sequence[Question]) -> Turn:
    return Turn(
        id=uuid5(interview.id, "upload"),
        interview_id=interview.id,
        index=0,
        kind="question",
        question_id=asked[0].id if asked else UNNAMED,
        question=asked[0].text if asked else UNASKED,
        answer="",
    )


async def _measured(measure: Measuring, interview_id: UUID) -> None:
    try:
        await measure(interview_id)
    except Exception as error:  # a recording without one measure has its report all the same
        log.error("an upload could not be measured: %s", type(error).__name__)
